// Independent pieces of work over a few threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace assay::harness {

// Twice the processors: checks wait for answers more than they work.
[[nodiscard]] unsigned default_jobs();
// Calls work(0) … work(count - 1), each once, from `jobs` threads (at least one); returns when all are done. Once
// *stop is true no further one begins, nor once one has thrown, which the caller gets.
void parallel_for(std::size_t count, unsigned jobs, const std::atomic<bool>* stop,
                  const std::function<void(std::size_t)>& work);

}  // namespace assay::harness
