// File descriptors: each connection, process and event loop is one, and a shell often gives a program 1024 or 256.
#pragma once

#include <optional>
#include <string>

#include "data/result.hpp"

namespace assay::harness {

// The soft limit becomes the hard one, which the person's system allows anyway. Once, at start.
void raise_descriptor_limit();

// Fewer `jobs` where the limit does not allow that many (0: `by_default` of them); what to tell the person then.
// Errors: environment, where it does not allow one.
[[nodiscard]] result<std::optional<std::string>> fit_jobs(unsigned& jobs, unsigned by_default);

}  // namespace assay::harness
