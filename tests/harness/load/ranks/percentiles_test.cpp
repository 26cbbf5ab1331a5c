// The same times, measured by one process, by four shards and by four ranks: one histogram, whose percentiles are
// those of the sorted times.
#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "data/json.hpp"
#include "harness/load/measurement/recorder.hpp"
#include "harness/load/ranks/joint_run.hpp"
#include "harness/load/result/document.hpp"
#include "harness/load/schedule/schedule.hpp"
#include "tests/harness/load/ranks/local_mailbox.hpp"

namespace assay::load {
namespace {

constexpr std::size_t parts = 4;
constexpr std::int64_t ns_per_ms = 1'000'000;

// From 0.2 ms to some 100 ms, with a long tail, as servers answer; each part has times of its own.
std::vector<std::int64_t> times_of(std::size_t part) {
    random_stream random(part + 1);
    std::vector<std::int64_t> out;
    for (int i = 0; i < 3'000; ++i)
        out.push_back(
            static_cast<std::int64_t>(200 - std::log(random.unit()) * 10'000 * static_cast<double>(part + 1)));
    return out;
}

load_setup setup_of_four() {
    load_setup s;
    s.name = "all";
    s.loop = "open, constant";
    s.duration_ns = 3'000 * ns_per_ms;
    s.shard_count = parts;
    return s;
}

// One request a millisecond, by the recorder of a worker; each hundredth fails, and takes long.
void record(
    recorder& r, const std::vector<std::int64_t>& times, const std::function<void()>& after_each = [] {}) {
    const auto token = r.id_of("token");
    std::int64_t due = 0;
    for (const std::int64_t us : times) {
        ++r.counters.due;
        ++r.counters.begun;
        due += ns_per_ms;
        r.request(token, due, due, due + us * 1'000, true);
        if (due % (100 * ns_per_ms) == 0) r.request(token, due, due, due + 5'000 * ns_per_ms, false);
        r.finished();
        after_each();
    }
}

load_result taken(recorder& r, std::size_t part) {
    load_result out = r.take();
    out.setup = setup_of_four();
    out.shards = {part};
    out.started_at = "2026-01-01T00:00:00.000Z";
    out.begin_span_ns = out.elapsed_ns = setup_of_four().duration_ns;
    return out;
}

load_result by_one_process() {
    recorder r;
    for (std::size_t i = 0; i < parts; ++i) record(r, times_of(i));
    return taken(r, 0);
}

// Written to a file by each, and read for the merge.
load_result by_shards() {
    std::optional<load_result> all;
    for (std::size_t i = 0; i < parts; ++i) {
        recorder r;
        record(r, times_of(i));
        auto read = load_result_from_json(*json::parse(json::format(to_json(taken(r, i)))));
        EXPECT_TRUE(read) << read.error().text();
        auto both = all ? merge(*all, *read) : read;
        EXPECT_TRUE(both) << both.error().text();
        all = std::move(*both);
    }
    return *all;
}

rank_load load_of(std::size_t rank) {
    return [rank](const std::string&, const rank_hooks& hooks) -> result<load_result> {
        const auto start = hooks.with_others.agree_on_start();
        if (!start) return fail(start.error());
        recorder r;
        r.hand_over();
        record(r, times_of(rank), [&] {
            if (r.live.part) hooks.with_others.hand_over(*std::exchange(r.live.part, {}));
        });
        hooks.with_others.compare({});
        return taken(r, rank);
    };
}

load_result by_ranks() {
    static const std::atomic<bool> never{false};
    post_office post(parts);
    load_result all;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < parts; ++i) {
        threads.emplace_back([&post, &all, i] {
            local_mailbox box(post, i);
            joint_run what;
            what.load = load_of(i);
            what.coordinator.setup = setup_of_four();
            what.coordinator.interrupted = &never;
            what.coordinator.finish = [&all](const load_result& r) {
                all = r;
                return 0;
            };
            what.coordinator.report = [](const error& e) {
                ADD_FAILURE() << e.text();
                return 2;
            };
            EXPECT_EQ(run_jointly(box, std::move(what), never), 0);
        });
    }
    for (std::thread& t : threads) t.join();
    return all;
}

TEST(percentiles, are_those_of_all_times_however_the_load_is_divided) {
    std::vector<std::int64_t> sorted;
    for (std::size_t i = 0; i < parts; ++i) {
        for (const std::int64_t us : times_of(i)) sorted.push_back(us);
    }
    std::sort(sorted.begin(), sorted.end());
    const load_result one = by_one_process();
    const histogram& expected = one.requests.at("token").latency;
    for (const load_result& r : {one, by_shards(), by_ranks()}) {
        const request_result& token = r.requests.at("token");
        EXPECT_EQ(r.begun, 12'000U);
        EXPECT_EQ(r.finished, 12'000U);
        EXPECT_EQ(token.ok, 12'000U);
        EXPECT_EQ(token.failed, 120U);
        EXPECT_EQ(token.latency.count(), 12'000U);
        EXPECT_TRUE(token.latency == expected) << "the same buckets with the same counts";
        EXPECT_TRUE(token.service == expected) << "as nothing waited";
        EXPECT_EQ(token.failed_latency.count(), 120U);
        histogram seconds;
        for (const auto& [key, interval] : r.intervals) seconds.add(interval.latency);
        EXPECT_TRUE(seconds == expected) << "each time in one second";
        for (const double percent : {50.0, 90.0, 99.0, 99.9, 100.0}) {
            const auto rank = static_cast<std::size_t>(std::ceil(percent / 100 * 12'000 - 1e-9));
            const std::int64_t exact = sorted[rank - 1];
            EXPECT_GE(token.latency.percentile(percent), exact);
            EXPECT_LE(token.latency.percentile(percent), exact + exact / 1'000) << "three digits";
        }
    }
}

}  // namespace
}  // namespace assay::load
