// Compares two results of the benchmarks (bench/compare.py, assay.bench/1): better, worse or cannot tell for each
// figure. Thread-safe: pure functions.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/load/result/compare.hpp"

namespace assay::load {

// One figure with its value in every round.
struct bench_figure {
    std::string part, group, name, unit;
    std::string against;  // the peer measured in the same rounds; empty: none
    bool ours = false;    // our own program; others are the same programs before and after
    bool less_is_better = false;
    std::vector<double> rounds;  // in `unit`
    std::vector<double> ratios;  // to `against`, in the same rounds
};

struct bench_result {
    std::string turns;  // equal in two results if their rounds were measured alternately; empty: measured separately
    std::vector<bench_figure> figures;
};
// Errors: usage (another document, or one that is too old to contain rounds), malformed.
[[nodiscard]] result<bench_result> read_bench(const json::value& v);

struct bench_row {
    std::string group, name, unit;
    bool ours = false;
    bool ratio = false;  // `before` and `after` are ratios to a peer, not values in `unit`
    double before = 0;   // medians
    double after = 0;
    double p = 1;  // before the correction for multiple tests
    change what = change::cannot_tell;
};

struct bench_comparison {
    std::vector<bench_row> rows;
    std::string sampled;
    std::vector<std::string> notes;
    [[nodiscard]] change verdict() const;  // of our figures only
};

struct bench_compare_options {
    double alpha = 0.01;           // for all our figures together (Holm), and for all others together
    double at_least = 0.03;        // alternating runs: a smaller relative difference counts as none
    double at_least_apart = 0.05;  // for ratios to a peer, measured at different times
    double at_least_alone = 0.20;  // for figures without a peer, measured at different times
};

// Alternating runs: the paired t test on the logarithms of the rounds' values. Runs at different times: Welch's t
// test on the logarithms of the ratios, which do not depend on the speed of the machine, or of the values if there is
// no peer. Errors: usage (nothing in common, fewer than 3 rounds).
[[nodiscard]] result<bench_comparison> compare_benches(const bench_result& before, const bench_result& after,
                                                       const bench_compare_options& o = {});

}  // namespace assay::load
