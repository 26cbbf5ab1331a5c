// The families of operations: one file each in this folder, with rows and functions. Constant data.
#pragma once

#include <array>
#include <span>

#include "mock_server/faults/operation.hpp"

namespace assay::mock::operations {

using family = std::span<const operation_row>;
[[nodiscard]] family id_token_operations();
[[nodiscard]] family signing_operations();
[[nodiscard]] family callback_operations();
[[nodiscard]] family json_operations();
[[nodiscard]] family head_operations();
[[nodiscard]] family body_operations();
[[nodiscard]] family jwks_operations();
[[nodiscard]] family endpoint_operations();
[[nodiscard]] family transport_operations();

[[nodiscard]] inline auto families() {
    return std::array{id_token_operations(), signing_operations(),  callback_operations(),
                      json_operations(),     head_operations(),     body_operations(),
                      jwks_operations(),     endpoint_operations(), transport_operations()};
}

}  // namespace assay::mock::operations
