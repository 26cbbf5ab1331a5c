// Parts of the inspector that show computations: PKCE, and decoded JWTs. Empty when a request has neither.
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock::pages {

// BASE64URL(SHA256(ASCII(code_verifier))) == code_challenge, with the values of this token request (RFC 7636 §4.6).
[[nodiscard]] std::string pkce_panel(const issuer& i, const journal_entry& e);
// What the device of this request waits for, or what its user decided (RFC 8628).
[[nodiscard]] std::string device_panel(const issuer& i, const journal_entry& e);
// Each JWT of the request and of the answer: header, claims, and the comparisons a recipient makes.
[[nodiscard]] std::string token_panels(const issuer& i, const journal_entry& e);

// Who received tokens and judges them; an empty member is not compared.
struct token_recipient {
    std::string client_id, nonce;
    std::string access_token{};  // that the ID Token came with
    std::int64_t now = 0;        // epoch seconds of the issuer's clock
};
// The ID Token and the access token of a token response, each with the comparisons its recipient makes (OIDC Core
// §3.1.3.7). An access token that is no JWT gets a sentence.
[[nodiscard]] std::string token_response_panels(const issuer& i, std::string_view id_token,
                                                const token_recipient& who);
// A row of name and value; `html` is the value's HTML.
[[nodiscard]] std::string row_of(std::string_view name, const std::string& html);

}  // namespace assay::mock::pages
