// The handlers of the endpoints: those rows of dialects/endpoints.hpp that have a path. Constant data,
// thread-safe.
#pragma once

#include <span>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

struct served {
    const endpoint_row* row;
    answer (*run)(context& c);
};
[[nodiscard]] std::span<const served> table();

}  // namespace assay::mock::endpoints
