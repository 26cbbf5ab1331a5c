#include "harness/engine/core/pace.hpp"

#include <algorithm>

namespace assay::harness {
namespace {

constexpr std::size_t samples_alone = 5;
constexpr double weight_of_newest = 0.2;
// Relative answer time: below the first the server keeps up; above the second it does not.
constexpr double still_fast = 2.0;
constexpr double too_slow = 4.0;

}  // namespace

void pace::begin() {
    std::unique_lock guard(lock_);
    free_.wait(guard, [&] { return running_ < now_; });
    ++running_;
}

void pace::end(std::chrono::microseconds answer_time) {
    const std::lock_guard guard(lock_);
    --running_;
    if (adapts_ && answer_time.count() > 0) adapt(static_cast<double>(answer_time.count()));
    free_.notify_all();
}

std::size_t pace::at_once() const {
    const std::lock_guard guard(lock_);
    return now_;
}

void pace::adapt(double us) {
    ++seen_;
    if (seen_ <= samples_alone) {
        alone_us_ += (us - alone_us_) / static_cast<double>(seen_);
        recent_us_ = alone_us_;
        if (seen_ < samples_alone) return;
    }
    recent_us_ += weight_of_newest * (us - recent_us_);
    // Each number of checks is measured over that many answers before it is changed.
    if (++since_change_ < now_) return;
    if (recent_us_ > too_slow * alone_us_ && now_ > 1) {
        now_ = std::max<std::size_t>(1, now_ / 2);
        since_change_ = 0;
    } else if (recent_us_ < still_fast * alone_us_ && now_ < most_) {
        ++now_;
        since_change_ = 0;
    }
}

}  // namespace assay::harness
