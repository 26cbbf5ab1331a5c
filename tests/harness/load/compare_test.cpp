// The comparison: its test against known values, differences found, and how often it sees one where there is none.
#include "harness/load/compare.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace assay::load {
namespace {

TEST(mann_whitney, is_exact_for_small_samples) {
    // All of b above all of a: 2 of C(6, 3) = 20 orders are as extreme.
    EXPECT_NEAR(mann_whitney({1, 2, 3}, {4, 5, 6}), 0.1, 1e-9);
    // 2 of C(10, 5) = 252.
    EXPECT_NEAR(mann_whitney({1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}), 2.0 / 252, 1e-9);
    // U = 10 of 20 is the middle: nothing is less extreme.
    EXPECT_NEAR(mann_whitney({1, 4, 5, 8}, {2, 3, 6, 7}), 1, 1e-9);
    EXPECT_NEAR(mann_whitney({1, 2, 3}, {4, 5, 6}), mann_whitney({4, 5, 6}, {1, 2, 3}), 1e-12);
    EXPECT_EQ(mann_whitney({}, {1}), 1);
    EXPECT_EQ(mann_whitney({2, 2, 2}, {2, 2, 2}), 1);
}

TEST(mann_whitney, inflation_makes_it_more_careful) {
    std::vector<double> a, b;
    for (int i = 0; i < 30; ++i) {
        a.push_back(i);
        b.push_back(i + 8.5);
    }
    EXPECT_LT(mann_whitney(a, b), mann_whitney(a, b, 4));
    EXPECT_EQ(inflation_of({1, 2}), 1);
    EXPECT_GT(inflation_of({1, 1, 1, 1, 5, 5, 5, 5}), 2);
    EXPECT_EQ(inflation_of({1, 5, 1, 5, 1, 5}), 1);
}

double normal(random_stream& random) {
    return std::sqrt(-2 * std::log(random.unit())) * std::cos(6.283185307179586 * random.unit());
}

// One run: 30 seconds of 200 answers, log-normal about `median_us`; `drift`: how much a second is like the one
// before.
load_result a_run(random_stream& random, double median_us, double drift = 0.5, std::uint64_t failed = 0) {
    load_result r;
    r.setup.flows = "code_exchange";
    leg_result& leg = r.legs["token"];
    double level = 0;
    for (std::int64_t second = 0; second < 30; ++second) {
        level = drift * level + std::sqrt(1 - drift * drift) * 0.1 * normal(random);
        interval_result& interval = r.intervals[{second, "token"}];
        for (int i = 0; i < 200; ++i) {
            const auto us = static_cast<std::int64_t>(median_us * std::exp(level + 0.5 * normal(random)));
            interval.latency.record(us);
            leg.latency.record(us);
        }
    }
    leg.failed = failed;
    leg.ok = leg.latency.count() - failed;
    return r;
}

change verdict_of(const load_result& a, const load_result& b) {
    auto c = compare({a}, {b});
    EXPECT_TRUE(c) << c.error().text();
    return c ? c->verdict() : change::cannot_tell;
}

TEST(load_compare, finds_what_is_there) {
    random_stream random(5);
    const load_result base = a_run(random, 1000);
    EXPECT_EQ(verdict_of(base, a_run(random, 1300)), change::worse);
    EXPECT_EQ(verdict_of(base, a_run(random, 770)), change::better);
    EXPECT_EQ(verdict_of(base, a_run(random, 1000, 0.5, 60)), change::worse) << "one answer in a hundred failed";
    EXPECT_EQ(verdict_of(base, base), change::cannot_tell);
    EXPECT_EQ(verdict_of(base, a_run(random, 1100)), change::cannot_tell) << "one run a side cannot see a tenth";
    load_result starved = a_run(random, 1300);
    starved.saturated = {"no time"};
    EXPECT_EQ(verdict_of(base, starved), change::cannot_tell);
}

TEST(load_compare, seldom_sees_what_is_not_there) {
    random_stream random(6);
    int alarms = 0;
    constexpr int pairs = 300;
    for (int i = 0; i < pairs; ++i) {
        const load_result a = a_run(random, 1000);
        alarms += verdict_of(a, a_run(random, 1000)) == change::cannot_tell ? 0 : 1;
    }
    // 1 % is what it is set to; a seeded sequence gives the same count every time.
    EXPECT_LE(alarms, pairs * 2 / 100);
}

TEST(load_compare, many_runs_are_compared_run_by_run) {
    random_stream random(7);
    std::vector<load_result> a, same, slower;
    for (int i = 0; i < 8; ++i) {
        // Runs differ among themselves by a tenth: what seconds of one run cannot show.
        const double of_run = std::exp(0.1 * normal(random));
        a.push_back(a_run(random, 1000 * of_run));
        same.push_back(a_run(random, 1000 * std::exp(0.1 * normal(random))));
        slower.push_back(a_run(random, 1500 * std::exp(0.1 * normal(random))));
    }
    const auto nothing = compare(a, same);
    ASSERT_TRUE(nothing);
    EXPECT_EQ(nothing->verdict(), change::cannot_tell);
    EXPECT_EQ(nothing->sampled, "8 runs against 8");
    const auto worse = compare(a, slower);
    ASSERT_TRUE(worse);
    EXPECT_EQ(worse->verdict(), change::worse);
}

TEST(load_compare, says_why_it_cannot) {
    random_stream random(8);
    load_result other = a_run(random, 1000);
    EXPECT_FALSE(compare({}, {other}));
    load_result nothing_alike;
    EXPECT_FALSE(compare({other}, {nothing_alike}));
    load_result brief = other;
    std::erase_if(brief.intervals, [](const auto& i) { return i.first.first > 5; });
    const auto c = compare({other}, {brief});
    ASSERT_TRUE(c);
    ASSERT_FALSE(c->notes.empty());
    EXPECT_NE(c->notes.front().find("10 seconds"), std::string::npos);
}

}  // namespace
}  // namespace assay::load
