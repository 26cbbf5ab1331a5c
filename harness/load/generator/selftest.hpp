// A test of the generator: a server that stalls on schedule, and which therefore knows the true response times.
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
    std::int64_t truth_us;     // by the server: send time of its responses minus the planned arrival
    std::int64_t least_us;     // minimum that follows from the stall alone
    std::int64_t service_us;   // the wrong value that is measured from the time of sending
    bool holds = false;        // within 5 % (and 1 ms) of the truth, and not below the minimum
};

struct selftest_result {
    load_result load;
    std::vector<selftest_row> rows;
    double rate_error = 0;  // share: |achieved - offered| / offered
    [[nodiscard]] bool holds() const;
};

// Errors: environment, usage.
[[nodiscard]] result<selftest_result> run_selftest(const selftest_options& o);

}  // namespace assay::load
