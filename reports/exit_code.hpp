// What the program ends with, and which of several codes it is. Thread-safe: a plain function.
#pragma once

#include <algorithm>
#include <array>
#include <span>

namespace assay::reports {

inline constexpr int exit_passed = 0;
inline constexpr int exit_failed = 1;       // a check failed, a proof or a selftest did not hold
inline constexpr int exit_usage = 2;        // usage or configuration
inline constexpr int exit_environment = 3;  // something could not be decided, or nothing was
inline constexpr int exit_threshold = 4;    // a threshold of a load does not hold, compare says worse
inline constexpr int exit_saturated = 5;    // the load generator was the bottleneck: no verdict
inline constexpr int exit_stale = 6;        // an expected deviation no longer happens
inline constexpr int exit_interrupted = 130;

// Where several hold, the first of them: the number itself says nothing of its weight.
inline constexpr std::array exit_order{exit_interrupted, exit_usage,     exit_environment, exit_failed,
                                       exit_stale,       exit_saturated, exit_threshold,   exit_passed};

// The first of `codes` in that order; exit_passed where there are none. A code that is none of ours comes before all.
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
