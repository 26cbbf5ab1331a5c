// The control API of the mock, as client checks use it. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "http/client.hpp"

namespace assay::harness {

// One request in the answer of GET /issuers/{name}/journal.
struct journal_entry {
    std::int64_t seq = 0;
    std::string endpoint;  // "token", "userinfo" …
    json::value document;
    [[nodiscard]] int status() const;
    [[nodiscard]] std::string target() const;
    [[nodiscard]] std::string request_body() const;
    [[nodiscard]] http::headers request_headers() const;
    [[nodiscard]] bool has_fault() const;
};

class mock_control {
public:
    // `origin`: URL of the control listener. `ca_file`: PEM to trust its issuers over TLS; empty if there are none.
    // Errors of every call: environment, with the API's message.
    explicit mock_control(std::string origin, std::string ca_file = {})
        : origin_(std::move(origin)), ca_file_(std::move(ca_file)) {}

    // Creates an issuer and returns its document. `with`: members of POST /issuers besides the dialect.
    [[nodiscard]] result<json::value> make_issuer(const std::string& dialect, const json::object& with);
    [[nodiscard]] result<void> set_faults(const std::string& issuer_name, const json::value& faults);
    [[nodiscard]] result<void> register_client(const std::string& issuer_name, const json::value& client);
    [[nodiscard]] result<std::vector<journal_entry>> journal(const std::string& issuer_name, std::int64_t after = 0);
    // The vocabulary of faults: the answer of GET /faults.
    [[nodiscard]] result<json::value> faults() { return call("GET", "/faults", {}); }
    // The metadata document of an issuer.
    [[nodiscard]] result<json::value> metadata(const std::string& issuer);
    void remove_issuer(const std::string& issuer_name);

private:
    [[nodiscard]] result<json::value> call(const std::string& method, const std::string& target,
                                           const json::value& body);

    std::string origin_, ca_file_;
    http::client client_;
};

}  // namespace assay::harness
