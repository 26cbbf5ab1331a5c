// Parts of the inspector that show arithmetic: PKCE, and JWTs taken apart. Empty where a request has neither. Pure
// functions.
#pragma once

#include <string>
#include <string_view>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock::pages {

// BASE64URL(SHA256(ASCII(code_verifier))) == code_challenge, with the numbers of this token request (RFC 7636 §4.6).
[[nodiscard]] std::string pkce_panel(const issuer& i, const journal_entry& e);
// Each JWT of the request and of the answer: header, claims, and what a reader of them compares.
[[nodiscard]] std::string token_panels(const issuer& i, const journal_entry& e);
// A table of name and value; html of the values.
[[nodiscard]] std::string row_of(std::string_view name, const std::string& html);

}  // namespace assay::mock::pages
