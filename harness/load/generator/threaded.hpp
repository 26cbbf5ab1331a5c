// Load by something that blocks, such as a whole scenario: arrivals from the plan, carried out by threads that wait
// for one another. An arrival that finds no free thread waits, and its latency goes on counting.
#pragma once

#include <functional>
#include <string>

#include "data/result.hpp"
#include "harness/load/generator/run.hpp"

namespace assay::load {

struct outcome {
    std::string kind;  // empty: good
    std::string sample;
};

// `once` is called from `plan.connections` threads, 64 at most. `leg` names the request in the result. Of the options
// only target, stop, show, start_at and notes are used. Errors: usage.
[[nodiscard]] result<load_result> run_threaded(const load_plan& plan, const run_options& o, const std::string& leg,
                                               const std::function<outcome()>& once);

}  // namespace assay::load
