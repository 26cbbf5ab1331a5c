// What a program without shared libraries must settle by itself.
#pragma once

namespace assay::http {

// Call it before the first thread and before any use of the network or of TLS. In a program with shared libraries it
// does nothing, as these are the machine's own and fit its configuration.
// - Names are looked up in /etc/hosts and by DNS only. /etc/nsswitch.conf may name further modules, which the C
// library would load
//   from the machine; these fit only the version of the C library that the machine has.
// - OpenSSL's configuration file is not read, for the same reason: it may name modules.
// - Certificates of authorities are where the machine keeps them: distributions differ, and OpenSSL's archive knows
// one place.
void settle_static_program();

}  // namespace assay::http
