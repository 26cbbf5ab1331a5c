// The exit codes of the program, and which one wins when several apply. Thread-safe: a plain function.
#pragma once

#include <algorithm>
#include <array>
#include <span>

namespace assay::reports {

inline constexpr int exit_passed = 0;
inline constexpr int exit_failed = 1;       // a check failed, or a proof or selftest did
inline constexpr int exit_usage = 2;        // usage or configuration
inline constexpr int exit_environment = 3;  // something was undecided, or nothing was decided
inline constexpr int exit_threshold = 4;    // a threshold of a load failed, or compare found it worse
inline constexpr int exit_saturated = 5;    // the load generator was the bottleneck: no verdict
inline constexpr int exit_stale = 6;        // an expected deviation did not occur
inline constexpr int exit_interrupted = 130;

// If several apply, the first one here wins: the numbers themselves are not ordered by severity.
inline constexpr std::array exit_order{exit_interrupted, exit_usage,     exit_environment, exit_failed,
                                       exit_stale,       exit_saturated, exit_threshold,   exit_passed};

// The first of `codes` in that order; exit_passed if it is empty. An unknown code wins over all.
[[nodiscard]] constexpr int first_exit_code(std::span<const int> codes) {
    const auto rank = [](int code) {
        return std::find(exit_order.begin(), exit_order.end(), code) - exit_order.begin();
    };
    int first = exit_passed;
    for (const int code : codes) {
        if (rank(code) == static_cast<std::ptrdiff_t>(exit_order.size())) return code;
        if (rank(code) < rank(first)) first = code;
    }
    return first;
}

}  // namespace assay::reports
