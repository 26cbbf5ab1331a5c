// Two loads side by side: better, worse or cannot tell, by a test that knows how much the figures vary by themselves.
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
    std::string leg;
    std::string metric;  // "p50", "p99", "errors"
    double before = 0;   // µs, or a share
    double after = 0;
    double p = 1;  // as the test gives it, before the correction for several rows
    change what = change::cannot_tell;
};

struct comparison {
    std::vector<comparison_row> rows;
    std::string sampled;  // "the seconds of one run each", "5 runs against 5"
    std::vector<std::string> notes;
    [[nodiscard]] change verdict() const;  // worse if any row is, else better if any is
};

struct compare_options {
    double alpha = 0.01;           // for all rows together (Holm)
    double at_least = 0.05;        // between runs a difference below this share is none
    double at_least_alone = 0.20;  // with one run a side, which cannot show how much runs differ among themselves
    bool in_turns = false;         // run i of one side was made beside run i of the other
};

// One or more runs a side, of the same flows. With five or more on each side a run is one sample (Welch's t test, in
// turns the paired one, of logarithms); otherwise a second is (Mann-Whitney). A run that has no verdict of its own
// gives none here. Errors: usage (no run, nothing in common, runs in turns that are no pairs).
[[nodiscard]] result<comparison> compare(const std::vector<load_result>& before,
                                         const std::vector<load_result>& after, const compare_options& o = {});

[[nodiscard]] std::string_view change_name(change c);

}  // namespace assay::load
