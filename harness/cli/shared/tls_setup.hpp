// TLS for a mock on this machine: a private authority that is created once and kept, or the user's own certificate.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "http/authority.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
class Option;
}  // namespace CLI

namespace assay::harness {

struct tls_options {
    bool on = false;
    std::string dir;  // empty: $XDG_STATE_HOME/assay/tls, or ~/.local/state/assay/tls
    std::string certificate_file, key_file;
};
// Adds --tls, --tls-dir, --tls-cert and --tls-key; returns them.
std::vector<CLI::Option*> add_tls_options(CLI::App& command, tls_options& o);

struct tls_setup {
    http::identity who;
    std::optional<http::authority> ca;
    std::string ca_file;  // what clients must trust; empty for the user's own certificate
};
// `names`: of the certificate that the private authority makes, besides localhost and its addresses. nullopt: TLS was
// not requested. Errors: usage (a name for which that authority is not trusted), environment, crypto, each with what
// to do.
[[nodiscard]] result<std::optional<tls_setup>> set_up_tls(const tls_options& o,
                                                          const std::vector<std::string>& names);

// An authority for one run, with its certificate in a file that is deleted with this object.
class run_authority {
public:
    // Errors: environment (no folder for temporary files), crypto.
    [[nodiscard]] static result<std::unique_ptr<run_authority>> make();
    ~run_authority();
    run_authority(const run_authority&) = delete;
    run_authority& operator=(const run_authority&) = delete;

    [[nodiscard]] const http::authority& ca() const { return ca_; }
    [[nodiscard]] std::string file() const { return folder_ + "/ca.pem"; }

private:
    run_authority(http::authority ca, std::string folder) : ca_(std::move(ca)), folder_(std::move(folder)) {}
    http::authority ca_;
    std::string folder_;
};

// Commands to paste that make curl, Node, Python, Go and Java trust that file.
[[nodiscard]] std::string how_to_trust(const std::string& ca_file);

}  // namespace assay::harness
