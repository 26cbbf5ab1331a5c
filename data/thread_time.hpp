// The processor time that the calling thread has used. A busy machine slows the clock on the wall, not this one.
// Thread-safe.
#pragma once

#include <chrono>
#include <ctime>

namespace assay {

[[nodiscard]] inline std::chrono::nanoseconds thread_time() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace assay
