// A JWT of a trusted issuer as an authorization grant (RFC 7521 §4.1, RFC 7523 §2.1).
#pragma once

#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer jwt_bearer(context& c, const authenticated_client& who);

}  // namespace assay::mock::endpoints
