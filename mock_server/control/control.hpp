// The control API: makes and ends issuers, sets their faults, moves their clock, reads their journal, registers
// clients. It can mint trust, so it listens on a loopback port of its own and only when asked for. Thread-safe.
#pragma once

#include "http/message.hpp"
#include "mock_server/mock.hpp"

namespace assay::mock {

// Answers one request of the control listener. Errors are {"error", "message"} with 400, 404, 405 or 409.
[[nodiscard]] http::plan handle_control(mock& m, const http::request& r);

}  // namespace assay::mock
