#include "harness/load/generator/progress.hpp"

#include <algorithm>
#include <mutex>

namespace assay::load {

void onlooker::look(std::chrono::steady_clock::time_point now) {
    constexpr std::chrono::milliseconds every{500};
    if (!show_ || now - last_ < every) return;
    progress p;
    p.elapsed_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now - start_).count();
    p.planned_ns = planned_ns_;
    histogram all;
    for (const auto& r : records_) {
        p.begun += r->live.begun.load(std::memory_order_relaxed);
        p.finished += r->live.finished.load(std::memory_order_relaxed);
        p.failed += r->live.failed.load(std::memory_order_relaxed);
        p.worst_lag_us = std::max(p.worst_lag_us, r->live.worst_lag_us.load(std::memory_order_relaxed));
        const std::lock_guard guard(r->live.lock);
        all.add(r->live.last_second);
        p.latency.add(r->live.closed_seconds);
    }
    p.p50_us = all.percentile(50);
    p.p99_us = all.percentile(99);
    p.rate = static_cast<double>(p.finished - finished_) / std::chrono::duration<double>(now - last_).count();
    finished_ = p.finished;
    last_ = now;
    show_(p);
}

}  // namespace assay::load
