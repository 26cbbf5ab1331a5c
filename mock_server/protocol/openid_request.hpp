// OpenID Connect parameters of an authorization request (OIDC Core §3.1.2.1, §5.5, §11): max_age, hints, claims,
// offline_access, response_mode.
#pragma once

#include <string_view>

#include "mock_server/protocol/authorization.hpp"

namespace assay::mock {

// Reads them into `r`, if the dialect supports them.
[[nodiscard]] std::optional<refusal> read_openid_parameters(context& c, const oauth::form& p,
                                                            authorization_request& r);
// The signed-in user satisfies id_token_hint and max_age. Otherwise the user must sign in again.
[[nodiscard]] bool fits_session(const context& c, const authorization_request& r, const user& who);
// What the user consents to: the scopes, and "claim:NAME" for each requested claim.
[[nodiscard]] oauth::scope_set consented_scope(const authorization_request& r);
// Appends the claims that the claims parameter requests at that place ("id_token", "userinfo"), if they have a value.
void append_requested_claims(const context& c, const subject& of, const json::value& asked, std::string_view place,
                             json::object& out);
// The claims of an ID Token of this issuer, expired or not. Errors: why it is not one.
[[nodiscard]] result<json::object> read_own_id_token(const context& c, std::string_view token);

}  // namespace assay::mock
