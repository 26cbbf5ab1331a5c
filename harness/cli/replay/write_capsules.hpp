// A run's failures as capsules (capsule.hpp) below its --out folder. Not thread-safe.
#pragma once

#include <string>

#include "data/result.hpp"
#include "harness/cli/run/run_plan.hpp"

namespace assay::harness {

// Capsules of a run at most, the worst first.
inline constexpr std::size_t capsules_max = 100;

struct written_capsules {
    std::string folder;  // "out/capsules"
    std::size_t files = 0, left_out = 0;
};
// One file for each row that failed or warned; those of an earlier run are removed. Errors: environment.
[[nodiscard]] result<written_capsules> write_capsules(const run_plan& plan, const run_options& o,
                                                      const reports::run& ran);

}  // namespace assay::harness
