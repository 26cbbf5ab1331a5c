// POST at a protected resource: creates an object that belongs to an organization. Thread-safe.
#pragma once

#include "mock_server/request/context.hpp"

namespace assay::mock {

// Answers 201 with the body that was sent, an id, the dates and the organization. Nothing is stored.
[[nodiscard]] http::response create_resource(context& c, const resource& r, const token_pair& token);

}  // namespace assay::mock
