// What the parameter of a fault can be, as the vocabulary describes it: the kind of its default, and `limits`,
// `choices` and `keys` beside it. A value that could change nothing is refused when the fault is switched on. Pure
// functions.
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/faults/fault.hpp"

namespace assay::mock {

// Errors: usage, with what it can be and the nearest valid name or value.
[[nodiscard]] result<void> check_parameter(const fault& f, const std::string& name, const json::value& v);

}  // namespace assay::mock
