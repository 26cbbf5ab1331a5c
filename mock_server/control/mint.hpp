// Authorization codes and tokens in bulk, for load tests, as after that many sign-ins. Thread-safe.
#pragma once

#include <memory>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

// {count, client_id, users?, scope?, redirect_uri?} -> {codes: [{code, nonce, sub}…], code_verifier, redirect_uri,
// scope}. Users take turns; all codes share one code_verifier. At most 10 000 codes. Errors: usage.
[[nodiscard]] result<json::object> mint_codes(issuer& at, const json::value& asked);

// {count, client_id, users?, scope?, claims?, auth_time?, id_token?: true or {nonce?, claims?}} -> {tokens:
// [{access_token, refresh_token?, id_token?, sub}…], token_type, expires_in, scope}, as the token endpoint would
// issue them. `claims` are in the access token if it is a JWT, and in its introspection. At most 10 000. Errors:
// usage.
[[nodiscard]] result<json::object> mint_tokens(const std::shared_ptr<issuer>& at, const json::value& asked);

}  // namespace assay::mock
