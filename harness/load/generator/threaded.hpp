// Load by blocking work, such as a whole check: arrivals from the load plan, executed by a pool of threads. An
// arrival that finds no free thread waits, and its latency includes that time.
#pragma once

#include <functional>
#include <string>

#include "data/result.hpp"
#include "harness/load/generator/run.hpp"

namespace assay::load {

struct outcome {
    std::string kind;  // empty: success
    std::string sample;
};

// `once` is called from `plan.connections` threads, 64 at most. `request`: its name in the result. Only the options
// target_name, stop, show, start_at, with_others, server_pid, server_metrics and notes are used. Errors: usage, those
// of the others.
[[nodiscard]] result<load_result> run_threaded(const load_plan& plan, run_options o, const std::string& request,
                                               const std::function<outcome()>& once);

}  // namespace assay::load
