// The scope of a request that a client sends itself, without an authorization request before it.
#pragma once

#include "mock_server/request/context.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {

// The client's own scope if the request names none. Refused when the client is not registered for it.
[[nodiscard]] outcome<oauth::scope_set> requested_scope(context& c, const client& who);

}  // namespace assay::mock
