// Tokens that were made before the run expire during it: a refresh comes first, and no refusal is counted.
#include "harness/load/flows/renewal.hpp"

#include <atomic>
#include <mutex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/harness/load/generator/running.hpp"

namespace assay::load {
namespace {

constexpr std::size_t sessions = 5;

// A server that takes only the access tokens that its token endpoint gave.
struct issuer {
    std::mutex lock;
    std::set<std::string> good;
    std::size_t given = 0;
    bool refuses_refresh = false;

    http::response answer(const http::request& r) {
        const std::lock_guard guard(lock);
        if (r.target == "/token") {
            if (refuses_refresh) return json_answer(400, R"({"error":"invalid_grant"})");
            const std::string token = "new" + std::to_string(given++);
            good.insert(token);
            return json_answer(200, R"({"access_token":")" + token + R"(","expires_in":3600,"refresh_token":"r)" +
                                        std::to_string(given) + R"("})");
        }
        const bool known = good.count(std::string(r.head.value("Authorization").substr(7))) > 0;
        return known ? json_answer(200, R"({"sub":"sub-ada"})") : json_answer(401, "{}");
    }
};

run_options with_old_tokens(const std::string& origin, const std::string& refresh_token) {
    run_options o = against(origin);
    for (std::size_t i = 0; i < sessions; ++i) {
        session s{"old", refresh_token, "sub-ada"};
        s.renew_at_ms = 1;
        o.sessions.push_back(s);
    }
    return o;
}

TEST(renewal, comes_before_a_request_with_an_old_token) {
    issuer at;
    const auto server = serve([&](const http::request& r) { return http::reply(at.answer(r)); });
    const load_result r = ran(plan_of("userinfo", 200, 250 * ms), with_old_tokens(server->origin(), "r"));
    EXPECT_TRUE(r.failures.empty());
    EXPECT_EQ(r.requests.at("refresh").ok, sessions);
    EXPECT_EQ(r.requests.at("userinfo").ok, r.begun);
    EXPECT_EQ(at.given, sessions);
}

TEST(renewal, follows_the_issuers_clock) {
    issuer at;
    at.good.insert("old");
    const auto server = serve([&](const http::request& r) { return http::reply(at.answer(r)); });
    run_options o = with_old_tokens(server->origin(), "r");
    for (session& s : o.sessions) s.renew_at_ms = renew_at_ms(0, 3600);
    load_plan p = plan_of("userinfo", 200, 500 * ms);
    p.events.emplace_back();
    p.events.front().at_ns = 200 * ms;
    p.events.front().advance_s = 1801;
    o.carry_out = [](const load_event&) -> result<void> { return {}; };
    const load_result r = ran(p, std::move(o));
    EXPECT_TRUE(r.failures.empty());
    EXPECT_EQ(r.requests.at("refresh").ok, sessions);
}

TEST(renewal, a_token_without_a_refresh_token_is_not_used_beyond_its_life) {
    issuer at;
    const auto server = serve([&](const http::request& r) { return http::reply(at.answer(r)); });
    const load_result r = ran(plan_of("userinfo", 200, 100 * ms), with_old_tokens(server->origin(), ""));
    EXPECT_TRUE(r.failures.empty());
    EXPECT_EQ(r.starved, r.due);
    ASSERT_FALSE(r.notes.empty());
}

TEST(renewal, a_refused_refresh_token_is_a_failure_of_the_refresh_and_is_not_tried_again) {
    issuer at;
    at.refuses_refresh = true;
    const auto server = serve([&](const http::request& r) { return http::reply(at.answer(r)); });
    const load_result r = ran(plan_of("userinfo", 200, 250 * ms), with_old_tokens(server->origin(), "r"));
    EXPECT_EQ(r.requests.at("refresh").failed, sessions);
    EXPECT_EQ(r.requests.count("userinfo"), 0U);
    EXPECT_EQ(r.starved, r.due - sessions);
}

}  // namespace
}  // namespace assay::load
