// `assay load` as one of the ranks that mpirun or srun started: rank 0 reads the plan and finds the target, all ranks
// load it, rank 0 writes the one result. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "data/result.hpp"
#include "harness/cli/load/load_flags.hpp"
#include "harness/cli/load/load_live.hpp"
#include "harness/cli/load/load_target.hpp"
#include "harness/load/ranks/launcher.hpp"

namespace assay::harness {

struct ranks_options {
    load_flags flags;
    std::string out;
    std::chrono::nanoseconds silence;   // how long a rank may say nothing
    std::optional<std::uint16_t> live;  // the port of rank 0's page about the run
};
// The exit code, which is the same on all ranks. `report`: prints an error and returns its exit code.
[[nodiscard]] int load_as_rank(const load::launch& how, const ranks_options& o, int (*report)(const error&));

// Starts the page about a run, if there is a port for it, and says on stderr where it is. Errors: environment.
[[nodiscard]] result<std::unique_ptr<load_live>> start_live(const std::optional<std::uint16_t>& port,
                                                            const load::load_plan& plan);
// The options of one run: those of the target, with the check of a plan that names one.
[[nodiscard]] result<load::load_result> load_once(const load::load_plan& plan, const load_target& target,
                                                  load::run_options options, const std::string& data);

}  // namespace assay::harness
