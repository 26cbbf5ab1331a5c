// What those who watch a run see of it while it goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "harness/load/measurement/recorder.hpp"

namespace assay::load {

// About twice a second.
struct progress {
    std::int64_t elapsed_ns = 0;
    std::int64_t planned_ns = 0;
    std::uint64_t begun = 0;
    std::uint64_t finished = 0;
    std::uint64_t failed = 0;
    double rate = 0;                                        // flows finished per second, since the last call
    std::int64_t p50_us = 0, p99_us = 0, worst_lag_us = 0;  // of the last full second
    histogram latency;                                      // of all successful requests until then
};

// Sums what the threads of a run have recorded until now. One thread; the recorders may be in use by others.
class onlooker {
public:
    // `records` and `show` outlive it; without `show` nobody watches.
    onlooker(const std::vector<std::unique_ptr<recorder>>& records, std::chrono::steady_clock::time_point start,
             std::int64_t planned_ns, const std::function<void(const progress&)>& show)
        : records_(records), start_(start), planned_ns_(planned_ns), show_(show), last_(start) {}
    // Shows the progress if half a second has passed since the last time.
    void look(std::chrono::steady_clock::time_point now);

private:
    const std::vector<std::unique_ptr<recorder>>& records_;
    std::chrono::steady_clock::time_point start_;
    std::int64_t planned_ns_;
    const std::function<void(const progress&)>& show_;
    std::chrono::steady_clock::time_point last_;
    std::uint64_t finished_ = 0;
};

}  // namespace assay::load
