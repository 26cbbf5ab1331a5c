// Compares two loads: better, worse or cannot tell, by a test that takes the variation of the figures into account.
// Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/load/measurement/result.hpp"

namespace assay::load {

enum class change { better, worse, cannot_tell };

struct comparison_row {
    std::string request;
    std::string metric;  // "p50", "p99", "errors"
    double before = 0;   // µs, or a share
    double after = 0;
    double p = 1;  // of the test, before the correction for multiple tests
    change what = change::cannot_tell;
};

struct comparison {
    std::vector<comparison_row> rows;
    std::string sampled;  // "the seconds of one run each", "5 runs against 5"
    std::vector<std::string> notes;
    bool saturated = false;                // the generator was the bottleneck of a run: no row has a verdict
    bool too_short = false;                // the times of some request were not compared
    [[nodiscard]] change verdict() const;  // worse if any row is worse, else better if any is better
};

struct compare_options {
    double alpha = 0.01;           // for all rows together (Holm)
    double at_least = 0.05;        // a smaller relative difference between runs counts as none
    double at_least_alone = 0.20;  // with one run per side, which cannot show how much runs vary
    bool in_turns = false;         // run i of one side was made next to run i of the other
};

// One or more runs per side, of the same flows. With five or more on each side a run is one sample (Welch's t test,
// or the paired t test for alternating runs, on logarithms); otherwise a second is (Mann-Whitney). A run without a
// verdict of its own gives none here. Errors: usage (no run, nothing in common, alternating runs that are not pairs).
[[nodiscard]] result<comparison> compare(const std::vector<load_result>& before,
                                         const std::vector<load_result>& after, const compare_options& o = {});

[[nodiscard]] std::string_view change_name(change c);

}  // namespace assay::load
