// An issuer's state is bounded: the oldest entries are dropped, the newest are all kept (docs/serve.md, Limits).
#include <fmt/format.h>

#include "mock_server/control/mint.hpp"
#include "mock_server/store/memory_store.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

TEST(Bounds, OfCodesTheOldestGo) {
    constexpr std::size_t most = 100'000;
    memory_store s;
    for (std::size_t n = 0; n < most + 10; ++n) ASSERT_TRUE(s.put_code(fmt::format("code-{}", n), {}));
    EXPECT_EQ(s.held()->codes, most);
    EXPECT_FALSE(s.find_code("code-9"));
    EXPECT_TRUE(s.find_code("code-10"));
    EXPECT_TRUE(s.redeem_code(fmt::format("code-{}", most + 9)));
}

TEST(Bounds, OfLiveTokensTheOldestGo) {
    constexpr std::size_t most = 200'000;
    constexpr std::size_t of_a_shard = most / 8;
    memory_store s;
    token_pair p;
    p.grant = s.pairs.share({"web", "openid", {"user", "ada"}});
    // Twice as many as fit, so that every shard is full: a pair's digest decides its shard.
    for (std::size_t n = 0; n < 2 * most; ++n) s.pairs.put(fmt::format("a-{}", n), fmt::format("r-{}", n), p);
    EXPECT_EQ(s.held()->pairs, most);
    EXPECT_FALSE(s.pairs.find_access("a-0"));
    EXPECT_FALSE(s.pairs.find_refresh("r-0"));
    std::size_t found = 0;
    for (std::size_t n = 0; n < 2 * most; ++n) found += s.pairs.find_access(fmt::format("a-{}", n)) ? 1 : 0;
    EXPECT_EQ(found, most);
    for (std::size_t n = 2 * most - of_a_shard; n < 2 * most; ++n) {
        ASSERT_TRUE(s.pairs.find_access(fmt::format("a-{}", n))) << n;
        ASSERT_TRUE(s.pairs.find_refresh(fmt::format("r-{}", n))) << n;
    }
}

TEST(Bounds, OfSessionsTheOldestGo) {
    constexpr std::size_t most = 10'000;
    memory_store s;
    for (std::size_t n = 0; n < most + 10; ++n) s.put_session(fmt::format("session-{}", n), {"ada", 1});
    EXPECT_EQ(s.held()->sessions, most);
    EXPECT_FALSE(s.find_session("session-9"));
    EXPECT_TRUE(s.find_session("session-10"));
}

TEST(Bounds, OfConsentsTheOldestGoNotTheFirstByName) {
    constexpr std::size_t most = 100'000;
    memory_store s;
    s.remember_consent("z-oldest", "ada", "", "openid");
    for (std::size_t n = 0; n < most; ++n) s.remember_consent(fmt::format("a-{:06}", n), "ada", "", "openid");
    EXPECT_FALSE(s.consent("z-oldest", "ada", ""));
    EXPECT_TRUE(s.consent("a-000000", "ada", ""));
    EXPECT_TRUE(s.consent(fmt::format("a-{:06}", most - 1), "ada", ""));
    // The same consent again is not a further one.
    for (int n = 0; n < 1000; ++n) s.remember_consent("a-000000", "ada", "", fmt::format("openid {}", n));
    EXPECT_TRUE(s.consent("a-000001", "ada", ""));
    EXPECT_EQ(s.consent("a-000000", "ada", ""), "openid 999");
    // Withdrawn ones make room.
    EXPECT_TRUE(s.withdraw_consent("a-000002", "ada", true));
    s.remember_consent("b", "ada", "", "openid");
    EXPECT_TRUE(s.consent("a-000001", "ada", ""));
}

TEST(Bounds, OfClientsThatRegisterTheOldestGoAndConfiguredOnesStay) {
    constexpr std::size_t most = 10'000;
    testing::flow f("strict");
    for (std::size_t n = 0; n < most + 5; ++n) {
        client c;
        c.client_id = fmt::format("client-{}", n);
        c.registration_access_token = "t";
        ASSERT_TRUE(f.at->put_client(std::move(c)));
    }
    EXPECT_EQ(f.at->clients().size(), most + 3);
    for (const auto* configured : {"web", "post", "spa"}) EXPECT_TRUE(f.at->find_client(configured)) << configured;
    EXPECT_FALSE(f.at->find_client("client-4"));
    EXPECT_TRUE(f.at->find_client("client-5"));
    EXPECT_TRUE(f.at->find_client(fmt::format("client-{}", most + 4)));
}

TEST(Mint, TokensInBulkAreTokensLikeOthers) {
    testing::flow f("strict");
    const auto made =
        mint_tokens(f.at, json::parse(R"({"client_id": "web", "count": 4, "scope": "openid email"})").value());
    ASSERT_TRUE(made) << made.error().text();
    const auto& tokens = *made->find("tokens")->as_array();
    ASSERT_EQ(tokens.size(), 4U);
    for (const auto& one : tokens) {
        const auto info = testing::flow::body_of(f.get("/userinfo", std::string(one.string_at("access_token"))));
        EXPECT_EQ(info.string_at("sub"), one.string_at("sub"));
        const oauth::form again{{"grant_type", "refresh_token"},
                                {"refresh_token", std::string(one.string_at("refresh_token"))}};
        EXPECT_EQ(f.post("/token", again, f.basic).status, 200);
    }
    EXPECT_NE(tokens[0].string_at("sub"), tokens[1].string_at("sub")) << "users take turns";
    EXPECT_FALSE(mint_tokens(f.at, json::parse(R"({"client_id": "web", "count": 10001})").value()));
    EXPECT_FALSE(mint_tokens(f.at, json::parse(R"({"client_id": "web", "cuont": 1})").value()));
}

}  // namespace
}  // namespace assay::mock
