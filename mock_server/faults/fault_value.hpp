// Checks the value of a fault's parameter: the type of its default, and `limits`, `choices` and `keys` of the
// vocabulary. A value that cannot change anything is refused when the fault is switched on. Thread-safe: pure
// functions.
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/faults/fault.hpp"

namespace assay::mock {

// Errors: usage, with the allowed values and the nearest valid name or value.
[[nodiscard]] result<void> check_parameter(const fault& f, const std::string& name, const json::value& v);

}  // namespace assay::mock
