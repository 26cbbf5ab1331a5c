// Finds the parameters of an authorization request: in the request itself, in a pushed request (RFC 9126 §4) or in a
// signed request object (RFC 9101 §6.3).
#pragma once

#include <optional>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The parameters to use; nullopt: those that were sent. Refusals are shown to the user: no redirect_uri is verified
// yet.
[[nodiscard]] outcome<std::optional<oauth::form>> effective_parameters(context& c, const oauth::form& sent);

}  // namespace assay::mock
