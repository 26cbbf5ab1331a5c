// Whether the ${…} of a check can mean anything: a misspelt name would be an empty parameter, and a check that sends
// something else than it says. Pure.
#pragma once

#include "data/result.hpp"
#include "data/yaml.hpp"

namespace assay::harness {

// Names without a dot are saved by a step, or the element of a loop; the first word of the others is known.
// Errors: bad_yaml with the place and the nearest valid name.
[[nodiscard]] result<void> check_references(const yaml::document& d);

}  // namespace assay::harness
