// The generator over TLS: it verifies certificates, and later connections resume the session of an earlier one.
#include <filesystem>
#include <fstream>

#include "http/authority.hpp"
#include "tests/harness/load/generator/running.hpp"
#include "tests/support/folder.hpp"

namespace assay::load {
namespace {

constexpr std::int64_t day_s = 86'400;

// An authority in a file, and a server with its certificate that closes each connection after one answer.
struct https {
    explicit https(const std::vector<std::string>& names) {
        const auto now =
            std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
                .count();
        const http::validity valid{now - day_s, now + day_s};
        auto ca = http::authority::make(valid);
        EXPECT_TRUE(ca);
        auto who = ca->issue(names, valid);
        EXPECT_TRUE(who);
        std::ofstream(file) << ca->own().certificates;
        http::server_options o;
        o.tls = *who;
        auto started = http::server::start(o, [](const http::request&) {
            auto a = json_answer(200, "{}");
            a.head.append("Connection", "close");
            return http::reply(std::move(a));
        });
        EXPECT_TRUE(started);
        server = std::move(*started);
    }

    tests::folder own;
    const std::filesystem::path file = own / "ca.pem";
    std::unique_ptr<http::server> server;
};

TEST(load_tls, later_connections_resume) {
    const https at({"127.0.0.1"});
    auto o = against(at.server->origin());
    o.ca_file = at.file.string();
    load_plan p;  // one user: each connection is opened after the previous one has ended
    p.mix.emplace_back();
    p.mix.front().name = "request";
    p.users = 1;
    p.for_ns = 2000 * ms;  // on a busy machine with a sanitizer one handshake takes half a second
    p.max_rate = 50;
    const load_result r = ran(p, std::move(o));
    ASSERT_GE(r.connections, 3U);
    EXPECT_EQ(r.requests.at("request").ok, r.connections)
        << (r.failures.empty() ? "" : r.failures.begin()->second.sample);
    EXPECT_EQ(r.resumed, r.connections - 1);
}

TEST(load_tls, a_connection_for_each_request_is_that_of_a_new_client) {
    const https at({"127.0.0.1"});
    auto o = against(at.server->origin());
    o.ca_file = at.file.string();
    load_plan p = plan_of("request", 20, 250 * ms);
    p.connection_per_request = true;
    const load_result r = ran(p, std::move(o));
    EXPECT_EQ(r.requests.at("request").ok, 5U);
    EXPECT_EQ(r.connections, 5U);
    EXPECT_EQ(r.resumed, 0U);
}

TEST(load_tls, who_is_not_trusted_is_sent_nothing) {
    const https at({"127.0.0.1"});
    const https other({"127.0.0.1"});
    for (const std::string& ca : {std::string(), other.file.string()}) {
        auto o = against(at.server->origin());
        o.ca_file = ca;
        const load_result r = ran(plan_of("request", 50, 100 * ms), std::move(o));
        ASSERT_EQ(r.requests.at("request").failed, 5U);
        EXPECT_EQ(r.requests.at("request").ok, 0U);
        const tally& t = r.failures.at({"request", "no connection"});
        EXPECT_EQ(t.count, 5U);
        EXPECT_NE(t.sample.find("--ca"), std::string::npos) << t.sample;
    }
}

TEST(load_tls, a_certificate_for_another_name_is_refused) {
    const https at({"localhost"});  // but requested as 127.0.0.1
    auto o = against(at.server->origin());
    o.ca_file = at.file.string();
    const load_result r = ran(plan_of("request", 50, 100 * ms), std::move(o));
    EXPECT_EQ(r.requests.at("request").ok, 0U);
    EXPECT_EQ(r.failures.at({"request", "no connection"}).count, 5U);
}

TEST(load_tls, a_file_without_an_authority_is_said) {
    const https at({"127.0.0.1"});
    auto o = against(at.server->origin());
    o.ca_file = "/nowhere/ca.pem";
    const auto r = run_load(plan_of("request", 50, 100 * ms), std::move(o));
    ASSERT_FALSE(r);
    EXPECT_NE(r.error().message.find("/nowhere/ca.pem"), std::string::npos);
}

}  // namespace
}  // namespace assay::load
