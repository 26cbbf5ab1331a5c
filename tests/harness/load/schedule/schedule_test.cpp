// Arrivals are where the integral of the rate says, and shards are parts of one schedule.
#include "harness/load/schedule/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace assay::load {
namespace {

constexpr std::int64_t second = 1'000'000'000;

std::vector<std::int64_t> all_of(schedule s) {
    std::vector<std::int64_t> out;
    for (auto next = s.peek(); next; next = s.peek()) {
        out.push_back(next->at_ns);
        s.take();
    }
    return out;
}

TEST(schedule, a_constant_rate_is_evenly_spaced) {
    const auto at = all_of(schedule({{1000, 1000, 3 * second}}, arrivals::constant, 1));
    ASSERT_EQ(at.size(), 3000U);
    for (std::size_t i = 0; i < at.size(); ++i) {
        EXPECT_NEAR(static_cast<double>(at[i]), static_cast<double>(i) * 1e6, 1.0);
    }
}

TEST(schedule, a_ramp_and_stages_have_as_many_as_their_area) {
    const std::vector<stage> stages{{0, 1000, 2 * second}, {0, 0, second}, {1000, 200, 5 * second}};
    const auto at = all_of(schedule(stages, arrivals::constant, 1));
    EXPECT_EQ(at.size(), 4000U);
    EXPECT_TRUE(std::is_sorted(at.begin(), at.end()));
    for (std::size_t i = 0; i < at.size(); ++i) {
        EXPECT_NEAR(expected_arrivals(stages, at[i]), static_cast<double>(i), 0.01);
        EXPECT_FALSE(at[i] > 2 * second + 1 && at[i] < 3 * second - 1) << "an arrival within the pause: " << at[i];
    }
    EXPECT_EQ(total_ns(stages), 8 * second);
    EXPECT_EQ(highest_rate(stages), 1000);
}

TEST(schedule, shards_together_are_the_whole) {
    const std::vector<stage> stages{{100, 900, 3 * second}};
    const auto whole = all_of(schedule(stages, arrivals::constant, 1));
    std::vector<std::int64_t> parts;
    for (std::uint64_t i = 0; i < 3; ++i) {
        const auto one = all_of(schedule(stages, arrivals::constant, 1, {i, 3}));
        parts.insert(parts.end(), one.begin(), one.end());
    }
    std::sort(parts.begin(), parts.end());
    EXPECT_EQ(parts, whole);
}

TEST(schedule, poisson_is_repeatable_and_exponential) {
    const std::vector<stage> stages{{2000, 2000, 50 * second}};
    const auto at = all_of(schedule(stages, arrivals::poisson, 42));
    EXPECT_EQ(at, all_of(schedule(stages, arrivals::poisson, 42)));
    EXPECT_NE(at, all_of(schedule(stages, arrivals::poisson, 43)));
    // 100 000 expected; six standard deviations.
    EXPECT_NEAR(static_cast<double>(at.size()), 100'000, 6 * std::sqrt(100'000.0));
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 1; i < at.size(); ++i) {
        const double gap = static_cast<double>(at[i] - at[i - 1]) / 1e9;
        sum += gap;
        squares += gap * gap;
    }
    const auto n = static_cast<double>(at.size() - 1);
    const double mean = sum / n;
    // The standard deviation of an exponential gap is its mean.
    EXPECT_NEAR(std::sqrt(squares / n - mean * mean) / mean, 1.0, 0.03);
}

TEST(schedule, poisson_shards_are_independent_and_add_up) {
    const std::vector<stage> stages{{1000, 1000, 20 * second}};
    std::vector<std::vector<std::int64_t>> parts;
    std::size_t sum = 0;
    for (std::uint64_t i = 0; i < 4; ++i) {
        parts.push_back(all_of(schedule(stages, arrivals::poisson, 9, {i, 4})));
        sum += parts.back().size();
    }
    EXPECT_NEAR(static_cast<double>(sum), 20'000, 6 * std::sqrt(20'000.0));
    EXPECT_NE(parts[0], parts[1]);
}

}  // namespace
}  // namespace assay::load
