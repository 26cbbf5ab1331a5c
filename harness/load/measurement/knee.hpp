// The highest rate that meets the thresholds: doubled until one fails, then a binary search. Not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/load/measurement/result.hpp"
#include "harness/load/measurement/threshold.hpp"

namespace assay::load {

struct probe {
    double rate = 0;
    bool holds = false;
    load_result load;
};

struct knee_options {
    double from = 50;
    double to = 20'000;
    double precision = 0.05;  // stop when the interval is smaller than this share of the rate
};

struct knee_result {
    std::vector<probe> probes;     // in the order of execution
    double highest = 0;            // 0: even the lowest rate fails
    bool open_end = false;         // even `to` passes
    bool generator_first = false;  // above `highest` the generator was the bottleneck: the server can do more
    std::string what;              // one sentence: what limited the rate
    bool interrupted = false;
};

// "holds", "fails", "no verdict" or "interrupted".
[[nodiscard]] std::string_view state_of(const probe& p);
// The thresholds that somebody asked for, and those that do not hold.
[[nodiscard]] std::vector<judged> thresholds_of(const probe& p);
// "Highest rate that holds: 250/s. The limit beyond it: …"
[[nodiscard]] std::string knee_sentence(const knee_result& k);
// 0, 4 (not even the lowest rate holds), 5 (the generator was the limit), 130 (interrupted).
[[nodiscard]] int exit_code(const knee_result& k);

// `run` runs the load at that rate. Errors: those of `run`.
[[nodiscard]] result<knee_result> find_knee(const knee_options& o,
                                            const std::function<result<load_result>(double rate)>& run);

}  // namespace assay::load
