// The generator over real sockets: the result agrees with the server's counts, and violated invariants are counted.
#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "oauth/form.hpp"
#include "tests/harness/load/generator/running.hpp"

namespace assay::load {
namespace {

// Codes "0", "1", … of ada.
mint counting() {
    auto next = std::make_shared<std::atomic<int>>(0);
    return [next](std::size_t n) -> result<std::vector<grant>> {
        std::vector<grant> out;
        for (std::size_t i = 0; i < n; ++i) {
            out.push_back({std::to_string((*next)++), "verifier", "http://localhost/cb", "", "sub-ada"});
        }
        return out;
    };
}

TEST(load_run, counts_what_the_server_saw) {
    std::atomic<std::uint64_t> seen{0};
    const auto server = serve([&](const http::request&) {
        ++seen;
        return http::reply(json_answer(200, "{}"));
    });
    load_plan p = plan_of("request", 400, 250 * ms);
    p.threads = 2;
    const load_result r = ran(p, against(server->origin()));
    EXPECT_EQ(seen.load(), 100U);
    EXPECT_EQ(r.due, 100U);
    EXPECT_EQ(r.begun, 100U);
    EXPECT_EQ(r.finished, 100U);
    EXPECT_EQ(r.requests.at("request").ok, 100U);
    EXPECT_EQ(r.requests.at("request").latency.count(), 100U);
    EXPECT_EQ(r.lag.count(), 100U);
    EXPECT_TRUE(r.failures.empty());
}

TEST(load_run, users_wait_for_their_answers) {
    std::atomic<std::uint64_t> seen{0};
    std::atomic<int> now{0};
    std::atomic<int> most{0};
    const auto server = serve([&](const http::request&) {
        most = std::max(most.load(), ++now);
        ++seen;
        --now;
        return http::reply(json_answer(200, "{}"));
    });
    load_plan p;
    p.mix.emplace_back();
    p.mix.front().name = "request";
    p.users = 3;
    p.for_ns = 100 * ms;
    const load_result r = ran(p, against(server->origin()));
    EXPECT_EQ(r.requests.at("request").count(), seen.load());
    EXPECT_GE(seen.load(), 3U);
    EXPECT_LE(most.load(), 3);
    EXPECT_LE(r.connections, 3U);
}

TEST(load_run, users_are_held_back_at_the_cap) {
    const auto server = serve([&](const http::request&) { return http::reply(json_answer(200, "{}")); });
    load_plan p;
    p.mix.emplace_back();
    p.mix.front().name = "request";
    p.users = 4;
    p.for_ns = 300 * ms;
    p.max_rate = 100;
    const load_result r = ran(p, against(server->origin()));
    // Ten at once, then a hundred per second.
    EXPECT_GE(r.begun, 4U);
    EXPECT_LE(r.begun, 41U);
    ASSERT_EQ(r.notes.size(), 1U);
    EXPECT_NE(r.notes.begin()->find("--max-rate"), std::string::npos);
}

TEST(load_run, metadata_is_of_the_issuer_that_was_asked) {
    std::string issuer;
    const auto server = serve([&](const http::request& q) {
        EXPECT_EQ(q.target, "/.well-known/openid-configuration");
        return http::reply(json_answer(200, R"({"issuer":")" + issuer + R"("})"));
    });
    issuer = server->origin();
    load_result r = ran(plan_of("metadata", 100, 50 * ms), against(server->origin()));
    EXPECT_EQ(r.requests.at("metadata").ok, 5U);
    auto o = against(server->origin());
    o.to.issuer = "http://127.0.0.1:1";
    r = ran(plan_of("metadata", 100, 50 * ms), std::move(o));
    EXPECT_EQ((r.failures.at({"metadata", "metadata of another issuer"}).sample), issuer);
}

TEST(load_run, connections_that_close_are_opened_again) {
    const auto server = serve([&](const http::request&) {
        auto a = json_answer(200, "{}");
        a.head.append("Connection", "close");
        return http::reply(std::move(a));
    });
    const load_result r = ran(plan_of("request", 200, 200 * ms), against(server->origin()));
    EXPECT_EQ(r.requests.at("request").ok, 40U);
    EXPECT_EQ(r.connections, 40U);
}

TEST(load_run, a_connection_for_each_request_where_the_plan_says_so) {
    std::atomic<int> announced{0};
    const auto server = serve([&](const http::request& asked) {
        if (asked.head.value("Connection") == "close") ++announced;
        return http::reply(json_answer(200, "{}"));
    });
    load_plan p = plan_of("request", 200, 200 * ms);
    EXPECT_LT(ran(p, against(server->origin())).connections, 40U);
    EXPECT_EQ(announced.load(), 0);
    p.connection_per_request = true;
    const load_result r = ran(p, against(server->origin()));
    EXPECT_EQ(r.requests.at("request").ok, 40U);
    EXPECT_EQ(r.connections, 40U);
    EXPECT_EQ(announced.load(), 40);
}

TEST(load_run, the_processor_time_of_the_server_is_measured) {
    const auto server = serve([&](const http::request&) { return http::reply(json_answer(200, "{}")); });
    const load_plan p = plan_of("request", 200, 200 * ms);
    auto o = against(server->origin());
    EXPECT_TRUE(ran(p, o).server.empty());
    o.server_pid = getpid();  // the server is in this process
    const load_result r = ran(p, o);
    ASSERT_EQ(r.server.size(), 1U);
    EXPECT_GT(r.server.begin()->second.cpu_ns, r.cpu_ns) << "the generator is in this process, too";
    // The same process, but not read at the same moment.
    const auto own = static_cast<double>(r.memory_peak_kib);
    EXPECT_GT(own, 0);
    EXPECT_NEAR(static_cast<double>(r.server.begin()->second.memory_peak_kib), own, own / 10);
    o.server_pid = 4'000'000;
    const auto none = run_load(p, o);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("no process 4000000"), std::string::npos) << none.error().text();
}

TEST(load_run, the_processor_time_is_taken_from_the_servers_metrics) {
    std::atomic<int> asked{0};
    const auto server = serve([&](const http::request& r) {
        if (r.target != "/metrics") return http::reply(json_answer(200, "{}"));
        http::response a;
        a.status = 200;
        a.body = "process_cpu_seconds_total " + std::to_string(10 + 2 * asked++) + "\n";
        return http::reply(std::move(a));
    });
    const load_plan p = plan_of("request", 100, 100 * ms);
    auto o = against(server->origin());
    o.server_metrics = {server->origin() + "/metrics"};
    const load_result r = ran(p, o);
    EXPECT_EQ(asked.load(), 2);
    ASSERT_EQ(r.server.size(), 1U);
    EXPECT_EQ(r.server.at(o.server_metrics.front()).cpu_ns, 2'000'000'000);
    o.server_metrics = {server->origin() + "/elsewhere"};
    const auto none = run_load(p, o);
    ASSERT_FALSE(none);
    EXPECT_NE(none.error().message.find("process_cpu_seconds_total"), std::string::npos) << none.error().text();
}

TEST(load_run, failures_are_named) {
    const auto server = serve([&](const http::request&) { return http::reply(json_answer(503, "{\"busy\":true}")); });
    load_result r = ran(plan_of("jwks", 100, 100 * ms), against(server->origin()));
    EXPECT_EQ(r.requests.at("jwks").failed, 10U);
    EXPECT_EQ((r.failures.at({"jwks", "status 503"}).count), 10U);
    EXPECT_EQ((r.failures.at({"jwks", "status 503"}).sample), "{\"busy\":true}");
    const std::string gone = server->origin();
    server->stop();
    r = ran(plan_of("jwks", 100, 100 * ms), against(gone));
    EXPECT_EQ((r.failures.at({"jwks", "no connection"}).count), 10U);
    EXPECT_EQ(r.finished, 10U);
}

TEST(load_run, a_request_that_times_out_counts_at_its_time_out) {
    const auto server = serve([&](const http::request&) {
        http::plan out;
        out.push_back({http::delay{std::chrono::milliseconds{1500}}});
        out.push_back({http::write_response{json_answer(200, "{}")}});
        return out;
    });
    load_plan p = plan_of("request", 50, 100 * ms);
    p.timeout_ns = 100 * ms;
    p.connections = 2;  // the others time out while waiting for one
    const load_result r = ran(p, against(server->origin()));
    EXPECT_EQ(r.requests.at("request").failed, 5U);
    EXPECT_EQ((r.failures.at({"request", "timed out"}).count), 5U);
    EXPECT_GE(r.requests.at("request").failed_latency.min(), 99'900);
}

TEST(load_run, stopping_keeps_what_was_measured) {
    std::atomic<bool> stop{false};
    std::atomic<int> seen{0};
    const auto server = serve([&](const http::request&) {
        if (++seen == 5) stop = true;
        return http::reply(json_answer(200, "{}"));
    });
    auto o = against(server->origin());
    o.stop = &stop;
    const load_result r = ran(plan_of("request", 100, 60'000 * ms), std::move(o));
    EXPECT_TRUE(r.interrupted);
    EXPECT_EQ(exit_code(r), 130);
    EXPECT_GE(r.requests.at("request").ok, 5U);
    EXPECT_LT(r.begun, 6000U);
}

TEST(load_run, client_authentication_and_form_are_as_the_rfc_says) {
    std::mutex lock;
    std::string authorization;
    oauth::form body;
    const auto server = serve([&](const http::request& r) {
        const std::lock_guard guard(lock);
        authorization = std::string(r.head.value("authorization"));
        body = *oauth::parse_form(r.body);
        return http::reply(json_answer(200, R"({"access_token":"t","token_type":"Bearer"})"));
    });
    auto o = against(server->origin());
    o.codes = counting();
    const load_result r = ran(plan_of("code_exchange", 10, 100 * ms), std::move(o));
    EXPECT_EQ(r.requests.at("token").ok, 1U);
    EXPECT_EQ(authorization, "Basic YXBwOmErc2VjcmV0");  // app:a+secret
    EXPECT_EQ(body.value("grant_type"), "authorization_code");
    EXPECT_EQ(body.value("code"), "0");
    EXPECT_EQ(body.value("redirect_uri"), "http://localhost/cb");
    EXPECT_EQ(body.value("code_verifier"), "verifier");
}

TEST(load_invariants, code_redeemed_twice_and_one_token_for_all) {
    // A server that checks nothing: it accepts each code any number of times and always returns the same token.
    const auto careless =
        serve([](const http::request&) { return http::reply(json_answer(200, R"({"access_token":"the one"})")); });
    load_plan p = plan_of("code_exchange", 100, 200 * ms);
    p.mix.front().replay = 1;
    auto o = against(careless->origin());
    o.codes = counting();
    load_result r = ran(p, std::move(o));
    EXPECT_EQ(r.invariants.at("code_reuse").tried, 20U);
    EXPECT_EQ(r.invariants.at("code_reuse").broken, 20U);
    EXPECT_EQ(r.invariants.at("repeated_token").broken, 19U);
    EXPECT_EQ(r.invariants.at("repeated_code").broken, 0U);

    std::mutex lock;
    std::set<std::string> redeemed;
    std::atomic<int> tokens{0};
    const auto right = serve([&](const http::request& q) {
        const std::lock_guard guard(lock);
        if (!redeemed.insert(std::string(oauth::parse_form(q.body)->value("code"))).second) {
            return http::reply(json_answer(400, R"({"error":"invalid_grant"})"));
        }
        return http::reply(json_answer(200, R"({"access_token":"t)" + std::to_string(tokens++) + R"("})"));
    });
    o = against(right->origin());
    o.codes = counting();
    r = ran(p, std::move(o));
    EXPECT_EQ(r.invariants.at("code_reuse").tried, 20U);
    EXPECT_EQ(r.invariants.at("code_reuse").broken, 0U);
    EXPECT_EQ(r.invariants.at("repeated_token").broken, 0U);
    EXPECT_EQ(r.requests.at("code_replay").failed, 0U);
}

TEST(load_invariants, tokens_of_another_user) {
    for (const bool mixed_up : {false, true}) {
        const auto server = serve([&](const http::request&) {
            return http::reply(json_answer(200, mixed_up ? R"({"sub":"sub-grace"})" : R"({"sub":"sub-ada"})"));
        });
        auto o = against(server->origin());
        o.sessions = {{"token", "refresh", "sub-ada"}};
        const load_result r = ran(plan_of("userinfo", 100, 100 * ms), std::move(o));
        EXPECT_EQ(r.invariants.at("cross_user").tried, 10U);
        EXPECT_EQ(r.invariants.at("cross_user").broken, mixed_up ? 10U : 0U);
        EXPECT_EQ(r.requests.at("userinfo").failed, mixed_up ? 10U : 0U);
    }
}

TEST(load_invariants, rotation_that_forks_and_old_tokens_that_work) {
    for (const bool careless : {false, true}) {
        std::mutex lock;
        std::set<std::string> used;
        std::atomic<int> made{0};
        const auto server = serve([&](const http::request& q) {
            const std::lock_guard guard(lock);
            const bool fresh = used.insert(std::string(oauth::parse_form(q.body)->value("refresh_token"))).second;
            if (!fresh && !careless) return http::reply(json_answer(400, R"({"error":"invalid_grant"})"));
            // It returns the same two refresh tokens again and again.
            const int n = made++;
            const std::string refresh = "r" + std::to_string(careless ? n % 2 : n);
            return http::reply(json_answer(
                200, R"({"access_token":"t)" + std::to_string(n) + R"(","refresh_token":")" + refresh + R"("})"));
        });
        load_plan p = plan_of("refresh", 100, 200 * ms);
        p.mix.front().replay = 1;
        auto o = against(server->origin());
        for (int i = 0; i < 40; ++i)
            o.sessions.push_back({"a" + std::to_string(i), "s" + std::to_string(i), "sub-ada"});
        const load_result r = ran(p, std::move(o));
        EXPECT_EQ(r.invariants.at("refresh_reuse").tried, 20U);
        EXPECT_EQ(r.invariants.at("refresh_reuse").broken, careless ? 20U : 0U);
        EXPECT_EQ(r.invariants.at("rotation").broken > 0, careless);
    }
}

TEST(load_invariants, state_of_another_request) {
    for (const bool careless : {false, true}) {
        const auto server = serve([&](const http::request& q) {
            if (q.path() == "/token") return http::reply(json_answer(200, R"({"access_token":"t"})"));
            const std::string state(oauth::parse_form(q.query())->value("state"));
            http::response a;
            a.status = 302;
            a.head.append("Location", "http://localhost/cb?code=c&state=" + (careless ? "x" : state));
            return http::reply(std::move(a));
        });
        const load_result r = ran(plan_of("sign_in", 100, 50 * ms), against(server->origin()));
        EXPECT_EQ(r.invariants.at("state").tried, 5U);
        EXPECT_EQ(r.invariants.at("state").broken, careless ? 5U : 0U);
        EXPECT_EQ(r.requests.count("token") == 1, !careless);
    }
}

TEST(load_run, says_what_is_not_there) {
    auto o = against("http://127.0.0.1:1");
    o.to.userinfo.clear();
    auto r = run_load(plan_of("userinfo", 10, 100 * ms), o);
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().code, errc::unsupported);
    EXPECT_NE(r.error().message.find("userinfo_endpoint"), std::string::npos);
    EXPECT_FALSE(run_load(plan_of("code_exchange", 10, 100 * ms), against("http://127.0.0.1:1")));
}

}  // namespace
}  // namespace assay::load
