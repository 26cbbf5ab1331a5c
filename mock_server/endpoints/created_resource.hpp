// What a POST at a protected resource makes, and to which organization it belongs.
#pragma once

#include "mock_server/request/context.hpp"

namespace assay::mock {

// Answers 201 with what was sent, an id, the dates and the organization; nothing is kept.
[[nodiscard]] http::response create_resource(context& c, const resource& r, const token_pair& token);

}  // namespace assay::mock
