// Access tokens at protected resources (RFC 6750).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The live token of the request's Authorization header, or the refusal of RFC 6750 §3.
[[nodiscard]] outcome<token_pair> authorize_bearer(context& c);
// One Authorization field, and behind Bearer or DPoP one token; requests without either pass.
[[nodiscard]] std::optional<refusal> demand_one_bearer(context& c);
[[nodiscard]] std::optional<refusal> demand_scope(context& c, const token_pair& token,
                                                  std::span<const std::string> any_of);
// A dialect that looks at every Bearer header first (Polar): the refusal of a bad one, on whatever path.
[[nodiscard]] std::optional<refusal> precheck_bearer(context& c);

}  // namespace assay::mock
