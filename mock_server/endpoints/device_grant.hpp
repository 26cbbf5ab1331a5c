// The device_code grant: polls of a device (RFC 8628 §3.4, §3.5).
#pragma once

#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer redeem_device_code(context& c, const authenticated_client& who);

}  // namespace assay::mock::endpoints
