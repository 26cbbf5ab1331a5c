// The path of an endpoint in a dialect, by the endpoint's key, for tests that build a request target.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "mock_server/dialects/endpoints.hpp"

namespace assay::mock::testing {

// Below the issuer; empty: the dialect has no such endpoint.
inline std::string path_in(const dialect& d, std::string_view key) {
    const auto* row =
        std::find_if(endpoint_rows.begin(), endpoint_rows.end(), [&](const auto& one) { return one.key == key; });
    return row == endpoint_rows.end() ? std::string{} : std::string(path_of(*row, d));
}

}  // namespace assay::mock::testing
