// Further doors of the mock beside its first: one over TLS as it should be, and one for each way in which a server
// can fail to show who it is (RFC 9110 §4.3.4, RFC 5280 §6). A handshake comes before any path is known, so a fault
// of TLS is an origin of its own; the metadata of the issuer that has the fault names it. Each is opened when it is
// first asked for, stays open, and answers like the first. Thread-safe.
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

// A further port that answers like the first one, for as long as `open` is kept.
struct own_port {
    std::string origin;  // "http://127.0.0.1:40123"
    std::shared_ptr<void> open;
};
// What stands at a port. `tls` nullopt: plain HTTP.
struct door {
    std::optional<http::identity> tls{};
    http::tls_laxity lax{};
};
using port_opener = std::function<result<own_port>(const door& at)>;

class tls_origins {
public:
    // `ca`: what the mock's clients trust.
    tls_origins(http::authority ca, port_opener open) : ca_(std::move(ca)), open_(std::move(open)) {}

    // "good"; the certificate is wrong: "self_signed", "wrong_name", "expired", "untrusted"; what is spoken is:
    // "plain_http", "plain_http_too", "old_versions", "null_ciphers", "anonymous_ciphers", "static_rsa". Errors:
    // usage (none of these), environment (no port to be had), crypto, tls.
    [[nodiscard]] result<std::string> at(std::string_view kind);
    // What a listener of the mock presents that is as it should be. Errors: crypto.
    [[nodiscard]] result<http::identity> good() const;
    void close();

private:
    [[nodiscard]] result<http::identity> presents(std::string_view kind) const;

    http::authority ca_;
    port_opener open_;
    std::mutex lock_;
    std::map<std::string, own_port, std::less<>> ports_;
};

// Opens what these faults need. `origins`: nullptr where the mock has none. Errors: usage, saying what to start; as
// at().
[[nodiscard]] result<void> open_for(const fault_set& faults, tls_origins* origins);
// Fills the origin into each operation endpoint.origin; it was opened when the fault was switched on.
void fill_origins(std::vector<operation>& operations, tls_origins* origins);

}  // namespace assay::mock
