// Thresholds as strings: "token.p99 < 20ms", "errors < 0.1%", "rate >= 4990/s", "invariant.code_reuse == 0".
// Judged on the whole result, after merging. Thread-safe: plain values.
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
    std::string leg;  // "token"; empty: the whole load; "invariant" and "lag" are no legs
    // "p99", "service.p99" (both of requests that did not fail), "all.p99" (of the failed ones, too), "errors",
    // "rate", "max", "mean", "count", or the invariant's name.
    std::string metric;
    std::string relation;
    double bound = 0;  // µs, share (0.001 for 0.1%), per second, or a number
    quantity_of what = quantity_of::time_us;
};

// Errors: usage, saying what was expected.
[[nodiscard]] result<threshold> parse_threshold(std::string_view text);

struct judged {
    std::string text;
    std::string actual;  // "17.2 ms"
    bool holds = false;
};
// A leg that had no request, a time of which nothing was measured and an invariant that was never tried do not hold:
// `actual` says so.
[[nodiscard]] judged judge(const threshold& t, const load_result& r);
// Those of the setup; before them, where requests are in no threshold on errors, that at most 1 % of these failed.
[[nodiscard]] std::vector<judged> judge(const load_result& r);
// The share of all requests that failed, 0 to 1.
[[nodiscard]] double failed_share(const load_result& r);
inline constexpr double failed_share_max = 0.01;  // where no threshold says otherwise

// Whether the load makes the requests that its thresholds are about. Errors: usage, with the nearest leg it has.
[[nodiscard]] result<void> check_legs(const load_result& r);

// The invariants there are, for messages and plans.
[[nodiscard]] const std::vector<std::string>& invariant_names();

}  // namespace assay::load
