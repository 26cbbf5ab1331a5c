// `assay load` as one of the ranks that mpirun or srun started: rank 0 reads the plan and finds the target, all ranks
// load it, rank 0 writes the one result. Not thread-safe.
#pragma once

#include <chrono>
#include <string>

#include "data/result.hpp"
#include "harness/cli/load/load_flags.hpp"
#include "harness/cli/load/load_target.hpp"
#include "harness/cli/load/load_watch.hpp"
#include "harness/load/ranks/launcher.hpp"

namespace assay::harness {

struct ranks_options {
    load_flags flags;
    std::string out;
    std::chrono::nanoseconds silence;  // how long a rank may say nothing
    watch_options watch;               // of rank 0, which has the figures of all
};
// The exit code, which is the same on all ranks. `report`: prints an error and returns its exit code.
[[nodiscard]] int load_as_rank(const load::launch& how, const ranks_options& o, int (*report)(const error&));

// The options of one run: those of the target, with the check of a plan that names one.
[[nodiscard]] result<load::load_result> load_once(const load::load_plan& plan, const load_target& target,
                                                  load::run_options options, const std::string& data);

}  // namespace assay::harness
