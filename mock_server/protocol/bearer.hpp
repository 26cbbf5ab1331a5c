// Access tokens at protected resources (RFC 6750).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The valid token of the request's Authorization header, or the refusal of RFC 6750 §3.
[[nodiscard]] outcome<token_pair> authorize_bearer(context& c);
// Checks that there is one Authorization field with one token after Bearer or DPoP; other schemes pass.
[[nodiscard]] std::optional<refusal> demand_one_bearer(context& c);
[[nodiscard]] std::optional<refusal> demand_scope(context& c, const token_pair& token,
                                                  std::span<const std::string> any_of);
// For dialects that check every Bearer header first (Polar): refuses a bad one, whatever the path.
[[nodiscard]] std::optional<refusal> precheck_bearer(context& c);

}  // namespace assay::mock
