// When arrivals are due: a pure function of the load plan, independent of the server. Arrival k of a constant or
// ramping load is where the integral of the rate reaches k; of a Poisson load, where it reaches the k-th point of a
// seeded unit-rate process. Times are nanoseconds since the start. Not thread-safe: one schedule per worker.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace assay::load {

// From one rate to another, per second; equal for a constant stage.
struct stage {
    double from = 0;
    double to = 0;
    std::int64_t for_ns = 0;
};

enum class arrivals { constant, poisson };

// Part `index` of `count`: worker j of T in shard i of n is part i + n·j of n·T.
struct part {
    std::uint64_t index = 0;
    std::uint64_t count = 1;
};

// The number of arrivals of the stages until `elapsed_ns`: the integral of the rate.
[[nodiscard]] double expected_arrivals(const std::vector<stage>& stages, std::int64_t elapsed_ns);
[[nodiscard]] std::int64_t total_ns(const std::vector<stage>& stages);
[[nodiscard]] double highest_rate(const std::vector<stage>& stages);

// A repeatable pseudorandom sequence (splitmix64).
class random_stream {
public:
    explicit random_stream(std::uint64_t seed) : state_(seed) {}
    [[nodiscard]] std::uint64_t next();
    [[nodiscard]] double unit();  // (0, 1]

private:
    std::uint64_t state_;
};

class schedule {
public:
    schedule(std::vector<stage> stages, arrivals how, std::uint64_t seed, part of = {});

    struct arrival {
        std::int64_t at_ns = 0;
        std::uint64_t number = 0;  // within the whole load; within its part for Poisson arrivals
    };
    // The next arrival without removing it; nullopt after the end.
    [[nodiscard]] std::optional<arrival> peek() const { return next_; }
    void take();

private:
    void find_next();
    [[nodiscard]] std::optional<std::int64_t> when(double reached);

    std::vector<stage> stages_;
    arrivals how_;
    part of_;
    random_stream random_;
    std::optional<arrival> next_;
    std::uint64_t taken_ = 0;
    double poisson_ = 0;
    // Where the search for the next stage continues.
    std::size_t stage_ = 0;
    double before_ = 0;  // arrivals of earlier stages
    std::int64_t begins_ns_ = 0;
};

}  // namespace assay::load
