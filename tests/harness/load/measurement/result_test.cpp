// Merging is exact and independent of order; a written document is read back; documents follow docs/schema/load.json.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "harness/load/result/document.hpp"
#include "harness/load/result/page.hpp"
#include "harness/load/result/summary.hpp"
#include "tests/support/json_schema.hpp"

namespace assay::load {
namespace {

load_result shard(std::uint64_t seed, std::uint64_t index) {
    random_stream random(seed);
    load_result r;
    r.setup.name = "a plan";
    r.setup.target = "http://127.0.0.1:1";
    r.setup.flows = "code_exchange";
    r.setup.loop = "open, constant";
    r.setup.stages = {{100, 100, 10'000'000'000}};
    r.setup.duration_ns = 10'000'000'000;
    r.setup.seed = 1;
    r.setup.shard_count = 4;
    r.setup.thresholds = {"token.p99 < 1s", "errors < 50%"};
    r.started_at = "2026-11-26T21:00:0" + std::to_string(random.next() % 10) + ".000Z";
    r.shards = {index};
    r.threads = 1;
    r.begin_span_ns = r.setup.duration_ns + static_cast<std::int64_t>(random.next() % 1000);
    r.elapsed_ns = r.begin_span_ns;
    r.cpu_ns = static_cast<std::int64_t>(random.next() % 1'000'000'000);
    r.thread_wall_ns = r.elapsed_ns;
    for (const char* name : {"token", "authorize"}) {
        request_result& request = r.requests[name];
        for (std::int64_t second = 0; second < 3; ++second) {
            interval_result& interval = r.intervals[{second, name}];
            for (int i = 0; i < 30; ++i) {
                const auto us = static_cast<std::int64_t>(random.next() % 2'000'000);
                interval.latency.record(us);
                request.latency.record(us);
                request.service.record(us / 2);
                ++request.ok;
            }
        }
        const std::uint64_t bad = random.next() % 5;
        request.ok -= bad;
        request.failed += bad;
        if (bad > 0) request.failed_latency.record(static_cast<std::int64_t>(random.next() % 2'000'000), bad);
        r.failures[{name, "status 500"}] = {bad, "sample " + std::to_string(random.next() % 100)};
    }
    r.due = r.begun = r.finished = 90;
    r.memory_peak_kib = static_cast<std::int64_t>(random.next() % 5000);
    r.server["java"] = {static_cast<std::int64_t>(random.next() % 5000), 7};
    if (random.next() % 2 == 0) r.server["sh"] = {1, static_cast<std::int64_t>(random.next() % 5000)};
    r.invariants["nonce"] = {90, random.next() % 3, "n" + std::to_string(random.next() % 100)};
    for (int i = 0; i < 90; ++i) r.lag.record(static_cast<std::int64_t>(random.next() % 5000));
    if (random.next() % 2 == 0) r.notes.insert("note " + std::to_string(index));
    return r;
}

std::string text(const load_result& r) {
    return json::format_pretty(to_json(r));
}

load_result merged(const load_result& a, const load_result& b) {
    auto both = merge(a, b);
    EXPECT_TRUE(both) << both.error().text();
    return both ? *both : load_result{};
}

TEST(load_merge, is_associative_and_commutative) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const load_result a = shard(seed * 3, 0);
        const load_result b = shard(seed * 3 + 1, 1);
        const load_result c = shard(seed * 3 + 2, 2);
        const std::string expected = text(merged(merged(a, b), c));
        EXPECT_EQ(text(merged(a, merged(b, c))), expected);
        EXPECT_EQ(text(merged(merged(c, a), b)), expected);
        EXPECT_EQ(text(merged(b, merged(c, a))), expected);
    }
}

TEST(load_merge, equals_the_histogram_of_all_samples) {
    const load_result both = merged(shard(1, 0), shard(2, 1));
    histogram whole = shard(1, 0).requests.at("token").latency;
    whole.add(shard(2, 1).requests.at("token").latency);
    EXPECT_EQ(both.requests.at("token").latency, whole);
    EXPECT_EQ(both.finished, 180U);
}

TEST(load_merge, refuses_another_plan_and_the_same_shard) {
    load_result other = shard(2, 1);
    other.setup.stages[0].to = 200;
    EXPECT_FALSE(merge(shard(1, 0), other));
    EXPECT_FALSE(merge(shard(1, 0), shard(2, 0)));
}

TEST(load_result, is_read_back) {
    const load_result r = merged(shard(5, 0), shard(6, 3));
    auto document = json::parse(text(r));
    ASSERT_TRUE(document);
    auto back = load_result_from_json(*document);
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(text(*back), text(r));
}

TEST(load_result, says_what_is_wrong_with_a_document) {
    EXPECT_FALSE(load_result_from_json(*json::parse(R"({"schema": "assay.result/1"})")));
    const auto bad = load_result_from_json(*json::parse(R"({"schema": "assay.load/1"})"));
    ASSERT_FALSE(bad);
    EXPECT_NE(bad.error().message.find("setup"), std::string::npos);
}

TEST(load_result, follows_its_schema) {
    std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/docs/schema/load.json");
    std::ostringstream schema_text;
    schema_text << in.rdbuf();
    auto schema = json::parse(schema_text.str());
    ASSERT_TRUE(schema) << schema.error().text();
    const tests::json_schema checker(*schema);
    for (const load_result& r : {load_result{}, shard(1, 0), merged(shard(1, 0), shard(2, 1))}) {
        std::string found;
        for (const std::string& line : checker.validate(to_json(r))) found += line + "\n";
        EXPECT_EQ(found, "");
    }
}

TEST(load_exit, first_wins) {
    load_result r = shard(1, 0);
    EXPECT_EQ(exit_code(r), 4);  // p99 of up to 2 s
    r.setup.thresholds = {"errors < 50%"};
    EXPECT_EQ(exit_code(r), 0);
    r.setup.thresholds = {"token.p99 < 1s"};
    r.saturated = {"why"};
    EXPECT_EQ(exit_code(r), 5);
    for (auto& [name, request] : r.requests) {
        request.failed += request.ok;
        request.ok = 0;
    }
    EXPECT_EQ(exit_code(r), 3);
    EXPECT_NE(verdict_sentence(r).find("not one request"), std::string::npos);
    r.interrupted = true;
    EXPECT_EQ(exit_code(r), 130);
}

TEST(load_rates, an_interrupted_run_offered_what_was_due_until_then) {
    load_result r = shard(1, 0);
    r.due = r.begun = 100;
    r.setup.duration_ns = 20'000'000'000;
    r.begin_span_ns = 1'000'000'000;
    EXPECT_DOUBLE_EQ(r.offered_rate(), 5);
    r.interrupted = true;
    EXPECT_DOUBLE_EQ(r.offered_rate(), 100);
}

TEST(load_saturation, is_found) {
    const auto judged_with = [](auto change) {
        load_result r = shard(1, 0);
        r.due = r.begun = 1000;
        r.begin_span_ns = r.setup.duration_ns;
        change(r);
        judge_generator(r);
        return !r.saturated.empty();
    };
    EXPECT_FALSE(judged_with([](load_result&) {}));
    EXPECT_TRUE(judged_with([](load_result& r) { r.starved = 1; }));
    EXPECT_TRUE(judged_with([](load_result& r) { r.begun = 980; }));
    EXPECT_TRUE(judged_with([](load_result& r) { r.cpu_ns = r.thread_wall_ns; }));
    EXPECT_TRUE(judged_with([](load_result& r) { r.lag.record(150'000, 5); }));
    // One of eight threads is always busy, and its arrivals are late.
    EXPECT_TRUE(judged_with([](load_result& r) {
        r.threads = 8;
        r.busiest_permille = 990;
    }));
    EXPECT_TRUE(judged_with([](load_result& r) { r.begin_span_ns = r.setup.duration_ns * 11 / 10; }));
}

TEST(load_saturation, lateness_is_measured_by_the_times_that_are_judged) {
    load_result r;
    EXPECT_EQ(lag_limit_us(r), 1'000);
    r.requests["token"].ok = 1;
    r.requests["token"].latency.record(80'000);
    EXPECT_NEAR(static_cast<double>(lag_limit_us(r)), 20'000, 100);
    r.setup.thresholds = {"token.p99 < 40ms", "token.p50 < 20ms", "lag.p99 < 1ms", "errors < 1%", "token.max > 1us"};
    EXPECT_EQ(lag_limit_us(r), 5'000);
    r.setup.thresholds = {"token.p99 < 10s"};
    EXPECT_EQ(lag_limit_us(r), 100'000);
    r.setup.thresholds = {"token.p99 < 20ms"};
    r.setup.duration_ns = r.begin_span_ns = 1'000'000'000;
    r.due = r.begun = 100;
    r.lag.record(8'000, 100);
    judge_generator(r);
    ASSERT_EQ(r.saturated.size(), 1U);
    EXPECT_NE(r.saturated.begin()->find("20"), std::string::npos) << *r.saturated.begin();
}

TEST(load_reports, say_first_that_requests_failed) {
    load_result r = shard(1, 0);
    r.setup.thresholds = {"token.p99 < 3s"};
    r.requests["token"].failed = 410;
    r.failures[{"token", "status 400"}] = {410, "invalid_grant"};
    const std::string sentence = failure_sentence(r);
    EXPECT_NE(sentence.find("% of the requests failed"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("token: status 400"), std::string::npos) << sentence;
    EXPECT_EQ(exit_code(r), 4);
    const std::string console = format_summary(r, {});
    ASSERT_NE(console.find(sentence), std::string::npos) << console;
    EXPECT_LT(console.find(sentence), console.find("request "));
    const std::string page = format_page(r);
    EXPECT_LT(page.find("of the requests failed"), page.find("<h2>"));
    EXPECT_EQ(failure_sentence(load_result{}), "");
}

TEST(load_reports, hold_what_was_measured_and_escape_what_came_in) {
    load_result r = shard(1, 0);
    r.failures[{"token", "status 500"}].sample = "<script>\x1b[31m";
    r.failures[{"token", "status 500"}].count = 3;
    const std::string page = format_page(r);
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
    const std::string console = format_summary(r, {});
    EXPECT_EQ(console.find('\x1b'), std::string::npos);
    EXPECT_NE(console.find("token.p99 < 1s"), std::string::npos);
    EXPECT_NE(console.find("Fail: a threshold does not hold."), std::string::npos);
    EXPECT_FALSE(format_page(load_result{}).empty());
    EXPECT_FALSE(format_summary(load_result{}, {}).empty());
}

}  // namespace
}  // namespace assay::load
