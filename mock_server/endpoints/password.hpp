// The password grant (RFC 6749 §4.3), which RFC 9700 §2.4 forbids: only where the rule token.password_refused is off.
#pragma once

#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer password(context& c, const authenticated_client& who);

}  // namespace assay::mock::endpoints
