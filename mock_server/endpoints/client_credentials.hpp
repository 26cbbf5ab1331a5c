// The client_credentials grant (RFC 6749 §4.4).
#pragma once

#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer client_credentials(context& c, const authenticated_client& who);

}  // namespace assay::mock::endpoints
