// The grant_type=web of Polar: exchanges the session of a browser for an access token.
#pragma once

#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer exchange_session(context& c, const authenticated_client& who);

}  // namespace assay::mock::endpoints
