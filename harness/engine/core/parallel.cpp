#include "harness/engine/core/parallel.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace assay::harness {

unsigned default_jobs() {
    return 2 * std::max(1U, std::thread::hardware_concurrency());
}

void parallel_for(std::size_t count, unsigned jobs, const std::atomic<bool>* stop,
                  const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::mutex lock;
    std::exception_ptr failed;
    const auto run = [&] {
        while (stop == nullptr || !stop->load(std::memory_order_relaxed)) {
            const std::size_t i = next.fetch_add(1, std::memory_order_relaxed);
            if (i >= count) return;
            try {
                work(i);
            } catch (...) {  // thrown by a library; in a thread it would terminate the program
                const std::lock_guard guard(lock);
                failed = std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        const std::size_t wanted = std::min<std::size_t>(std::max(1U, jobs), count);
        for (std::size_t i = 1; i < wanted; ++i) threads.emplace_back(run);
        run();
    }
    if (failed) std::rethrow_exception(failed);
}

}  // namespace assay::harness
