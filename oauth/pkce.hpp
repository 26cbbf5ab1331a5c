// PKCE (RFC 7636): code_verifier and code_challenge. Thread-safe: plain functions.
#pragma once

#include <string>
#include <string_view>

namespace assay::oauth {

// 43*128unreserved (RFC 7636 §4.1, §4.2): the same syntax for code_verifier and for code_challenge.
[[nodiscard]] bool is_code_verifier(std::string_view text);
// BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) (RFC 7636 §4.2).
[[nodiscard]] std::string s256_challenge(std::string_view code_verifier);
// RFC 7636 §4.6: method "S256" or "plain"; any other method matches nothing. Compares in constant time.
[[nodiscard]] bool challenge_matches(std::string_view method, std::string_view code_challenge,
                                     std::string_view code_verifier);
// A new code_verifier of 43 characters: base64url of 32 random bytes (RFC 7636 §4.1).
[[nodiscard]] std::string random_code_verifier();

}  // namespace assay::oauth
