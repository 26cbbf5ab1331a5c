// The generator put to its own test: a server that stalls on schedule, whose answer times are known from its side.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/generator/run.hpp"

namespace assay::load {

struct selftest_options {
    double rate = 5000;
    std::int64_t for_ns = 10'000'000'000;
    std::function<void(const progress&)> show;
    const std::atomic<bool>* stop = nullptr;
};

struct selftest_row {
    double percent;
    std::int64_t measured_us;  // by the generator, from the intended start
    std::int64_t truth_us;     // by the server: when its answers left, against the plan's arrivals
    std::int64_t least_us;     // what the stall alone makes of it
    std::int64_t service_us;   // what a generator that counts from the send would say
    bool holds = false;        // within 5 % (and 1 ms) of the truth, and not below what the stall alone makes
};

struct selftest_result {
    load_result load;
    std::vector<selftest_row> rows;
    double rate_error = 0;  // achieved against offered, as a share
    [[nodiscard]] bool holds() const;
};

// Errors: environment, usage.
[[nodiscard]] result<selftest_result> run_selftest(const selftest_options& o);

}  // namespace assay::load
