// DPoP proofs (RFC 9449 §4): a JWT that a client signs for one request. Making and checking them are pure functions:
// time, method, URL and token come in as arguments. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "oauth/jwk.hpp"
#include "oauth/jwt.hpp"

namespace assay::oauth {

struct dpop_expectations {
    std::string htm;                          // the request's method
    std::string htu;                          // its URL; query and fragment are not compared
    std::int64_t now = 0;                     // seconds since the epoch
    std::int64_t window = 60;                 // seconds, for iat in both directions (§11.1)
    std::optional<std::string> access_token;  // the access token sent with the proof: ath is compared
};

// A parsed proof. `findings` names what fails: "typ", "alg", "jwk", "signature", "htm", "htu", "iat", "jti", "ath"
// (§4.3, in that order); empty when the proof is valid. The caller keeps the state that is needed to check that jti
// was not used before and that the nonce is the server's.
struct dpop_proof {
    std::string jkt;  // RFC 7638 thumbprint of the key in the header; empty without a usable key
    std::string jti;
    std::string nonce;
    std::vector<claim_finding> findings;
};

// Errors: malformed (not a JWT), limit (above 16 KiB).
[[nodiscard]] result<dpop_proof> judge_dpop_proof(std::string_view proof, const dpop_expectations& want);

// base64url SHA-256 of the access token (§4.2).
[[nodiscard]] std::string dpop_ath(std::string_view access_token);

// RFC 3986 §6.2.2, §6.2.3: lower-case scheme and host, no default port, "/" for an empty path, normalized
// percent-encoding; no query or fragment. Text that is not an absolute URL is returned unchanged.
[[nodiscard]] std::string normalized_htu(std::string_view url);

}  // namespace assay::oauth
