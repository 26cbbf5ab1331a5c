// Form and size of any token request, whatever its grant type (RFC 6749 §3.2).
#pragma once

#include <optional>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// Moves the parameters into c.in.body.
[[nodiscard]] std::optional<refusal> demand_form(context& c);
// What a server must ignore: unknown parameters and parameters without a value.
[[nodiscard]] std::optional<refusal> tolerate_parameters(context& c);

}  // namespace assay::mock
