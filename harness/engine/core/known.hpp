// Deviations that are expected, of servers and of clients alike. Thread-safe: pure.
#pragma once

#include <span>
#include <vector>

#include "harness/scenario/profile.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// Each `known` row: the deviating rows it fits become known (fails, warns and undecided ones, or those of its own
// verdict alone); where nothing deviates, what passed becomes stale.
void apply_known(std::span<reports::row> rows, const std::vector<known_row>& known);

}  // namespace assay::harness
