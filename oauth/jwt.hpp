// JWS compact serialization and JWT (RFC 7515 §7.1, RFC 7519): make, parse, verify, validate claims. `now`
// is always an argument (seconds since the epoch): this room never reads a clock. Thread-safe: plain
// functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "oauth/jwk.hpp"

namespace assay::oauth {

// header '.' payload '.' signature; header and payload unchanged. Errors: crypto (the key does not fit).
[[nodiscard]] result<std::string> sign_jws(std::string_view header_json, std::string_view payload, jws_alg alg,
                                           const jwk& key);
// Convenience: header {"typ":"JWT","alg":…[,"kid":…]}; kid is left out when `with_kid` is false or the key has none.
[[nodiscard]] result<std::string> sign_jwt(const json::object& claims, jws_alg alg, const jwk& key,
                                           bool with_kid = true);

// A parsed token; nothing is verified yet.
struct jws_parts {
    std::string header_json;
    std::string payload;
    std::string signature;      // raw bytes
    std::string signing_input;  // ASCII header.payload
    json::object header;
};
// Three base64url parts, a JSON object header with a string alg, no unknown crit (RFC 7515 §4.1.11).
// Errors: malformed, limit (above 1 MiB), unsupported (crit).
[[nodiscard]] result<jws_parts> parse_jws(std::string_view token);

// The keys of the set that may have signed the token, at least one. Errors: crypto (alg not accepted, no key fits).
struct jws_signers {
    jws_alg alg;
    std::vector<const jwk*> keys;
};
[[nodiscard]] result<jws_signers> signers_of(const jws_parts& parts, const jwks& keys,
                                             const std::vector<jws_alg>& accepted);

// Verifies the signature only. `accepted`: the allowed algorithms, never `none`. Errors: crypto.
[[nodiscard]] result<void> verify_jws(const jws_parts& parts, const jwks& keys, const std::vector<jws_alg>& accepted);
[[nodiscard]] result<void> verify_jws(const jws_parts& parts, const jwk& key, const std::vector<jws_alg>& accepted);

// What the claims of an ID Token must be (OIDC Core §3.1.3.7).
struct id_token_expectations {
    std::string iss;
    std::string client_id;
    std::optional<std::string> nonce{};         // the nonce of the request; checked when present
    std::int64_t now = 0;                       // seconds since the epoch
    std::int64_t leeway = 0;                    // seconds, for exp, iat and nbf
    std::optional<std::string> access_token{};  // compared with at_hash when both are present (§3.1.3.8)
    jws_alg alg = jws_alg::RS256;               // alg of the token's header: it selects the hash for at_hash
};

// at_hash and c_hash (OIDC Core §3.1.3.6): base64url of the left half of the hash of `alg`. For EdDSA that is SHA-512
// (RFC 8032 §5.1), as providers and libraries do; OIDC Core does not name it.
[[nodiscard]] std::string left_half_hash(std::string_view ascii, jws_alg alg);

// One failed validation: `claim` names the claim ("iss", "aud", "exp", "nonce" …).
struct claim_finding {
    std::string claim;
    std::string clause;
    std::string expected;
    std::string actual;
};
// Every claim that fails, in the order of OIDC Core §3.1.3.7; empty when the ID Token is valid. Covers iss, aud, azp,
// exp, iat, nbf, sub, nonce, at_hash, and duplicate names (RFC 7519 §4).
[[nodiscard]] std::vector<claim_finding> judge_id_token(const json::object& claims,
                                                        const id_token_expectations& want);

}  // namespace assay::oauth
