// The refresh_token grant (RFC 6749 §6, RFC 9700 §4.14.2).
#pragma once

#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer refresh(context& c, const authenticated_client& who);

}  // namespace assay::mock::endpoints
