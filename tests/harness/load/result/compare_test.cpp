// The comparison: its test against known values, differences that are found, and how often one is found where there
// is none.
#include "harness/load/result/compare.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace assay::load {
namespace {

double normal(random_stream& random) {
    return std::sqrt(-2 * std::log(random.unit())) * std::cos(6.283185307179586 * random.unit());
}

// One run: 30 seconds of 200 answers, log-normal around `median_us`; `drift`: correlation of a second with the
// previous one.
load_result a_run(random_stream& random, double median_us, double drift = 0.5, std::uint64_t failed = 0) {
    load_result r;
    r.setup.flows = "code_exchange";
    request_result& request = r.requests["token"];
    double level = 0;
    for (std::int64_t second = 0; second < 30; ++second) {
        level = drift * level + std::sqrt(1 - drift * drift) * 0.1 * normal(random);
        interval_result& interval = r.intervals[{second, "token"}];
        for (int i = 0; i < 200; ++i) {
            const auto us = static_cast<std::int64_t>(median_us * std::exp(level + 0.5 * normal(random)));
            interval.latency.record(us);
            request.latency.record(us);
        }
    }
    request.failed = failed;
    request.ok = request.latency.count() - failed;
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
    EXPECT_TRUE(compare({base}, {starved})->saturated);
    EXPECT_TRUE(compare({starved}, {base})->saturated);
    EXPECT_FALSE(compare({base}, {base})->saturated);
}

TEST(load_compare, of_a_few_seconds_compares_no_times) {
    random_stream random(5);
    const load_result base = a_run(random, 1000);
    load_result brief = a_run(random, 2000);
    std::erase_if(brief.intervals, [](const auto& one) { return one.first.first >= 9; });
    const auto c = compare({base}, {brief});
    ASSERT_TRUE(c) << c.error().text();
    EXPECT_TRUE(c->too_short);
    EXPECT_EQ(c->verdict(), change::cannot_tell);
    EXPECT_FALSE(compare({base}, {base})->too_short);
}

TEST(load_compare, seldom_sees_what_is_not_there) {
    random_stream random(6);
    int alarms = 0;
    constexpr int pairs = 300;
    for (int i = 0; i < pairs; ++i) {
        const load_result a = a_run(random, 1000);
        alarms += verdict_of(a, a_run(random, 1000)) == change::cannot_tell ? 0 : 1;
    }
    // The error rate is set to 1 %; a seeded sequence gives the same count every time.
    EXPECT_LE(alarms, pairs * 2 / 100);
}

TEST(load_compare, many_runs_are_compared_run_by_run) {
    random_stream random(7);
    std::vector<load_result> a, same, slower;
    for (int i = 0; i < 8; ++i) {
        // Runs vary by a tenth, which the seconds of one run cannot show.
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

// Several runs per side; `apart`: how much each differs from 1000. In alternating runs both sides of a round share
// the disturbances of the machine.
struct runs_of_two {
    std::vector<load_result> a, b;
};
runs_of_two runs(random_stream& random, int rounds, double apart, double machine, double factor = 1) {
    runs_of_two out;
    for (int i = 0; i < rounds; ++i) {
        const double then = std::exp(machine * normal(random));
        out.a.push_back(a_run(random, 1000 * then * std::exp(apart * normal(random))));
        out.b.push_back(a_run(random, 1000 * factor * then * std::exp(apart * normal(random))));
    }
    return out;
}

TEST(load_compare, runs_seldom_see_what_is_not_there) {
    random_stream random(9);
    int alone = 0;
    int in_turns = 0;
    constexpr int pairs = 150;
    compare_options turns;
    turns.in_turns = true;
    for (int i = 0; i < pairs; ++i) {
        const runs_of_two same = runs(random, 5, 0.1, 0.3);
        alone += compare(same.a, same.b)->verdict() == change::cannot_tell ? 0 : 1;
        in_turns += compare(same.a, same.b, turns)->verdict() == change::cannot_tell ? 0 : 1;
    }
    EXPECT_LE(alone, pairs * 2 / 100);
    EXPECT_LE(in_turns, pairs * 2 / 100);
}

TEST(load_compare, turns_see_through_a_machine_that_changes) {
    random_stream random(10);
    compare_options turns;
    turns.in_turns = true;
    const runs_of_two slower = runs(random, 6, 0.02, 0.5, 1.2);
    EXPECT_EQ(compare(slower.a, slower.b, turns)->verdict(), change::worse);
    EXPECT_EQ(compare(slower.a, slower.b)->verdict(), change::cannot_tell)
        << "a fifth drowns in a machine that doubles";
    EXPECT_EQ(compare(slower.a, slower.b, turns)->sampled, "6 pairs of alternating runs");
    auto odd = slower;
    odd.b.pop_back();
    EXPECT_FALSE(compare(odd.a, odd.b, turns));
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
