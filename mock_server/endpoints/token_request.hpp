// What RFC 6749 §3.2 says of any token request's form and size, whatever its grant.
#pragma once

#include <optional>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// Leaves the parameters in c.in.body.
[[nodiscard]] std::optional<refusal> demand_form(context& c);
// What a server must put up with: parameters it does not know, parameters without a value.
[[nodiscard]] std::optional<refusal> tolerate_parameters(context& c);

}  // namespace assay::mock
