// Several ranks of one load, as threads with mailboxes of their own: what is merged, compared and missing.
#include "harness/load/ranks/joint_run.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "harness/load/ranks/launcher.hpp"
#include "harness/load/result/document.hpp"
#include "tests/harness/load/ranks/local_mailbox.hpp"

namespace assay::load {
namespace {

using namespace std::chrono_literals;

const std::atomic<bool> never{false};

load_setup setup_of_all(std::size_t ranks) {
    load_setup s;
    s.name = "all";
    s.loop = "open, constant";
    s.stages = {{100, 100, 1'000'000'000}};
    s.duration_ns = 1'000'000'000;
    s.shard_count = ranks;
    return s;
}

load_result figures(std::uint64_t n) {
    load_result r;
    r.due = r.begun = r.finished = n;
    request_result& token = r.requests["token"];
    token.ok = n;
    token.latency.record(1000, n);
    token.service.record(1000, n);
    r.intervals[{0, "token"}].latency.record(1000, n);
    r.lag.record(10, n);
    return r;
}

// A rank that measured `first` until the end of its first second and `rest` afterwards, and saw the codes `codes`.
rank_load measured(std::size_t rank, std::uint64_t first, std::uint64_t rest, std::vector<std::uint64_t> codes,
                   std::size_t ranks) {
    return [=](const std::string& material, const rank_hooks& hooks) -> result<load_result> {
        EXPECT_EQ(material, "what rank 0 read");
        const auto start = hooks.with_others.agree_on_start();
        if (!start) return fail(start.error());
        EXPECT_GT(*start, std::chrono::system_clock::now());
        hooks.with_others.hand_over(figures(first));
        unique_digests seen;
        seen[static_cast<std::size_t>(unique_value::code)] = codes;
        load_result out = figures(rest);
        out.setup = setup_of_all(ranks);
        out.shards = {rank};
        out.started_at = "2026-01-01T00:00:00.000Z";
        out.begin_span_ns = out.elapsed_ns = 1'000'000'000;
        out.invariants["repeated_code"].tried = codes.size();
        hooks.with_others.compare(std::move(seen));
        return out;
    };
}

joint_run of_rank(rank_load load, load_result& out, std::size_t ranks, error* bad = nullptr) {
    joint_run what;
    what.load = std::move(load);
    what.silence = what.coordinator.silence = 10s;
    what.coordinator.material = "what rank 0 read";
    what.coordinator.setup = setup_of_all(ranks);
    what.coordinator.interrupted = &never;
    what.coordinator.finish = [&out](const load_result& r) {
        out = r;
        return exit_code(r);
    };
    what.coordinator.report = [bad](const error& e) {
        if (bad != nullptr) *bad = e;
        return 2;
    };
    what.orphaned = [&out](const load_result& r) {
        out = r;
        return 3;
    };
    return what;
}

TEST(joint_run, adds_every_figure_once_and_compares_digests_across_ranks) {
    constexpr std::size_t ranks = 3;
    post_office post(ranks);
    load_result all;
    std::vector<int> codes(ranks, -1);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < ranks; ++i) {
        threads.emplace_back([&, i] {
            local_mailbox box(post, i);
            load_result unused;
            // 77 on all three, 5 on two of them.
            const std::vector<std::uint64_t> seen =
                i == 0 ? std::vector<std::uint64_t>{5, 77} : std::vector<std::uint64_t>{i == 1 ? 5U : 6U, 77};
            codes[i] = run_jointly(
                box, of_rank(measured(i, 10 * (i + 1), 1, seen, ranks), i == 0 ? all : unused, ranks), never);
        });
    }
    for (std::thread& t : threads) t.join();
    EXPECT_EQ(codes, (std::vector<int>{codes[0], codes[0], codes[0]})) << "one exit code";
    EXPECT_EQ(all.finished, 63U);
    EXPECT_EQ(all.requests.at("token").ok, 63U);
    EXPECT_EQ(all.requests.at("token").latency.count(), 63U);
    EXPECT_EQ((all.intervals.at({0, "token"}).latency.count()), 63U);
    EXPECT_EQ(all.shards, (std::set<std::uint64_t>{0, 1, 2}));
    EXPECT_EQ(all.invariants.at("repeated_code").tried, 6U);
    EXPECT_EQ(all.invariants.at("repeated_code").broken, 3U);
    EXPECT_EQ(all.ranks.size(), ranks);
    EXPECT_FALSE(all.lost_a_rank());
    // One machine has one clock.
    for (const auto& [number, one] : all.ranks)
        EXPECT_LE(std::abs(one.clock_offset_ns), one.clock_error_ns + 1'000'000);
    EXPECT_EQ(post.aborted, 0);
}

// A rank that answers until its first figures, and then never again.
void die_early(post_office& post, std::size_t rank) {
    local_mailbox box(post, rank);
    bool started = false;
    while (!started) {
        const auto one = box.receive();
        if (!one) {
            std::this_thread::yield();
            continue;
        }
        if (word_of(one->bytes) == word::material) box.send(0, written(word::ready, "elsewhere"));
        if (word_of(one->bytes) == word::ping)
            box.send(0, written(word::pong, std::to_string(clock_ns() + 5'000'000'000)));
        started = word_of(one->bytes) == word::start;
        if (!started) continue;
        // Told by its own clock, which is five seconds ahead.
        EXPECT_GT(number_in(text_of(one->bytes)), clock_ns() + 4'000'000'000);
        load_result part = figures(7);
        part.elapsed_ns = 1'000'000'000;
        box.send(0, written(word::part, json::format(to_json(part))));
    }
}

TEST(joint_run, a_rank_that_dies_ends_the_run_with_what_was_measured) {
    constexpr std::size_t ranks = 2;
    post_office post(ranks);
    load_result all;
    std::thread other([&] { die_early(post, 1); });
    local_mailbox box(post, 0);
    joint_run what = of_rank(measured(0, 10, 1, {5}, ranks), all, ranks);
    what.coordinator.silence = 300ms;
    EXPECT_EQ(run_jointly(box, std::move(what), never), 3);
    other.join();
    EXPECT_EQ(post.aborted, 3) << "a stopped rank must not stay";
    EXPECT_EQ(all.finished, 18U) << "7 of the rank that died, 11 of the other";
    EXPECT_EQ(all.ranks.at(1).lost, "was silent for 300 ms; its figures end after 1 s");
    EXPECT_EQ(all.ranks.at(1).host, "elsewhere");
    EXPECT_NEAR(static_cast<double>(all.ranks.at(1).clock_offset_ns), 5e9, 5e7);
    EXPECT_EQ(exit_code(all), 3);
    const auto read = load_result_from_json(to_json(all));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(json::format(to_json(*read)), json::format(to_json(all)));
}

TEST(joint_run, without_rank_0_a_rank_keeps_what_it_measured) {
    post_office post(2);
    load_result own;
    local_mailbox(post, 0).send(1, written(word::material, "what rank 0 read"));
    local_mailbox(post, 0).send(1, written(word::start, std::to_string(clock_ns() + 1'000'000'000)));
    local_mailbox box(post, 1);
    joint_run what = of_rank(measured(1, 10, 1, {5}, 2), own, 2);
    what.silence = 300ms;
    EXPECT_EQ(run_jointly(box, std::move(what), never), 3);
    EXPECT_EQ(own.finished, 11U);
}

TEST(joint_run, a_rank_does_not_wait_for_the_first_word_for_ever) {
    post_office post(2);
    load_result own;
    local_mailbox box(post, 1);
    joint_run what = of_rank(measured(1, 10, 1, {5}, 2), own, 2);
    what.silence = 10ms;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(run_jointly(box, std::move(what), never), 3);
    EXPECT_GE(std::chrono::steady_clock::now() - start, 300ms) << "rank 0 may have to start a server";
    EXPECT_EQ(own.finished, 0U);
    EXPECT_EQ(post.aborted, 3);
}

TEST(joint_run, an_error_of_one_rank_is_that_of_all) {
    constexpr std::size_t ranks = 2;
    post_office post(ranks);
    load_result unused;
    error said;
    int code_of_1 = -1;
    std::thread other([&] {
        local_mailbox box(post, 1);
        load_result none;
        const rank_load fails = [](const std::string&, const rank_hooks&) -> result<load_result> {
            return fail(errc::connect, "there is no server");
        };
        code_of_1 = run_jointly(box, of_rank(fails, none, ranks), never);
    });
    local_mailbox box(post, 0);
    EXPECT_EQ(run_jointly(box, of_rank(measured(0, 10, 1, {5}, ranks), unused, ranks, &said), never), 2);
    other.join();
    EXPECT_EQ(code_of_1, 2);
    EXPECT_EQ(said.code, errc::connect);
    EXPECT_EQ(said.text(), "rank 1: there is no server");
}

}  // namespace
}  // namespace assay::load
