// What stores hold is bounded in bytes, by one budget for all of them (docs/serve.md, Limits).
#include <set>
#include <thread>

#include <fmt/format.h>

#include "mock_server/store/memory_store.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

constexpr std::size_t small = memory_budget::bytes_min;

std::shared_ptr<memory_budget> small_budget() {
    return std::make_shared<memory_budget>(small);
}

// An account with entries of one size, which need no order of age.
struct heap {
    heap(const std::shared_ptr<memory_budget>& of, bool gives_first)
        : account(of, stored::codes, gives_first, [this](std::size_t bytes) {
              for (std::size_t gone = 0; gone < bytes && things > 0; gone += size, --things) account.give(size);
          }) {}
    bool add() {
        if (!account.take(size)) return false;
        ++things;
        return true;
    }
    static constexpr std::size_t size = 1000;
    std::atomic<std::size_t> things{0};
    memory_account account;
};

TEST(MemoryBudget, SharesAreOfOneWhole) {
    std::size_t sum = 0;
    std::set<std::string_view> names;
    for (std::size_t n = 0; n < stored_rows.size(); ++n) {
        EXPECT_EQ(static_cast<std::size_t>(stored_rows.at(n).what), n) << stored_rows.at(n).name;
        EXPECT_TRUE(names.insert(stored_rows.at(n).name).second);
        sum += stored_rows.at(n).percent;
    }
    EXPECT_EQ(sum, 100U);
}

TEST(MemoryBudget, WhoHoldsMostGivesUpAndFaultIssuersBeforeAll) {
    const auto of = small_budget();
    const auto fit = of->share(stored::codes) / heap::size;
    heap one(of, false), other(of, false), of_fault_issuer(of, true);
    for (std::size_t n = 0; n < fit / 4; ++n) EXPECT_TRUE(of_fault_issuer.add());
    for (std::size_t n = 0; n < fit / 4; ++n) EXPECT_TRUE(other.add());
    for (std::size_t n = 0; n < 2 * fit; ++n) EXPECT_TRUE(one.add());
    EXPECT_EQ(of_fault_issuer.things, 0U);
    EXPECT_EQ(other.things, fit / 4) << "another one holds more";
    EXPECT_LE(of->used(stored::codes), of->share(stored::codes));
    EXPECT_GT(of->used(stored::codes), of->share(stored::codes) * 9 / 10);
    EXPECT_FALSE(one.account.take(of->share(stored::codes) + 1)) << "more than there is";
}

TEST(MemoryBudget, WhatIsPinnedStaysAndWhatIsTooMuchIsRefused) {
    const auto of = small_budget();
    {
        heap configured(of, false), strangers(of, false);
        configured.account.pin(of->share(stored::codes) + 1);
        EXPECT_FALSE(strangers.add());
        EXPECT_EQ(of->used(stored::codes), of->share(stored::codes) + 1);
        configured.account.unpin(1000);
        EXPECT_FALSE(strangers.account.take(1000));
        EXPECT_TRUE(strangers.account.take(999));
    }
    EXPECT_EQ(of->used(stored::codes), 0U) << "an account that ends gives back";
}

TEST(MemoryBudget, AccountsEndWhileOthersMakeRoom) {
    const auto of = small_budget();
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int round = 0; round < 20; ++round) {
                heap mine(of, round % 2 == 0);
                for (int n = 0; n < 2000; ++n) (void)mine.add();
            }
        });
    }
    for (auto& one : threads) one.join();
    EXPECT_EQ(of->used(stored::codes), 0U);
}

TEST(MemoryBudget, OfCodesTheOldestGo) {
    const auto of = small_budget();
    memory_store s(of);
    code_grant big;
    big.client_id = "web";
    big.nonce = "n";
    big.scope.assign(100'000, 's');
    for (int n = 0; n < 1000; ++n) ASSERT_TRUE(s.put_code(fmt::format("code-{}", n), big));
    EXPECT_LE(of->used(stored::codes), of->share(stored::codes));
    EXPECT_FALSE(s.find_code("code-0"));
    EXPECT_TRUE(s.find_code("code-999"));
    EXPECT_TRUE(s.nonce_in_use("web", "n"));
    EXPECT_LT(s.held()->codes, 100U);
    big.scope.assign(of->share(stored::codes), 's');
    EXPECT_FALSE(s.put_code("huge", big));
    EXPECT_TRUE(s.find_code("code-999")) << "it makes no room for what fits nowhere";
}

TEST(MemoryBudget, OfTokensTheOldestGoAndTheRestIsFound) {
    const auto of = small_budget();
    memory_store s(of);
    token_pair p;
    p.grant = s.pairs.share({"web", "openid", {"user", "ada"}});
    constexpr int most = 60'000;
    for (int n = 0; n < most; ++n) s.pairs.put(fmt::format("a-{}", n), fmt::format("r-{}", n), p);
    EXPECT_LE(of->used(stored::token_pairs), of->share(stored::token_pairs));
    const auto held = s.held()->pairs;
    EXPECT_GT(held, 1000U);
    std::size_t found = 0;
    for (int n = 0; n < most; ++n) {
        const bool is_there = s.pairs.find_access(fmt::format("a-{}", n)).has_value();
        EXPECT_EQ(s.pairs.find_refresh(fmt::format("r-{}", n)).has_value(), is_there) << n;
        found += is_there ? 1 : 0;
    }
    EXPECT_EQ(found, held);
    EXPECT_TRUE(s.pairs.find_access(fmt::format("a-{}", most - 1)));
    EXPECT_FALSE(s.pairs.find_access("a-0"));
}

TEST(MemoryBudget, WhatTokensShareCountsUntilTheLastOfThemGoes) {
    const auto of = small_budget();
    std::shared_ptr<const token_grant> last;
    {
        memory_store s(of);
        for (int n = 0; n < 500; ++n) {
            token_pair p;
            token_grant g{"web", std::string(100'000, 's'), {"user", fmt::format("user-{}", n)}};
            p.grant = last = s.pairs.share(std::move(g));
            s.pairs.put(fmt::format("a-{}", n), "", p);
            ASSERT_LE(of->used(stored::token_pairs), of->share(stored::token_pairs) + 200'000) << n;
        }
    }
    EXPECT_GT(of->used(stored::token_pairs), 100'000U);
    last = nullptr;
    EXPECT_EQ(of->used(stored::token_pairs), 0U);
}

TEST(MemoryBudget, NoTokenComesBackToLifeWithANoteThatGoes) {
    const auto of = small_budget();
    memory_store s(of);
    token_pair p;
    p.grant = s.pairs.share({"web", "openid", {"user", "ada"}});
    p.family = {1};
    s.pairs.put("stolen", "stolen-refresh", p);
    s.pairs.revoke_family(p.family);
    uuid other{};
    for (unsigned n = 0; n < 50'000; ++n) {
        for (unsigned i = 0; i < 4; ++i) other.at(8 + i) = static_cast<unsigned char>(n >> (8 * i));
        s.pairs.revoke_family(other);
    }
    EXPECT_LE(of->used(stored::ended_families), of->share(stored::ended_families));
    EXPECT_LT(of->used(stored::ended_families), 50'000U * 96) << "some notes went";
    const auto found = s.pairs.find_access("stolen");
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->access_revoked && found->refresh_revoked);
    EXPECT_FALSE(s.pairs.retire_refresh(digest_of("stolen-refresh"), true, 1));
}

TEST(MemoryBudget, JournalsShareOne) {
    const auto of = small_budget();
    journal one(1000, of), other(1000, of);
    journal_entry e;
    e.request.body.assign(100'000, 'b');
    other.add(journal_entry(e));
    for (int n = 0; n < 1000; ++n) one.add(journal_entry(e));
    EXPECT_LE(of->used(stored::journals), of->share(stored::journals));
    EXPECT_EQ(other.size(), 1U);
    EXPECT_EQ(one.last(), 1000);
    EXPECT_EQ(one.after(0).back().seq, 1000);
    one.clear();
    EXPECT_LT(of->used(stored::journals), 110'000U);
}

class Strangers : public ::testing::Test {
protected:
    void SetUp() override {
        core.set_origin("http://127.0.0.1:9");
        issuer_request r;
        r.dialect = "strict";
        client mine;
        mine.client_id = "my-app";
        mine.client_secret = "my-secret";
        mine.redirect_uris = {"http://127.0.0.1:1/cb"};
        mine.scope = "openid";
        r.clients = {mine};
        at = *core.create_default(std::move(r));
    }
    http::response send(const std::string& target, const std::string& type, std::string body,
                        const std::string& authorization = {}) {
        http::request r;
        r.method = "POST";
        r.target = target;
        r.head = {{"Content-Type", type}, {"Content-Length", std::to_string(body.size())}};
        if (!authorization.empty()) r.head.append("Authorization", authorization);
        r.body = std::move(body);
        return std::get<http::write_response>(core.handle(std::move(r)).front().what).r;
    }
    http::response register_one(const std::string& more) {
        return send("/register", "application/json", R"({"redirect_uris":["https://a.test/cb"])" + more + "}");
    }
    mock core{"", small};
    std::shared_ptr<issuer> at;
};

TEST_F(Strangers, EvictStrangersOnly) {
    const std::string big = R"(,"client_name":")" + std::string(50'000, 'n') + '"';
    std::string first;
    for (int n = 0; n < 120; ++n) {
        const auto made = register_one(big);
        ASSERT_EQ(made.status, 201) << made.body.substr(0, 200);
        if (n == 0) first = json::parse(made.body)->string_at("client_id");
        ASSERT_LE(core.memory->used(stored::clients), core.memory->share(stored::clients));
    }
    EXPECT_TRUE(at->find_client("my-app"));
    EXPECT_FALSE(at->find_client(first));
    EXPECT_LT(at->clients().size(), 100U);
}

TEST_F(Strangers, AreToldWhatDoesNotFit) {
    const std::string huge(core.memory->share(stored::clients), 'n');
    const auto refused = register_one(R"(,"client_name":")" + huge + '"');
    EXPECT_EQ(refused.status, 503) << refused.body.substr(0, 200);
    EXPECT_NE(refused.body.find("--memory"), std::string::npos) << refused.body.substr(0, 200);
    EXPECT_EQ(register_one("").status, 201);
}

TEST_F(Strangers, PushOnlyWhatFits) {
    const auto basic = oauth::format_basic("my-app", "my-secret");
    const auto push = [&](std::size_t bytes) {
        return send("/par", "application/x-www-form-urlencoded",
                    oauth::format_form({{"response_type", "code"},
                                        {"redirect_uri", "http://127.0.0.1:1/cb"},
                                        {"scope", "openid"},
                                        {"code_challenge", std::string(43, 'c')},
                                        {"code_challenge_method", "S256"},
                                        {"state", std::string(bytes, 's')}}),
                    basic);
    };
    std::string newest;
    for (int n = 0; n < 50; ++n) {
        const auto made = push(500'000);
        ASSERT_EQ(made.status, 201) << made.body;
        newest = json::parse(made.body)->string_at("request_uri");
        ASSERT_LE(core.memory->used(stored::pushed_requests), core.memory->share(stored::pushed_requests));
    }
    EXPECT_TRUE(at->short_lived.find_request(newest));
    EXPECT_EQ(push(core.memory->share(stored::pushed_requests)).status, 503);
}

TEST_F(Strangers, HaveSoManyFaultIssuersAsFit) {
    http::request r;
    for (int n = 1; n < 400; ++n) {
        r.target = fmt::format("/f/tcp_delay={}/nothing", n);
        (void)core.handle(r);
    }
    EXPECT_LE(core.memory->used(stored::fault_issuers), core.memory->share(stored::fault_issuers));
    EXPECT_LT(core.all().size(), 200U);
    EXPECT_NE(core.find("f:tcp_delay=399"), nullptr);
    EXPECT_TRUE(core.remove("f:tcp_delay=399"));
}

}  // namespace
}  // namespace assay::mock
