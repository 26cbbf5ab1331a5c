// How many checks a server that is not ours is asked at once: one at first, more while its answers stay as fast as
// they were alone, fewer when they do not. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace assay::harness {

class pace {
public:
    // `adapts` false: `most` from the beginning.
    pace(std::size_t most, bool adapts) : most_(most), now_(adapts ? 1 : most), adapts_(adapts) {}

    // Waits for a place.
    void begin();
    // Gives the place back. `answer_time`: the mean over the exchanges of the check; zero: it had none.
    void end(std::chrono::microseconds answer_time);
    [[nodiscard]] std::size_t at_once() const;

private:
    void adapt(double us);

    mutable std::mutex lock_;
    std::condition_variable free_;
    std::size_t most_, now_, running_ = 0;
    bool adapts_;
    std::size_t seen_ = 0, since_change_ = 0;
    double alone_us_ = 0;   // mean while one check was asked at a time
    double recent_us_ = 0;  // moving mean since
};

}  // namespace assay::harness
