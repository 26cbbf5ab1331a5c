// TLS for a mock on this machine: a private authority that is made once and kept, or a certificate of one's own.
#pragma once

#include <optional>
#include <string>

#include "data/result.hpp"
#include "http/authority.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace assay::harness {

struct tls_options {
    bool on = false;
    std::string dir;  // empty: $XDG_STATE_HOME/assay/tls, or ~/.local/state/assay/tls
    std::string certificate_file, key_file;
};
// --tls, --tls-dir, --tls-cert and --tls-key.
void add_tls_options(CLI::App& command, tls_options& o);

struct tls_setup {
    http::identity who;
    std::string ca_file;  // what clients must trust; empty where the certificate is one's own
};
// nullopt: no TLS was asked for. Errors: usage, environment, crypto, each saying what to do.
[[nodiscard]] result<std::optional<tls_setup>> set_up_tls(const tls_options& o, const std::string& address);

// How curl, Node, Python, Go and Java are made to trust that file, as commands to paste.
[[nodiscard]] std::string how_to_trust(const std::string& ca_file);

}  // namespace assay::harness
