// Thresholds as text: "token.p99 < 20ms", "errors < 0.1%", "rate >= 4990/s", "invariant.code_reuse == 0". Judged on
// the whole result after merging. Thread-safe: plain values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/load/measurement/result.hpp"

namespace assay::load {

enum class quantity_of { time_us, share, rate, count };

struct threshold {
    std::string text;
    std::string request;  // "token"; empty: the whole load; also "invariant" and "lag"
    // "p99", "service.p99" (both of successful requests), "all.p99" (including failed ones), "errors",
    // "rate", "max", "mean", "count", or the invariant's name.
    std::string metric;
    std::string relation;
    double bound = 0;  // µs, share (0.001 is 0.1%), per second, or a number
    quantity_of what = quantity_of::time_us;
};

// Errors: usage, with what was expected.
[[nodiscard]] result<threshold> parse_threshold(std::string_view text);

struct judged {
    std::string text;
    std::string actual;  // "17.2 ms"
    bool holds = false;
};
// Also fails for a name without requests, a time without measurements and an invariant that was never tested;
// `actual` says so.
[[nodiscard]] judged judge(const threshold& t, const load_result& r);
// The setup's thresholds; before them, at most 1 % errors of requests without a threshold on errors.
[[nodiscard]] std::vector<judged> judge(const load_result& r);
// The share of all requests that failed, 0 to 1.
[[nodiscard]] double failed_share(const load_result& r);
inline constexpr double failed_share_max = 0.01;  // if no threshold on errors is set

// Checks that the load has the requests of its thresholds. Errors: usage, with the nearest name.
[[nodiscard]] result<void> check_request_names(const load_result& r);

// The names of all invariants, for messages and plans.
[[nodiscard]] const std::vector<std::string>& invariant_names();

}  // namespace assay::load
