// What it costs that threads share a cache line: nanoseconds of one atomic addition, by one thread; by two threads on
// lines of their own; by two threads on the same line. Two threads need two cores. Prints one line of JSON.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace {

constexpr std::uint64_t times = 20'000'000;

struct alignas(128) line {
    std::atomic<std::uint64_t> n{0};
};

double nanoseconds(const std::vector<line*>& each) {
    std::atomic<std::size_t> ready{0};
    std::vector<double> took(each.size());
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < each.size(); ++t) {
        threads.emplace_back([&, t] {
            for (++ready; ready < each.size();) {
            }
            const auto began = std::chrono::steady_clock::now();
            for (std::uint64_t n = 0; n < times; ++n) each[t]->n.fetch_add(1, std::memory_order_relaxed);
            const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - began;
            took[t] = time.count() / static_cast<double>(times);
        });
    }
    for (auto& t : threads) t.join();
    double all = 0;
    for (const double one : took) all += one;
    return all / static_cast<double>(took.size());
}

}  // namespace

int main() {
    std::vector<line> lines(2);
    const double alone = nanoseconds({lines.data()});
    const double apart = nanoseconds({lines.data(), &lines[1]});
    const double together = nanoseconds({lines.data(), lines.data()});
    fmt::print("{{\"alone_ns\": {:.1f}, \"apart_ns\": {:.1f}, \"together_ns\": {:.1f}}}\n", alone, apart, together);
}
