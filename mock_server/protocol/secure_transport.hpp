// That requests come by https, or by plain http no further than this machine (RFC 6749 §3.1, §3.2).
#pragma once

#include <optional>
#include <string_view>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// As Authlib has it, which Polar is built on: https, or http to localhost, 127.0.0.1 or [::1] with its port.
[[nodiscard]] bool is_secure_transport(std::string_view url);
// Judges the URL that the caller addressed: the scheme of the issuer, so that --public-url tells of TLS in front of
// the mock, and the Host of the request.
[[nodiscard]] std::optional<refusal> demand_secure_transport(context& c);

}  // namespace assay::mock
