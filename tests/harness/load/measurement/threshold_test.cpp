// Thresholds: parsing, errors, and judging.
#include "harness/load/measurement/threshold.hpp"

#include <gtest/gtest.h>

namespace assay::load {
namespace {

load_result sample() {
    load_result r;
    r.setup.duration_ns = 10'000'000'000;
    r.begin_span_ns = r.elapsed_ns = r.setup.duration_ns;
    r.due = r.begun = r.finished = 1000;
    request_result& token = r.requests["token"];
    for (std::int64_t i = 1; i <= 1000; ++i) {
        token.latency.record(i * 20);
        token.service.record(i);
    }
    token.ok = 998;
    token.failed = 2;
    token.failed_latency.record(5'000'000, 2);
    r.requests["token_flow"].whole = true;
    r.requests["token_flow"].ok = 1000;
    r.invariants["code_reuse"] = {10, 1, "a code was redeemed a second time"};
    r.invariants["nonce"] = {100, 0, ""};
    r.lag.record(1500);
    return r;
}

bool holds(std::string_view text) {
    const auto t = parse_threshold(text);
    EXPECT_TRUE(t) << t.error().text();
    return t && judge(*t, sample()).holds;
}

TEST(threshold, times) {
    EXPECT_TRUE(holds("token.p99 < 20ms"));
    EXPECT_FALSE(holds("token.p99 < 19ms"));
    EXPECT_TRUE(holds("token.p99.9<=20.1ms"));
    EXPECT_TRUE(holds("token.p999 > 19.9 ms"));
    EXPECT_TRUE(holds("token.service.p50 == 500us"));
    EXPECT_TRUE(holds("token.max < 1s"));
    EXPECT_TRUE(holds("lag.max < 2ms"));
    EXPECT_FALSE(holds("lag.p99 < 1ms"));
}

TEST(threshold, shares_rates_and_counts) {
    EXPECT_TRUE(holds("errors <= 0.2%"));
    EXPECT_FALSE(holds("errors < 0.2%"));
    EXPECT_TRUE(holds("token.errors < 0.3%"));
    EXPECT_TRUE(holds("rate >= 100/s"));
    EXPECT_FALSE(holds("rate > 100"));
    EXPECT_TRUE(holds("token.rate == 100/s"));
    EXPECT_TRUE(holds("token.count == 1000"));
}

TEST(threshold, invariants) {
    EXPECT_FALSE(holds("invariant.code_reuse == 0"));
    EXPECT_TRUE(holds("invariant.nonce == 0"));
    // An invariant that was never tested is not fulfilled.
    EXPECT_FALSE(holds("invariant.rotation == 0"));
}

TEST(threshold, a_leg_that_is_not_there_does_not_hold) {
    const auto t = parse_threshold("tokne.p99 < 20ms");
    ASSERT_TRUE(t);
    const judged j = judge(*t, sample());
    EXPECT_FALSE(j.holds);
    EXPECT_NE(j.actual.find("token"), std::string::npos) << j.actual;
}

TEST(threshold, says_what_was_expected) {
    const auto message = [](std::string_view text) {
        const auto t = parse_threshold(text);
        return t ? std::string("accepted") : t.error().message;
    };
    EXPECT_NE(message("token.p99").find("token.p99 < 20ms"), std::string::npos);
    EXPECT_NE(message("token.p99 < 20").find("no duration"), std::string::npos);
    EXPECT_NE(message("token.p99 < 20%").find("no duration"), std::string::npos);
    EXPECT_NE(message("errors < 1ms").find("share"), std::string::npos);
    EXPECT_NE(message("invariant.code_reus == 0").find("did you mean 'code_reuse'"), std::string::npos);
    EXPECT_NE(message("p99 < 20ms").find("LEG.p99"), std::string::npos);
    EXPECT_NE(message("token.speed < 20ms").find("LEG.p99"), std::string::npos);
}

TEST(threshold, times_are_of_what_succeeded_unless_all_is_asked_for) {
    EXPECT_TRUE(holds("token.max < 1s"));
    EXPECT_FALSE(holds("token.all.max < 1s"));
    EXPECT_TRUE(holds("token.all.p50 < 20ms"));
    load_result r = sample();
    r.requests["token"].latency = {};
    r.requests["token"].ok = 0;
    const judged j = judge(*parse_threshold("token.p99 < 20ms"), r);
    EXPECT_FALSE(j.holds) << "of nothing there is no quick time";
    EXPECT_NE(j.actual.find("none succeeded"), std::string::npos) << j.actual;
}

load_result with_failures(std::uint64_t failed, std::vector<std::string> thresholds) {
    load_result r = sample();
    r.requests["token"].ok = 1000 - failed;
    r.requests["token"].failed = failed;
    r.setup.thresholds = std::move(thresholds);
    return r;
}

bool all_hold(const load_result& r) {
    for (const judged& t : judge(r)) {
        if (!t.holds) return false;
    }
    return true;
}

TEST(threshold, on_errors_is_1_percent_where_none_is_set) {
    EXPECT_TRUE(all_hold(with_failures(10, {})));
    EXPECT_FALSE(all_hold(with_failures(11, {})));
    EXPECT_FALSE(all_hold(with_failures(820, {"token.p99 < 20ms"})));
    EXPECT_TRUE(all_hold(with_failures(820, {"errors < 90%"})));
    EXPECT_TRUE(all_hold(with_failures(820, {"token.errors < 90%"})));
    load_result other = with_failures(820, {"refresh.errors < 90%"});
    other.requests["refresh"].ok = 100;
    EXPECT_FALSE(all_hold(other)) << "the token requests are in no threshold on errors";
    EXPECT_EQ(exit_code(with_failures(820, {"token.p99 < 1s"})), 4);
}

}  // namespace
}  // namespace assay::load
