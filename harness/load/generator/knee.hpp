// The highest rate that meets the thresholds: doubled until one fails, then halved in between. Not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/measurement/result.hpp"

namespace assay::load {

struct probe {
    double rate = 0;
    bool holds = false;
    load_result load;
};

struct knee_options {
    double from = 50;
    double to = 20'000;
    double precision = 0.05;  // stop when the gap is this share of the rate
};

struct knee_result {
    std::vector<probe> probes;     // in the order they were made
    double highest = 0;            // 0: not even the lowest rate holds
    bool open_end = false;         // `to` holds
    bool generator_first = false;  // beyond `highest` the generator was the bottleneck: the server's knee is higher
    std::string what;              // what gave way beyond it, in a sentence
    bool interrupted = false;
};

// `run` puts that rate on the server. Errors: of `run`.
[[nodiscard]] result<knee_result> find_knee(const knee_options& o,
                                            const std::function<result<load_result>(double rate)>& run);

}  // namespace assay::load
