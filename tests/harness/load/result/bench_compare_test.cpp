// Two benchmark results: differences that are found, and how often one is found where there is none.
#include "harness/load/result/bench_compare.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "harness/load/schedule/schedule.hpp"

namespace assay::load {
namespace {

double normal(random_stream& random) {
    return std::sqrt(-2 * std::log(random.unit())) * std::cos(6.283185307179586 * random.unit());
}

// The speed of the machine in each round, which affects all programs of the round.
std::vector<double> a_machine(random_stream& random, int rounds, double spread) {
    std::vector<double> out;
    for (int i = 0; i < rounds; ++i) out.push_back(std::exp(spread * normal(random)));
    return out;
}

constexpr int figures = 12;

// Ten of our figures with a peer, and one where less is better. `noise`: of a single value; one value in ten deviates
// four times as much.
bench_result a_bench(random_stream& random, const std::vector<double>& machine, double factor = 1,
                     double noise = 0.02) {
    bench_result out;
    const auto value = [&](double middle, double round) {
        const double off = normal(random) * (random.unit() < 0.1 ? 4 : 1);
        return middle * round * std::exp(noise * off);
    };
    std::vector<double> peer;
    for (const double m : machine) peer.push_back(value(500, m));
    out.figures.push_back(
        {"verify", "RS256", "peer", "tokens/s", "peer", false, false, peer, std::vector<double>(peer.size(), 1)});
    for (int f = 1; f < figures; ++f) {
        bench_figure one{"verify", "RS256", "assay " + std::to_string(f), "tokens/s", "peer", true, false, {}, {}};
        for (std::size_t i = 0; i < machine.size(); ++i) {
            one.rounds.push_back(value(1000 * (f == 1 ? factor : 1), machine[i]));
            one.ratios.push_back(one.rounds.back() / peer[i]);
        }
        if (f == figures - 1) one = {"start", "start", "memory", "MiB", "", true, true, one.rounds, {}};
        out.figures.push_back(std::move(one));
    }
    return out;
}

change verdict_of(bench_result a, bench_result b, bool in_turns) {
    if (in_turns) a.turns = b.turns = "one";
    auto c = compare_benches(a, b);
    EXPECT_TRUE(c) << c.error().text();
    return c ? c->verdict() : change::cannot_tell;
}

TEST(bench_compare, finds_what_is_there) {
    random_stream random(1);
    const auto then = a_machine(random, 6, 0.3);
    const auto later = a_machine(random, 6, 0.3);
    const bench_result base = a_bench(random, then);
    EXPECT_EQ(verdict_of(base, a_bench(random, then, 0.7), true), change::worse);
    EXPECT_EQ(verdict_of(base, a_bench(random, then, 1.4), true), change::better);
    EXPECT_EQ(verdict_of(base, a_bench(random, later, 0.6), false), change::worse) << "ratios to the peer hold";
    EXPECT_EQ(verdict_of(base, base, true), change::cannot_tell);
}

TEST(bench_compare, less_is_better_where_it_says_so) {
    random_stream random(2);
    const auto machine = a_machine(random, 6, 0);
    bench_result a = a_bench(random, machine);
    bench_result b = a;
    for (double& v : b.figures.back().rounds) v *= 2;
    EXPECT_EQ(verdict_of(a, b, true), change::worse);
    EXPECT_EQ(verdict_of(b, a, true), change::better);
}

TEST(bench_compare, seldom_sees_what_is_not_there) {
    random_stream random(3);
    int in_turns = 0;
    int apart = 0;
    constexpr int pairs = 2000;
    for (int i = 0; i < pairs; ++i) {
        const auto then = a_machine(random, 5, 0.1);
        in_turns += verdict_of(a_bench(random, then), a_bench(random, then), true) == change::cannot_tell ? 0 : 1;
        apart += verdict_of(a_bench(random, then), a_bench(random, a_machine(random, 5, 0.1)), false) ==
                         change::cannot_tell
                     ? 0
                     : 1;
    }
    // The error rate is set to 1 %; a seeded sequence gives the same count every time.
    RecordProperty("alarms in turns", in_turns);
    RecordProperty("alarms apart", apart);
    EXPECT_LE(in_turns, pairs / 100);
    EXPECT_LE(apart, pairs / 100);
}

TEST(bench_compare, a_peer_that_differs_is_said_and_no_verdict) {
    random_stream random(4);
    bench_result a = a_bench(random, a_machine(random, 6, 0));
    bench_result b = a;
    for (double& v : b.figures.front().rounds) v *= 2;
    const auto c = compare_benches(a, b);
    ASSERT_TRUE(c);
    EXPECT_EQ(c->verdict(), change::cannot_tell);
    ASSERT_FALSE(c->notes.empty());
    EXPECT_NE(c->notes.front().find("the same program on both sides"), std::string::npos);
}

TEST(bench_compare, reads_what_compare_py_writes) {
    const auto text = json::parse(R"({"format": "assay.bench/1", "turns": "x", "rows": [
        {"part": "verify", "group": "RS256", "name": "assay", "value": 2, "unit": "tokens per CPU second", "rounds": [1, 2, 3.5],
         "ours": true, "better": "more", "against": "raw OpenSSL", "ratio": 1.1, "ratios": [1, 1.1, 1.2]}]})");
    ASSERT_TRUE(text);
    const auto r = read_bench(*text);
    ASSERT_TRUE(r) << r.error().text();
    EXPECT_EQ(r->turns, "x");
    ASSERT_EQ(r->figures.size(), 1U);
    EXPECT_EQ(r->figures[0].rounds, (std::vector<double>{1, 2, 3.5}));
    EXPECT_TRUE(r->figures[0].ours);
    EXPECT_FALSE(r->figures[0].less_is_better);
    // Without rounds the result is from an older program: nothing can be concluded.
    const auto old = json::parse(R"({"format": "assay.bench/1", "rows": [{"name": "assay", "value": 2}]})");
    ASSERT_TRUE(old);
    EXPECT_FALSE(read_bench(*old));
    EXPECT_FALSE(read_bench(*json::parse("{}")));
}

TEST(bench_compare, asks_for_rounds) {
    random_stream random(5);
    const auto two = a_machine(random, 2, 0.1);
    EXPECT_FALSE(compare_benches(a_bench(random, two), a_bench(random, two)));
    EXPECT_FALSE(compare_benches(a_bench(random, two), {}));
}

}  // namespace
}  // namespace assay::load
