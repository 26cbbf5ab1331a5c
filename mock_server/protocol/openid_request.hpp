// What OpenID Connect adds to an authorization request (OIDC Core §3.1.2.1, §5.5, §11): max_age, hints, claims,
// offline_access, response_mode.
#pragma once

#include <string_view>

#include "mock_server/protocol/authorization.hpp"

namespace assay::mock {

// Reads them into `r`, where the dialect looks at them.
[[nodiscard]] std::optional<refusal> read_openid_parameters(context& c, const oauth::form& p,
                                                            authorization_request& r);
// The person signed in fits the request: by hint and by age. Otherwise the sign-in is to be done again.
[[nodiscard]] bool fits_session(const context& c, const authorization_request& r, const user& who);
// What consent is asked for: the scopes, and "claim:NAME" for each claim asked for by name.
[[nodiscard]] oauth::scope_set consented_scope(const authorization_request& r);
// Claims that the claims parameter asked for at that place ("id_token", "userinfo"), as far as they are known.
void append_requested_claims(const context& c, const subject& of, const json::value& asked, std::string_view place,
                             json::object& out);
// The subject of an ID Token of this issuer, whatever its age; empty where it is none.
[[nodiscard]] std::optional<json::object> read_own_id_token(const context& c, std::string_view token);

}  // namespace assay::mock
