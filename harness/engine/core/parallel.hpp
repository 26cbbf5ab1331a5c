// Runs independent pieces of work on several threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace assay::harness {

// Twice the number of processors: checks wait for answers most of the time.
[[nodiscard]] unsigned default_jobs();
// Calls work(0) … work(count - 1), each once, from `jobs` threads (at least one); returns when all are done. Starts
// no more after *stop is true or a call has thrown; the exception is rethrown here.
void parallel_for(std::size_t count, unsigned jobs, const std::atomic<bool>* stop,
                  const std::function<void(std::size_t)>& work);

}  // namespace assay::harness
