// JWT client authentication (RFC 7523 §2.2, §3; OIDC Core §9): the claims of a client_assertion. Its signature is
// verify_jws()'s. `now` is always an argument. Thread-safe: plain functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "oauth/jwt.hpp"

namespace assay::oauth {

inline constexpr std::string_view jwt_bearer_assertion_type =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct client_assertion_expectations {
    std::string client_id;
    std::vector<std::string> audiences;  // any one of them: token endpoint, issuer (RFC 7523 §3 (3))
    std::int64_t now = 0;                // seconds since the epoch
    std::int64_t leeway = 10;            // seconds, for exp, nbf and iat
    std::int64_t oldest = 86'400;        // seconds since iat
};

// Every claim that does not hold, in the order iss, sub, aud, exp, nbf, iat, jti; empty when the assertion is good.
[[nodiscard]] std::vector<claim_finding> judge_client_assertion(const json::object& claims,
                                                                const client_assertion_expectations& want);

// Whether `aud` is, or is an array that holds, one of `audiences` (RFC 7519 §4.1.3).
[[nodiscard]] bool audience_holds(const json::object& claims, const std::vector<std::string>& audiences);
// Whether exp is past, absent or no number; whether there is an nbf that is to come or no number. `leeway` in
// seconds.
[[nodiscard]] bool is_past(const json::object& claims, std::int64_t now, std::int64_t leeway);
[[nodiscard]] bool is_to_come(const json::object& claims, std::int64_t now, std::int64_t leeway);

}  // namespace assay::oauth
