// What a request asks for that a client sends itself, without an authorization request before it.
#pragma once

#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/context.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {

// The client's own scope if the request names none. Refused when the client is not registered for it.
[[nodiscard]] outcome<oauth::scope_set> requested_scope(context& c, const client& who);

// A grant to that client for that subject, which nobody has signed in for: without scope and resources.
[[nodiscard]] grant_of_tokens grant_to(const context& c, const authenticated_client& who, subject of);
// The same, with the scope and the resources that the request asks for.
[[nodiscard]] outcome<grant_of_tokens> requested_grant(context& c, const authenticated_client& who, subject of);

}  // namespace assay::mock
