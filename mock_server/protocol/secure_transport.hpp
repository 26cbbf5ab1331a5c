// Checks that requests use https, or plain http only on this machine (RFC 6749 §3.1, §3.2).
#pragma once

#include <optional>
#include <string_view>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The check of Authlib, on which Polar is built: https, or http to localhost, 127.0.0.1 or [::1] with any port.
[[nodiscard]] bool is_secure_transport(std::string_view url);
// Checks the URL that the client used: the scheme of the issuer's URL (so --public-url can say that TLS ends at a
// proxy) with the Host of the request.
[[nodiscard]] std::optional<refusal> demand_secure_transport(context& c);

}  // namespace assay::mock
