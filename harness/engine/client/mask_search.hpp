// Faults that are seen by something else than what their check is about. A client that looks at nothing but that one
// thing must refuse them; one that looks at everything else must take them, which is the check's careless witness.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/check.hpp"

namespace assay::harness {

// What `assay rp` leaves out to look at nothing but what the check is about: names for `without`. Empty: the check
// asks for no refusal, or its witness is no validation. Thread-safe: pure.
[[nodiscard]] std::vector<std::string> everything_but(const check& c);

}  // namespace assay::harness
