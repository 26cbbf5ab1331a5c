// Client authentication by JWT: private_key_jwt and client_secret_jwt (RFC 7523 §2.2, OIDC Core §9).
#pragma once

#include <optional>
#include <string>

#include "mock_server/request/context.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock {

// A parsed client_assertion; nothing is verified yet.
struct client_assertion {
    result<oauth::jws_parts> parts = fail(errc::malformed, "there is none");  // error: not a JWT
    json::object claims;
    std::string client_id;  // client_id of the body, else sub, else iss
};

// nullopt when none was sent, or the dialect does not support it.
[[nodiscard]] std::optional<client_assertion> read_client_assertion(const context& c);
// The method that `who` registered if it is one of the two, else the one that matches the algorithm.
[[nodiscard]] std::string assertion_method(const client_assertion& a, const client& who);
// Applies the rules client.assertion_*.
[[nodiscard]] std::optional<refusal> demand_client_assertion(context& c, const client_assertion& a,
                                                             const client& who);

}  // namespace assay::mock
