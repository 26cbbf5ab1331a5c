// Where the parameters of an authorization request come from: the request itself, a pushed one (RFC 9126 §4) or a
// signed request object (RFC 9101 §6.3).
#pragma once

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The parameters that count. Refusals are shown to the person: no redirect_uri is verified yet.
[[nodiscard]] outcome<oauth::form> effective_parameters(context& c, const oauth::form& sent);

}  // namespace assay::mock
