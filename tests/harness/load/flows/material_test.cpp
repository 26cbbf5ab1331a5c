// The supply of codes follows their use, and a code that has been stored too long is not used.
#include "harness/load/flows/material.hpp"

#include <gtest/gtest.h>

#include "tests/harness/load/generator/running.hpp"

namespace assay::load {
namespace {

using namespace std::chrono_literals;

mint counting(std::atomic<std::size_t>& minted) {
    return [&minted](std::size_t count) -> result<std::vector<grant>> {
        std::vector<grant> out(count);
        for (grant& g : out) g.code = "code-" + std::to_string(++minted);
        return out;
    };
}

TEST(code_supply, gives_the_oldest_first) {
    std::atomic<std::size_t> minted{0};
    code_supply codes(counting(minted), 10, 1h);
    ASSERT_TRUE(codes.start());
    grant g;
    ASSERT_TRUE(codes.take(g));
    EXPECT_EQ(g.code, "code-1");
    codes.stop();
    EXPECT_EQ(codes.thrown_away(), 0U);
}

TEST(code_supply, throws_away_what_is_too_old) {
    std::atomic<std::size_t> minted{0};
    code_supply codes(counting(minted), 10, 0ns);
    ASSERT_TRUE(codes.start());
    codes.stop();
    grant g;
    EXPECT_FALSE(codes.take(g));
    EXPECT_EQ(codes.thrown_away(), minted.load());
}

TEST(code_supply, forgets_all_when_the_issuers_clock_is_moved) {
    std::atomic<std::size_t> minted{0};
    code_supply codes(counting(minted), 10, 1h);
    ASSERT_TRUE(codes.start());
    codes.forget();
    codes.stop();
    grant g;
    // The thread that refills the store may have filled it again by then.
    if (codes.take(g)) {
        EXPECT_NE(g.code, "code-1");
    }
    EXPECT_EQ(codes.thrown_away(), 10U);
}

TEST(code_supply, holds_what_the_flows_that_take_codes_need) {
    const auto server = serve([](const http::request&) { return http::reply(json_answer(200, "{}")); });
    std::atomic<std::size_t> minted{0};
    load_plan p = plan_of("code_exchange", 100, 80'000 * ms);
    p.mix.emplace_back();
    p.mix.back().name = "metadata";
    p.mix.back().weight = 9;
    run_options o = against(server->origin());
    o.codes = counting(minted);
    const std::atomic<bool> at_once{true};
    o.stop = &at_once;
    const load_result r = ran(p, std::move(o));
    EXPECT_TRUE(r.interrupted);
    // Ten seconds at a tenth of the rate; more if codes taken by first requests were replaced.
    EXPECT_GE(minted.load(), 100U);
    EXPECT_LE(minted.load(), 130U);
}

}  // namespace
}  // namespace assay::load
