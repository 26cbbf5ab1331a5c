// File descriptors: each connection, process and event loop needs one, and the soft limit is often 1024 or 256.
#pragma once

#include <optional>
#include <string>

#include "data/result.hpp"

namespace assay::harness {

// Raises the soft limit to the hard limit. Call once, at start.
void raise_descriptor_limit();

// Reduces `jobs` if the limit does not allow that many (0: `by_default`); returns a note for the user then. Errors:
// environment, when it does not allow even one.
[[nodiscard]] result<std::optional<std::string>> fit_jobs(unsigned& jobs, unsigned by_default);

}  // namespace assay::harness
