// Parts of the inspector that show computations: PKCE, and decoded JWTs. Empty when a request has neither.
// Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock::pages {

// BASE64URL(SHA256(ASCII(code_verifier))) == code_challenge, with the values of this token request (RFC 7636 §4.6).
[[nodiscard]] std::string pkce_panel(const issuer& i, const journal_entry& e);
// Each JWT of the request and of the answer: header, claims, and the comparisons a recipient makes.
[[nodiscard]] std::string token_panels(const issuer& i, const journal_entry& e);
// A row of name and value; `html` is the value's HTML.
[[nodiscard]] std::string row_of(std::string_view name, const std::string& html);

}  // namespace assay::mock::pages
