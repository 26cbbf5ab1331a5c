// The knee, on a simulated server; the stalling server; checks as load on threads.
#include "harness/load/measurement/knee.hpp"

#include <atomic>

#include <gtest/gtest.h>

#include "harness/load/generator/selftest.hpp"
#include "harness/load/generator/threaded.hpp"

namespace assay::load {
namespace {

load_result made_up(double rate, double capacity, bool generator) {
    load_result r;
    r.setup.thresholds = {"token.p99 < 50ms"};
    const std::int64_t us = rate > capacity ? 200'000 : 1000;
    request_result& request = r.requests["token"];
    request.ok = 100;
    request.latency.record(us, 100);
    request.service.record(us, 100);
    if (generator && rate > capacity) r.saturated = {"no time"};
    return r;
}

TEST(knee, is_found_between_the_last_that_holds_and_the_first_that_fails) {
    const auto found =
        find_knee({50, 20'000, 0.05}, [](double rate) -> result<load_result> { return made_up(rate, 1234, false); });
    ASSERT_TRUE(found);
    EXPECT_LE(found->highest, 1234);
    EXPECT_GE(found->highest, 1234 * 0.93);
    EXPECT_FALSE(found->generator_first);
    EXPECT_NE(found->what.find("the server: service time p50 of token went from 1.00 ms to"), std::string::npos)
        << found->what;
}

TEST(knee, knows_its_own_limit) {
    const auto found =
        find_knee({50, 20'000, 0.05}, [](double rate) -> result<load_result> { return made_up(rate, 1000, true); });
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->generator_first);
    EXPECT_NE(knee_sentence(*found).find("the generator: no time. So this is the generator's knee"),
              std::string::npos);
    const auto open =
        find_knee({50, 400, 0.05}, [](double rate) -> result<load_result> { return made_up(rate, 1000, true); });
    ASSERT_TRUE(open);
    EXPECT_TRUE(open->open_end);
    EXPECT_EQ(open->highest, 400);
    const auto none =
        find_knee({50, 400, 0.05}, [](double rate) -> result<load_result> { return made_up(rate, 10, false); });
    ASSERT_TRUE(none);
    EXPECT_EQ(none->highest, 0);
    const auto no_verdict =
        find_knee({50, 400, 0.05}, [](double rate) -> result<load_result> { return made_up(rate, 10, true); });
    ASSERT_TRUE(no_verdict);
    EXPECT_EQ(
        knee_sentence(*no_verdict),
        "No verdict, not even at 50/s. The limit was the generator: no time. Use --threads, or another machine.");
    EXPECT_EQ(state_of(no_verdict->probes.front()), "no verdict") << "not: fails";
}

TEST(knee, an_interrupted_rate_neither_holds_nor_fails) {
    const auto k = find_knee({50, 400, 0.05}, [](double rate) -> result<load_result> {
        load_result r = made_up(rate, 1000, false);
        r.interrupted = true;
        return r;
    });
    ASSERT_TRUE(k);
    EXPECT_EQ(state_of(k->probes.front()), "interrupted");
    EXPECT_EQ(knee_sentence(*k), "Interrupted before a rate held.");
}

TEST(knee, shows_the_threshold_that_nobody_set_only_where_it_fails) {
    probe p{50, true, made_up(50, 1000, false)};
    ASSERT_EQ(thresholds_of(p).size(), 1U);
    EXPECT_EQ(thresholds_of(p).front().text, "token.p99 < 50ms");
    p.load.requests["token"].failed = 50;
    EXPECT_EQ(thresholds_of(p).size(), 2U);
}

TEST(selftest, the_stall_is_in_the_latency_and_not_in_the_service_time_of_a_waiting_user) {
    selftest_options o;
    o.rate = 500;
    o.for_ns = 2'000'000'000;
    const auto r = run_selftest(o);
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_EQ(r->load.begun, 1000U);
    ASSERT_EQ(r->rows.size(), 3U);
    // On a busy machine the figures are not exact, but the stall of 200 ms must show, and the server's figures cannot
    // be less than the stall.
    for (const selftest_row& row : r->rows) EXPECT_GE(row.truth_us, row.least_us * 9 / 10) << row.percent;
    EXPECT_EQ(r->rows[0].least_us, 100'000);
    EXPECT_EQ(r->rows[1].least_us, 150'000);
    EXPECT_EQ(r->rows[2].least_us, 190'000);
    EXPECT_TRUE(r->holds() || !r->load.saturated.empty());
}

TEST(threaded_load, carries_out_each_arrival_once) {
    std::atomic<int> calls{0};
    load_plan p;
    p.check = "AS-X-01";
    p.stages = {{200, 200, 200'000'000}};
    p.connections = 4;
    const auto r = run_threaded(p, {}, "AS-X-01", [&]() -> outcome {
        return ++calls % 10 == 0 ? outcome{"fail: status", "expected 200"} : outcome{};
    });
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_EQ(calls.load(), 40);
    EXPECT_EQ(r->due, 40U);
    EXPECT_EQ(r->requests.at("AS-X-01").ok, 36U);
    EXPECT_EQ(r->requests.at("AS-X-01").failed, 4U);
    EXPECT_EQ((r->failures.at({"AS-X-01", "fail: status"}).count), 4U);
}

}  // namespace
}  // namespace assay::load
