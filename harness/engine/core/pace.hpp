// How many checks run on a real server at once: one at first, more while its answers stay as fast as for a single
// check, fewer when they become slower. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace assay::harness {

class pace {
public:
    // `adapts` false: always `most`.
    pace(std::size_t most, bool adapts) : most_(most), now_(adapts ? 1 : most), adapts_(adapts) {}

    // Waits for a free place.
    void begin();
    // Frees the place. `answer_time`: mean over the exchanges of the check; zero: there were none.
    void end(std::chrono::microseconds answer_time);
    [[nodiscard]] std::size_t at_once() const;

private:
    void adapt(double us);

    mutable std::mutex lock_;
    std::condition_variable free_;
    std::size_t most_, now_, running_ = 0;
    bool adapts_;
    std::size_t seen_ = 0, since_change_ = 0;
    double alone_us_ = 0;   // mean while one check runs at a time
    double recent_us_ = 0;  // moving mean since
};

}  // namespace assay::harness
