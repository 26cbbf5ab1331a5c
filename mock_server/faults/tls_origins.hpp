// Additional listeners of the mock: one with correct TLS, and one for each way in which a server can fail to prove
// its identity (RFC 9110 §4.3.4, RFC 5280 §6). The TLS handshake comes before the path is known, so a fault of TLS
// needs an origin of its own; the metadata of the issuer with the fault points to it. Each is opened on first use,
// stays open, and answers like the first listener. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "http/authority.hpp"
#include "http/server.hpp"
#include "mock_server/faults/fault_set.hpp"

namespace assay::mock {

// A further port that answers like the first one; it closes when `open` is released.
struct own_port {
    std::string origin;  // "http://127.0.0.1:40123"
    std::shared_ptr<void> open;
};
// How a listener behaves. `tls` nullopt: plain HTTP.
struct listener_kind {
    std::optional<http::identity> tls{};
    http::tls_laxity lax{};
};
using port_opener = std::function<result<own_port>(const listener_kind& kind)>;

class tls_origins {
public:
    // `ca`: the authority that the mock's clients trust.
    tls_origins(http::authority ca, port_opener open) : ca_(std::move(ca)), open_(std::move(open)) {}

    // "good"; with a wrong certificate: "self_signed", "wrong_name", "expired", "untrusted"; with a wrong protocol:
    // "plain_http", "plain_http_too", "old_versions", "null_ciphers", "anonymous_ciphers", "static_rsa". Errors:
    // usage (unknown kind), environment (no free port), crypto, tls.
    [[nodiscard]] result<std::string> at(std::string_view kind);
    // The certificate of a correct listener. Errors: crypto.
    [[nodiscard]] result<http::identity> good() const;
    void close();

private:
    [[nodiscard]] result<http::identity> presents(std::string_view kind) const;

    http::authority ca_;
    port_opener open_;
    std::mutex lock_;
    std::map<std::string, own_port, std::less<>> ports_;
};

// Opens the origins that these faults need. `origins`: nullptr if the mock has no authority. Errors: usage, with how
// to start the mock; as at().
[[nodiscard]] result<void> open_for(const fault_set& faults, tls_origins* origins);
// Sets the origin in the argument of each operation endpoint.origin; it was opened when the fault was switched on.
void fill_origins(std::vector<operation>& operations, tls_origins* origins);

}  // namespace assay::mock
