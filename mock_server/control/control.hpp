// The control API: creates and deletes issuers, sets their faults, moves their clock, reads their journal, registers
// clients. It can create tokens for any user, so it has its own port, is off by default, and beyond loopback requires
// a token. Thread-safe.
#pragma once

#include <string_view>

#include "http/message.hpp"
#include "mock_server/routing/mock.hpp"

namespace assay::mock {

// Answers one request of the control listener. Errors are {"error", "message"} with 400, 401, 403, 404, 405 or 409.
// `token`: the required Bearer token (RFC 6750 §2.1); empty: no token is required, but Host must be a loopback
// name.
[[nodiscard]] http::plan handle_control(mock& m, const http::request& r, std::string_view token = {});

}  // namespace assay::mock
