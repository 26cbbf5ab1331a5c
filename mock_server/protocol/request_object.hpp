// Finds the parameters of an authorization request: in the request itself, in a pushed request (RFC 9126 §4) or in a
// signed request object (RFC 9101 §6.3).
#pragma once

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The parameters to use. Refusals are shown to the user: no redirect_uri is verified yet.
[[nodiscard]] outcome<oauth::form> effective_parameters(context& c, const oauth::form& sent);

}  // namespace assay::mock
