// Finds faults that are detected by another validation than the check's. A client with only the check's validation
// must refuse the fault; one with all others must accept it, which is the check's mutant.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/check.hpp"

namespace assay::harness {

// The validations to leave out (names for `without`) so that only the check's own remain. Empty: the check expects no
// refusal, or its witness is not a validation. Thread-safe: pure functions.
[[nodiscard]] std::vector<std::string> everything_but(const check& c);

}  // namespace assay::harness
