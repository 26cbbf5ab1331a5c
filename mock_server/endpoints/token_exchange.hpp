// Token exchange (RFC 8693).
#pragma once

#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer exchange_token(context& c, const authenticated_client& who);

}  // namespace assay::mock::endpoints
