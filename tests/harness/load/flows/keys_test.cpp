// ID Tokens under load while the issuer's key changes: a client without the key fetches the set again, and only then.
#include <atomic>
#include <ctime>
#include <mutex>
#include <set>

#include "data/json.hpp"
#include "oauth/form.hpp"
#include "oauth/jwt.hpp"
#include "tests/harness/load/generator/running.hpp"

namespace assay::load {
namespace {

oauth::jwk a_key(const std::string& kid) {
    auto k = oauth::jwk::generate(oauth::jws_alg::ES256, kid);
    EXPECT_TRUE(k);
    return std::move(*k);
}

// An issuer with two keys: after rotate() it signs with the second one and publishes it.
class rotating {
public:
    rotating() : keys_{a_key("first"), a_key("second")} {
        server = serve([this](const http::request& q) { return http::reply(answer(q)); });
    }
    void rotate() { rotated_ = true; }
    void publish_nothing_new() { hides_ = true; }

    [[nodiscard]] run_options options() {
        run_options o = against(server->origin());
        oauth::jwks known;
        known.keys.push_back(keys_[0]);
        o.to.keys = std::move(known);
        o.codes = [](std::size_t n) -> result<std::vector<grant>> {
            return std::vector<grant>(n, grant{"code", "verifier", "http://localhost/cb", "", "sub-ada"});
        };
        return o;
    }

    std::unique_ptr<http::server> server;
    std::atomic<std::uint64_t> sets{0};

private:
    http::response answer(const http::request& q) {
        if (q.path() == "/jwks") {
            ++sets;
            json::array published{keys_[0].public_json()};
            if (rotated_ && !hides_) published.emplace_back(keys_[1].public_json());
            return json_answer(200, json::format(json::object{{"keys", std::move(published)}}));
        }
        const auto now = static_cast<std::int64_t>(std::time(nullptr));
        const json::object claims{
            {"iss", server->origin()}, {"sub", "sub-ada"}, {"aud", "app"}, {"iat", now}, {"exp", now + 60}};
        const auto token = oauth::sign_jwt(claims, oauth::jws_alg::ES256, keys_[rotated_ ? 1 : 0]);
        EXPECT_TRUE(token);
        return json_answer(
            200, json::format(json::object{{"access_token", "t" + std::to_string(made_++)}, {"id_token", *token}}));
    }

    oauth::jwk keys_[2];
    std::atomic<bool> rotated_{false};
    std::atomic<bool> hides_{false};
    std::atomic<int> made_{0};
};

load_plan verifying(std::uint64_t caches) {
    load_plan p = plan_of("id_token", 100, 400 * ms);
    p.mix.front().key_caches = caches;
    return p;
}

TEST(load_keys, nobody_fetches_what_it_has) {
    rotating issuer;
    const load_result r = ran(verifying(5), issuer.options());
    EXPECT_EQ(r.invariants.at("id_token").tried, 40U);
    EXPECT_EQ(r.invariants.at("id_token").broken, 0U);
    EXPECT_EQ(issuer.sets, 0U);
    EXPECT_EQ(r.requests.count("jwks"), 0U);
}

TEST(load_keys, every_client_fetches_once_after_a_rotation) {
    rotating issuer;
    load_plan p = verifying(5);
    p.events = {{150 * ms, 0, true}};
    auto o = issuer.options();
    o.carry_out = [&](const load_event& e) -> result<void> {
        EXPECT_TRUE(e.rotate_keys);
        issuer.rotate();
        return {};
    };
    const load_result r = ran(p, std::move(o));
    EXPECT_EQ(r.invariants.at("id_token").tried, 40U);
    EXPECT_EQ(r.invariants.at("id_token").broken, 0U);
    ASSERT_EQ(r.requests.count("jwks"), 1U);
    // One each; a client may fetch twice if its next token arrives before the key set.
    EXPECT_GE(issuer.sets, 5U);
    EXPECT_LT(issuer.sets, 40U);
    EXPECT_EQ(r.requests.at("jwks").ok, issuer.sets);
    EXPECT_EQ(r.requests.at("id_token_flow").ok, 40U);
    EXPECT_TRUE(r.failures.empty());
}

TEST(load_keys, a_key_that_is_not_published_is_a_broken_promise) {
    rotating issuer;
    issuer.publish_nothing_new();
    issuer.rotate();
    const load_result r = ran(verifying(1), issuer.options());
    EXPECT_EQ(r.invariants.at("id_token").tried, 40U);
    EXPECT_EQ(r.invariants.at("id_token").broken, 40U);
    EXPECT_EQ(r.failures.at({"jwks", "id_token refused"}).count, 40U);
}

// Tokens that arrive together are verified together, and each is judged by itself: every third one is signed for
// other claims. Codes are used a second time only after a good token.
TEST(load_keys, many_tokens_at_once_are_judged_one_by_one) {
    const oauth::jwk key = a_key("one");
    std::string issuer;
    std::atomic<std::uint64_t> made{0};
    std::atomic<std::uint64_t> replayed{0};
    std::mutex lock;
    std::set<std::string> used;
    const auto server = serve([&](const http::request& q) {
        const auto form = oauth::parse_form(q.body).value_or(oauth::form{});
        {
            const std::lock_guard guard(lock);
            if (!used.insert(std::string(form.value("code"))).second) {
                ++replayed;
                return http::reply(json_answer(400, R"({"error":"invalid_grant"})"));
            }
        }
        const auto now = static_cast<std::int64_t>(std::time(nullptr));
        const auto number = made++;
        const auto token = [&](const char* sub) {
            return *oauth::sign_jwt({{"iss", issuer}, {"sub", sub}, {"aud", "app"}, {"iat", now}, {"exp", now + 60}},
                                    oauth::jws_alg::ES256, key);
        };
        auto sent = token("sub-ada");
        if (number % 3 == 0)
            sent = sent.substr(0, sent.rfind('.')) + token("sub-bob").substr(token("sub-bob").rfind('.'));
        return http::reply(json_answer(
            200, json::format(json::object{{"access_token", "t" + std::to_string(number)}, {"id_token", sent}})));
    });
    issuer = server->origin();
    auto o = against(issuer);
    o.to.keys.keys.push_back(key);
    o.codes = [](std::size_t n) -> result<std::vector<grant>> {
        std::vector<grant> all;
        for (std::size_t i = 0; i < n; ++i) all.push_back({"code" + std::to_string(i), "v", "", "", "sub-ada"});
        return all;
    };
    load_plan p = plan_of("id_token", 1500, 300 * ms);
    p.mix.front().replay = 1;
    const load_result r = ran(p, std::move(o));
    const auto wrong = (made + 2) / 3;
    EXPECT_EQ(made, 450U);
    EXPECT_EQ(r.invariants.at("id_token").tried, made);
    EXPECT_EQ(r.invariants.at("id_token").broken, wrong);
    EXPECT_EQ(r.failures.at({"token", "id_token refused"}).count, wrong);
    EXPECT_EQ(r.requests.at("token").ok, made - wrong);
    EXPECT_EQ(r.invariants.at("code_reuse").tried, made - wrong);
    EXPECT_EQ(replayed, made - wrong);
    EXPECT_EQ(r.unfinished, 0U);
}

// An event moves the issuer's clock by an hour: its tokens are judged by that clock, not by ours.
TEST(load_keys, a_clock_that_the_plan_moves_is_the_tokens_clock) {
    std::atomic<std::int64_t> ahead{0};
    const oauth::jwk key = a_key("one");
    std::string issuer;
    const auto server = serve([&](const http::request&) {
        const std::int64_t now = static_cast<std::int64_t>(std::time(nullptr)) + ahead;
        const auto token =
            oauth::sign_jwt({{"iss", issuer}, {"sub", "sub-ada"}, {"aud", "app"}, {"iat", now}, {"exp", now + 60}},
                            oauth::jws_alg::ES256, key);
        return http::reply(json_answer(200, json::format(json::object{{"access_token", "t"}, {"id_token", *token}})));
    });
    issuer = server->origin();
    for (const bool moves : {true, false}) {
        auto o = against(issuer);
        o.to.keys.keys.push_back(key);
        o.codes = [](std::size_t n) -> result<std::vector<grant>> {
            return std::vector<grant>(n, grant{"c", "v", "", "", ""});
        };
        load_plan p = plan_of("id_token", 100, 200 * ms);
        ahead = 0;
        p.events = {{100 * ms, moves ? 3600 : 0, false}};
        o.carry_out = [&](const load_event&) -> result<void> {
            ahead = 3600;
            return {};
        };
        const load_result r = ran(p, std::move(o));
        // On a busy machine a code may come too late for its arrival.
        EXPECT_EQ(r.invariants.at("id_token").tried + r.starved, 20U) << r.unfinished << " of " << r.begun;
        EXPECT_EQ(r.invariants.at("id_token").broken > 0, !moves) << "a server an hour ahead is none of the plan's";
    }
}

}  // namespace
}  // namespace assay::load
