// The control API: makes and ends issuers, sets their faults, moves their clock, reads their journal, registers
// clients. It can mint trust, so it listens on a port of its own, only when asked for, and beyond loopback only for
// those who show its token. Thread-safe.
#pragma once

#include <string_view>

#include "http/message.hpp"
#include "mock_server/routing/mock.hpp"

namespace assay::mock {

// Answers one request of the control listener. Errors are {"error", "message"} with 400, 401, 403, 404, 405 or 409.
// `token`: what callers must show as a Bearer token (RFC 6750 §2.1); empty: nothing, and only loopback names are
// answered.
[[nodiscard]] http::plan handle_control(mock& m, const http::request& r, std::string_view token = {});

}  // namespace assay::mock
