// What a store must do, whatever keeps the state: the same cases for memory and for Redis.
#include <set>
#include <thread>

#include "mock_server/issuer/backing.hpp"
#include "mock_server/redis/records.hpp"
#include "tests/redis/node.hpp"
#include "tests/redis/secured_server.hpp"

namespace assay::redis_tests {
namespace {

using namespace mock;

class StoreContract : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        if (GetParam() == "memory") {
            state = in_memory(nullptr, false);
            return;
        }
        ASSAY_NEEDS(server_program());
        if (GetParam() == "secured") {
            secured.emplace();
            kept_in = secured->open();
        } else {
            server.emplace();
            kept_in = server->open();
        }
        ASSERT_TRUE(kept_in);
        state = kept_in->open("t", false, [] { return std::int64_t{1000}; });
    }
    void put_pair(const std::string& name, const token_grant& g, unsigned char family) {
        token_pair p;
        p.grant = state.tokens->pairs.share(g);
        p.family = {family};
        p.issued_at = 1000;
        p.expires_in = 60;
        state.tokens->pairs.put("a-" + name, "r-" + name, p);
    }
    token_store& pairs() { return state.tokens->pairs; }

    std::optional<redis_server> server;
    std::optional<secured_server> secured;  // over TLS, with no more rights than the docs grant
    std::shared_ptr<backing> kept_in;
    issuer_state state;
};

INSTANTIATE_TEST_SUITE_P(stores, StoreContract, testing::Values("memory", "redis", "secured"),
                         [](const auto& row) { return row.param; });

code_grant some_code() {
    code_grant g;
    g.client_id = "web";
    g.scope = "openid";
    g.redirect_uri = "https://a.example/cb?x=\"1\"";
    g.nonce = "n-1";
    g.of = {"organization", "org", {"org", "other"}};
    g.created = 1000;
    g.lifetime = 60;
    g.refreshable = false;
    g.family = {1, 2, 255};
    g.bound = {"key", {"aud"}, {"res"}};
    g.claims = std::make_shared<const json::value>(json::object{{"userinfo", json::object{{"email", nullptr}}}});
    return g;
}

TEST_P(StoreContract, ACodeIsFoundWholeAndRedeemedOnce) {
    auto& s = *state.tokens;
    EXPECT_FALSE(s.find_code("c"));
    EXPECT_FALSE(s.redeem_code("c"));
    ASSERT_TRUE(s.put_code("c", some_code()));
    EXPECT_TRUE(s.nonce_in_use("web", "n-1"));
    const auto g = s.find_code("c");
    ASSERT_TRUE(g);
    EXPECT_EQ(redis::record_of(*g), redis::record_of(some_code()));
    EXPECT_FALSE(g->redeemed);
    EXPECT_FALSE(g->refreshable);
    EXPECT_EQ(s.latest_grant()->redirect_uri, some_code().redirect_uri);
    EXPECT_TRUE(s.redeem_code("c"));
    EXPECT_FALSE(s.redeem_code("c"));
    EXPECT_TRUE(s.find_code("c")->redeemed);
    EXPECT_FALSE(s.nonce_in_use("web", "n-1"));
}

TEST_P(StoreContract, ARefreshTokenIsRetiredOnce) {
    put_pair("1", {"web", "openid", {"user", "ada"}, "openid email"}, 1);
    const auto p = pairs().find_refresh("r-1");
    ASSERT_TRUE(p);
    EXPECT_EQ(p->grant->refresh_scope, "openid email");
    EXPECT_EQ(p->access, digest_of("a-1"));
    EXPECT_TRUE(pairs().retire_refresh(digest_of("r-1"), false, 1234));
    EXPECT_FALSE(pairs().retire_refresh(digest_of("r-1"), false, 1235));
    EXPECT_TRUE(pairs().find_refresh("r-1")->retired);
    EXPECT_EQ(pairs().find_refresh("r-1")->retired_at, 1234);
    EXPECT_FALSE(pairs().find_access("a-1")->access_revoked);
    EXPECT_FALSE(pairs().retire_refresh(digest_of("never"), true, 1));
}

TEST_P(StoreContract, AFamilyEndsWithWhatItHasNow) {
    put_pair("1", {"web", "openid", {"user", "ada"}}, 7);
    put_pair("2", {"web", "openid", {"user", "ada"}}, 8);
    pairs().revoke_family({7});
    EXPECT_TRUE(pairs().find_access("a-1")->access_revoked);
    EXPECT_FALSE(pairs().retire_refresh(digest_of("r-1"), false, 1));
    EXPECT_FALSE(pairs().find_access("a-2")->access_revoked);
    put_pair("3", {"web", "openid", {"user", "ada"}}, 7);
    EXPECT_FALSE(pairs().find_access("a-3")->access_revoked) << "stored later";
    pairs().revoke(*pairs().find_access("a-3"), true, false);
    EXPECT_TRUE(pairs().find_access("a-3")->access_revoked);
    EXPECT_FALSE(pairs().find_access("a-3")->refresh_revoked);
}

TEST_P(StoreContract, GrantsAreRevokedByWhatTheyHave) {
    token_grant with_session{"web", "openid", {"user", "ada"}};
    with_session.sid = "s1";
    put_pair("1", with_session, 1);
    with_session.scope = "openid offline_access";
    put_pair("2", with_session, 2);
    put_pair("3", {"web", "openid", {"user", "grace", {"acme"}}}, 3);
    EXPECT_TRUE(pairs().revoke_granted({.sid = "s1", .spares_offline_access = true}, false, true));
    EXPECT_TRUE(pairs().find_refresh("r-1")->refresh_revoked);
    EXPECT_FALSE(pairs().find_refresh("r-1")->access_revoked);
    EXPECT_FALSE(pairs().find_refresh("r-2")->refresh_revoked);
    EXPECT_TRUE(pairs().revoke_granted({.organization = "acme"}));
    EXPECT_TRUE(pairs().find_access("a-3")->access_revoked);
    EXPECT_FALSE(pairs().revoke_granted({.organization = "acme"}));
    EXPECT_TRUE(pairs().revoke_granted({.client_id = "web", .subs = {"ada"}}));
    EXPECT_TRUE(pairs().find_access("a-2")->access_revoked);
    EXPECT_FALSE(pairs().revoke_granted({.client_id = "another"}));
}

TEST_P(StoreContract, ConsentIsWithdrawnWithItsTokens) {
    auto& s = *state.tokens;
    s.remember_consent("web", "ada", "", "openid");
    s.remember_consent("web", "ada", "acme", "openid email");
    EXPECT_EQ(s.consent("web", "ada", "acme"), "openid email");
    EXPECT_FALSE(s.consent("web", "grace", ""));
    put_pair("1", {"web", "openid", {"organization", "acme"}}, 1);
    auto g = some_code();
    g.of = {"user", "ada"};
    ASSERT_TRUE(s.put_code("c", g));
    EXPECT_TRUE(s.withdraw_consent("web", "ada", true));
    EXPECT_FALSE(s.consent("web", "ada", "acme"));
    EXPECT_TRUE(s.find_code("c")->redeemed);
    EXPECT_TRUE(pairs().find_access("a-1")->access_revoked);
    EXPECT_FALSE(s.withdraw_consent("other", "ada", true));
    s.remember_consent("web", "ada", "", "openid");
    s.forget_client("web");
    EXPECT_FALSE(s.consent("web", "ada", ""));
}

// More than Redis is asked for at once.
TEST_P(StoreContract, AClientWithManyTokensIsForgottenWhole) {
    constexpr int count = 1201;
    auto& s = *state.tokens;
    for (int n = 0; n < count; ++n) {
        const auto name = std::to_string(n);
        ASSERT_TRUE(s.put_code("c-" + name, some_code()));
        put_pair(name, {"web", "openid", {"user", "ada"}}, 1);
    }
    s.forget_client("web");
    for (int n = 0; n < count; ++n) {
        const auto name = std::to_string(n);
        ASSERT_TRUE(s.find_code("c-" + name)->redeemed) << n;
        ASSERT_TRUE(pairs().find_access("a-" + name)->access_revoked) << n;
    }
}

TEST_P(StoreContract, ASessionEndsOnce) {
    auto& s = *state.tokens;
    s.put_session("id", {"ada", 77, {}, {"acme"}});
    s.add_client("id", "web");
    s.add_client("id", "web");
    s.add_client("unknown", "web");
    EXPECT_EQ(s.find_session("id")->clients, std::vector<std::string>{"web"});
    EXPECT_EQ(s.find_session("id")->organizations, std::vector<std::string>{"acme"});
    const auto ended = s.end_session("id");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->auth_time, 77);
    EXPECT_EQ(ended->clients, std::vector<std::string>{"web"});
    EXPECT_FALSE(s.end_session("id"));
    EXPECT_FALSE(s.find_session("unknown"));
}

TEST_P(StoreContract, TransientsAreSeenOnceAndCountedByTheMinute) {
    auto& t = *state.short_lived;
    EXPECT_TRUE(t.is_first("jti"));
    EXPECT_FALSE(t.is_first("jti"));
    EXPECT_TRUE(t.forget("jti"));
    EXPECT_FALSE(t.forget("jti"));
    ASSERT_TRUE(t.put_request("urn:x", {"web", {{"a", "1 + 1"}, {"a", "é"}}, 1060}));
    EXPECT_EQ(t.find_request("urn:x")->parameters.all("a"), (std::vector<std::string>{"1 + 1", "é"}));
    EXPECT_FALSE(t.find_request("urn:x")->used);
    t.use_request("urn:x");
    EXPECT_TRUE(t.find_request("urn:x")->used);
    EXPECT_FALSE(t.find_request("urn:y"));
    t.note_failure("web", 1000);
    t.note_failure("web", 1059);
    EXPECT_EQ(t.failures("web", 1059), 2);
    EXPECT_EQ(t.failures("web", 1060), 0);
    t.note_failure("web", 1060);
    EXPECT_EQ(t.failures("web", 1060), 1);
    EXPECT_EQ(t.failures("other", 1060), 0);
}

TEST_P(StoreContract, ClientsStayInTheirOrder) {
    auto& r = *state.clients;
    client c;
    for (const char* id : {"one", "two", "three"}) {
        c.client_id = id;
        c.registration_access_token = c.client_id == "two" ? "rat" : "";
        c.lifetimes.code = 30;
        c.metadata = json::object{{"logo_uri", "https://x"}};
        ASSERT_TRUE(r.put(c));
    }
    c.client_id = "one";
    c.client_secret = "changed";
    ASSERT_TRUE(r.put(c));
    const auto all = r.all();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].client_secret, "changed");
    EXPECT_EQ(redis::record_of(*r.find("one")), redis::record_of(c));
    EXPECT_EQ(r.find("two")->registration_access_token, "rat");
    EXPECT_TRUE(r.remove("two"));
    EXPECT_FALSE(r.remove("two"));
    EXPECT_EQ(r.find("two"), nullptr);
    EXPECT_EQ(r.all().size(), 2U);
}

// Expiry is Redis's: nothing is kept for good but what does not expire.
TEST(RedisKeys, ExpireWithTheirLifetimeAndTheMargin) {
    ASSAY_NEEDS(server_program());
    redis_server server;
    const auto kept_in = server.open(std::string(patient) + "&prefix=mine&keep=100");
    const auto state = kept_in->open("t", false, [] { return std::int64_t{1000}; });
    ASSERT_TRUE(state.tokens->put_code("c", some_code()));
    EXPECT_TRUE(state.short_lived->is_first("j"));
    const auto keys = server.ask({"KEYS", "*"});
    EXPECT_GE(keys.items.size(), 4U);
    for (const auto& key : keys.items) {
        EXPECT_TRUE(key.text.starts_with("mine:{t}:")) << key.text;
        const auto ttl = server.ask({"TTL", key.text}).number;
        EXPECT_GT(ttl, 0) << key.text;
        if (key.text.find(":code:") != std::string::npos) {
            EXPECT_NEAR(static_cast<double>(ttl), 160, 5);
        }
    }
    kept_in->forget("t");
    EXPECT_TRUE(server.ask({"KEYS", "*"}).items.empty());
}

// Strangers make fault issuers, by any URL below /f/.
TEST(RedisKeys, OfAFaultIssuerNoneStaysForGood) {
    ASSAY_NEEDS(server_program());
    redis_server server;
    const auto kept_in = server.open();
    node one(kept_in);
    const auto made = one.core.all().size();
    ASSERT_EQ(one.get("/f/token_status=503/jwks").status, 200);
    ASSERT_EQ(one.core.all().size(), made + 1);
    const auto at = one.core.find("f:token_status=503");
    ASSERT_TRUE(at);
    client c;
    c.client_id = "registered";
    ASSERT_TRUE(at->put_client(c));
    token_pair p;
    p.grant = at->tokens.pairs.share({"web", "openid", {"user", "ada"}});
    at->tokens.pairs.put("a", "r", p);
    at->tokens.pairs.revoke_family(p.family);
    const auto ttl_of = [&](const std::string& key) { return server.ask({"TTL", key}).number; };
    std::set<std::string> kinds;
    for (const auto& key : server.ask({"KEYS", "*"}).items) {
        const bool is_faulty = key.text.find("{f:") != std::string::npos;
        if (is_faulty) kinds.insert(key.text.substr(key.text.find("}:") + 2));
        const bool stays = !is_faulty && key.text.find("}:clients") != std::string::npos;
        EXPECT_EQ(ttl_of(key.text) < 0, stays) << key.text;
    }
    for (const char* kind : {"settings", "clients", "numbers"}) EXPECT_TRUE(kinds.contains(kind)) << kind;
    // A mock that begins to use it keeps it for another while.
    const std::string key = "assay:{f:token_status=503}:settings";
    EXPECT_LE(ttl_of(key), 86'400);
    server.ask({"EXPIRE", key, "100"});
    node two(server.open());
    ASSERT_EQ(two.get("/f/token_status=503/jwks").status, 200);
    EXPECT_GT(ttl_of(key), 86'000);
}

}  // namespace
}  // namespace assay::redis_tests
