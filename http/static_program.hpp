// What a program without shared libraries must settle by itself.
#pragma once

namespace assay::http {

// Only a program without shared libraries calls it, before its first thread and any use of the network or of TLS.
// Names: they are looked up in /etc/hosts and by DNS. /etc/nsswitch.conf may name modules, which fit only the version
// of the C library that the machine has.
// OpenSSL: its configuration file is not read, as it may name modules, too.
// Certificates of authorities: they are looked for where distributions keep them, as OpenSSL's archive knows one
// place.
void settle_static_program();

}  // namespace assay::http
