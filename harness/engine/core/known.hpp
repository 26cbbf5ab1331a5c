// Expected deviations of servers and clients. Thread-safe: pure functions.
#pragma once

#include <span>
#include <vector>

#include "harness/scenario/profile.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// Applies each `known` row: deviating rows that match (fails, warns and undecided ones, or only those with its own
// verdict) become known; if none deviates, matching passes become stale.
void apply_known(std::span<reports::row> rows, const std::vector<known_row>& known);

}  // namespace assay::harness
