// JWT client authentication (RFC 7523 §2.2, §3; OIDC Core §9): checks the claims of a client_assertion. verify_jws()
// checks its signature. `now` is always an argument. Thread-safe: plain functions.
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
    std::vector<std::string> audiences;  // any one of these: token endpoint, issuer (RFC 7523 §3 (3))
    std::int64_t now = 0;                // seconds since the epoch
    std::int64_t leeway = 10;            // seconds, for exp, nbf and iat
    std::int64_t oldest = 86'400;        // largest allowed age in seconds, counted from iat
};

// Every claim that fails, in the order iss, sub, aud, exp, nbf, iat, jti; empty when the assertion is valid.
[[nodiscard]] std::vector<claim_finding> judge_client_assertion(const json::object& claims,
                                                                const client_assertion_expectations& want);

// Whether `aud` is, or is an array that holds, one of `audiences` (RFC 7519 §4.1.3).
[[nodiscard]] bool audience_holds(const json::object& claims, const std::vector<std::string>& audiences);
// is_past: exp is past, absent or not a number. The second: nbf is present, and is in the future or not a number.
// `leeway` in seconds.
[[nodiscard]] bool is_past(const json::object& claims, std::int64_t now, std::int64_t leeway);
[[nodiscard]] bool is_to_come(const json::object& claims, std::int64_t now, std::int64_t leeway);

}  // namespace assay::oauth
