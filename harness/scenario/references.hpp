// Checks every ${…} of a check file: a misspelt name would silently become an empty parameter, and the check would
// send something else than intended. Thread-safe: pure functions.
#pragma once

#include "data/result.hpp"
#include "data/yaml.hpp"

namespace assay::harness {

// A name without a dot must be saved by a step or defined by a loop; otherwise its first word must be known.
// Errors: bad_yaml with the place and the nearest valid name.
[[nodiscard]] result<void> check_references(const yaml::document& d);

}  // namespace assay::harness
