// Two results of the benchmarks (bench/compare.py, assay.bench/1) side by side: better, worse or cannot tell for each
// figure. Thread-safe: pure functions.
#pragma once

#include <string>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/load/result/compare.hpp"

namespace assay::load {

// One figure with the value of every round.
struct bench_figure {
    std::string part, group, name, unit;
    std::string against;  // the peer that stood beside it in every round; empty: none
    bool ours = false;    // it changes with this project; the others are the same programs before and after
    bool less_is_better = false;
    std::vector<double> rounds;  // in `unit`
    std::vector<double> ratios;  // to `against`, in the same rounds
};

struct bench_result {
    std::string turns;  // equal in two results whose rounds were made in turns; empty: made alone
    std::vector<bench_figure> figures;
};
// Errors: usage (another document, or one of before rounds were kept), malformed.
[[nodiscard]] result<bench_result> read_bench(const json::value& v);

struct bench_row {
    std::string group, name, unit;
    bool ours = false;
    bool ratio = false;  // `before` and `after` are ratios to a peer, not values in `unit`
    double before = 0;   // medians
    double after = 0;
    double p = 1;  // before the correction for several rows
    change what = change::cannot_tell;
};

struct bench_comparison {
    std::vector<bench_row> rows;
    std::string sampled;
    std::vector<std::string> notes;
    [[nodiscard]] change verdict() const;  // of our figures alone
};

struct bench_compare_options {
    double alpha = 0.01;           // for all of our figures together (Holm), and for all of the others
    double at_least = 0.03;        // in turns: a difference below this share is none
    double at_least_apart = 0.05;  // of ratios to a peer, made at different times
    double at_least_alone = 0.20;  // of figures without a peer, made at different times
};

// In turns: the paired t test of the logarithms of the rounds' values. Made at different times: Welch's t test of the
// logarithms of the ratios, which the speed of the machine does not touch, or of the values where there is no peer.
// Errors: usage (nothing in common, under 3 rounds).
[[nodiscard]] result<bench_comparison> compare_benches(const bench_result& before, const bench_result& after,
                                                       const bench_compare_options& o = {});

}  // namespace assay::load
