// Logout notifications to clients: logout tokens over a real socket, frames of the page, and what is not sent.
#include <atomic>
#include <chrono>
#include <ctime>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "http/authority.hpp"
#include "http/server.hpp"
#include "mock_server/issuer/postman.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/waiting.hpp"

namespace assay::mock {
namespace {

using testing::flow;

std::string cookie_of(const http::response& r) {
    const std::string set(r.head.value("set-cookie"));
    return set.substr(0, set.find(';'));
}

json::value claims_of(std::string_view token) {
    const auto parts = oauth::parse_jws(token);
    return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
}

void set_member(flow& f, const std::string& client_id, const std::string& name, const std::string& value) {
    auto c = *f.at->find_client(client_id);
    c.metadata.set(name, value);
    f.at->put_client(std::move(c));
}

// Signs in and out; returns the answer to the logout, and the ID Token of the sign-in.
std::pair<http::response, std::string> sign_in_and_out(flow& f) {
    const std::string code(f.authorize({}).value("code"));
    const auto cookie = cookie_of(f.last);
    const std::string id_token(flow::body_of(f.redeem(code)).string_at("id_token"));
    http::request r;
    r.target = "/logout?" + oauth::format_form(oauth::form{{"id_token_hint", id_token}});
    r.head.append("Cookie", cookie);
    return {f.send(std::move(r)), id_token};
}

// The journal's entries of that endpoint, once there are that many.
std::vector<journal_entry> entries(flow& f, std::string_view endpoint, std::size_t count) {
    std::vector<journal_entry> out;
    const auto arrived = tests::came(fmt::format("{} of {} in the journal", count, endpoint), [&] {
        out.clear();
        for (const auto& e : f.at->log.after(0)) {
            if (e.endpoint == endpoint) out.push_back(e);
        }
        return out.size() >= count;
    });
    if (!arrived) out.resize(count);  // the expectations then report what is missing
    return out;
}

TEST(BackChannelLogout, ReachesTheClientsOfTheSession) {
    std::mutex lock;
    std::vector<http::request> came;
    auto server = http::server::start({}, [&](const http::request& r) {
        const std::lock_guard guard(lock);
        came.push_back(r);
        return http::reply(http::response{});
    });
    ASSERT_TRUE(server);
    flow f("strict");
    set_member(f, "web", "backchannel_logout_uri", (*server)->origin() + "/told?x=1");
    set_member(f, "post", "backchannel_logout_uri", (*server)->origin() + "/another");  // nobody signed in there
    const auto id_token = sign_in_and_out(f).second;
    const auto noted = entries(f, "backchannel_logout", 1);
    EXPECT_EQ(noted.front().response.status, 200);
    EXPECT_EQ(noted.front().client_id, "web");
    const std::lock_guard guard(lock);
    ASSERT_EQ(came.size(), 1U);
    EXPECT_EQ(came.front().target, "/told?x=1");
    const auto form = oauth::parse_form(came.front().body).value();
    const auto parts = oauth::parse_jws(form.value("logout_token"));
    ASSERT_TRUE(parts);
    EXPECT_EQ(json::value(parts->header).string_at("typ"), "logout+jwt");
    EXPECT_TRUE(oauth::verify_jws(*parts, f.at->signing_key("RS256"), {oauth::jws_alg::RS256}));
    const auto told = claims_of(form.value("logout_token"));
    const auto signed_in = claims_of(id_token);
    EXPECT_FALSE(signed_in.string_at("sid").empty());
    for (const auto* same : {"iss", "sub", "aud", "sid"}) EXPECT_EQ(told.string_at(same), signed_in.string_at(same));
    EXPECT_NE(told.at_pointer("/events/http:~1~1schemas.openid.net~1event~1backchannel-logout"), nullptr);
    EXPECT_EQ(told.find("nonce"), nullptr);
}

TEST(BackChannelLogout, GoesNowhereBeyondLoopbackAndSaysSo) {
    flow f("strict");
    set_member(f, "web", "backchannel_logout_uri", "http://client.example/told");
    (void)sign_in_and_out(f);
    const auto noted = entries(f, "backchannel_logout", 1);
    ASSERT_TRUE(noted.front().refusal);
    EXPECT_NE(noted.front().refusal->got.find("not on loopback"), std::string::npos);
}

// A name of this machine that is not a loopback name.
TEST(Postman, SendsBeyondLoopbackToHostsAllowedByNameOnly) {
    std::atomic<int> came = 0;
    auto server = http::server::start({}, [&](const http::request&) {
        ++came;
        return http::reply(http::response{});
    });
    ASSERT_TRUE(server);
    const auto url = "http://127.1:" + std::to_string((*server)->port()) + "/told";
    std::promise<bool> arrived;
    {
        postman strict;
        const auto no = strict.send(url, {}, [](const auto&) { ADD_FAILURE() << "it was sent"; });
        ASSERT_FALSE(no);
        EXPECT_NE(no.error().message.find("--allow-host 127.1"), std::string::npos) << no.error().message;
        postman other({"127.1.example"});
        EXPECT_FALSE(other.send(url, {}, [](const auto&) { ADD_FAILURE() << "it was sent"; }));
        postman allowed({"client.example", "127.1"});
        ASSERT_TRUE(allowed.send(url, {}, [&](const auto& done) { arrived.set_value(done.has_value()); }));
        auto delivered = arrived.get_future();
        ASSERT_TRUE(tests::came("the delivery to an allowed host", delivered));
        EXPECT_TRUE(delivered.get());
    }
    EXPECT_EQ(came, 1);
}

// serve --ca FILE, as the message about an untrusted certificate advises.
TEST(Postman, TrustsTheAuthorityThatItIsGiven) {
    const std::int64_t now = std::time(nullptr);
    const auto ca = http::authority::make({now - 3600, now + 3600});
    ASSERT_TRUE(ca);
    auto who = ca->issue({"127.0.0.1", "localhost"}, {now - 3600, now + 3600});
    ASSERT_TRUE(who);
    http::server_options listen;
    listen.tls = *who;
    auto server = http::server::start(listen, [](const http::request&) { return http::reply(http::response{}); });
    ASSERT_TRUE(server);
    const tests::folder own;
    const std::string file = own.file("ca.pem");
    std::ofstream(file) << ca->own().certificates;
    for (const bool trusted : {false, true}) {
        std::promise<std::string> arrived;
        postman p({}, trusted ? file : "");
        ASSERT_TRUE(p.send((*server)->origin() + "/told", {},
                           [&](const auto& done) { arrived.set_value(done ? "" : done.error().message); }));
        const auto why = arrived.get_future().get();
        EXPECT_EQ(why.find("--ca FILE") == std::string::npos, trusted) << why;
        EXPECT_EQ(why.empty(), trusted) << why;
    }
}

http::response refreshing(flow& f, const json::value& tokens) {
    return f.post(
        "/token",
        {{"grant_type", "refresh_token"}, {"refresh_token", std::string(tokens.string_at("refresh_token"))}},
        f.basic);
}

// Signs in with that scope; returns the tokens. The session's cookie is in f.last.
json::value sign_in(flow& f, const std::string& scope) {
    auto c = *f.at->find_client("web");
    c.scope += " offline_access";
    f.at->put_client(std::move(c));
    return f.tokens({{"scope", scope}, {"prompt", "consent"}});
}

void log_out(flow& f, const std::string& cookie, const json::value& tokens) {
    http::request r;
    r.target =
        "/logout?" + oauth::format_form(oauth::form{{"id_token_hint", std::string(tokens.string_at("id_token"))}});
    r.head.append("Cookie", cookie);
    EXPECT_EQ(f.send(std::move(r)).status, 200);
}

TEST(BackChannelLogout, ARefreshedIdTokenNamesTheSession) {
    flow f("strict");
    set_member(f, "web", "backchannel_logout_uri", "http://127.0.0.1:1/told");
    const auto first = f.tokens();
    const auto second = flow::body_of(refreshing(f, first));
    const auto third = flow::body_of(refreshing(f, second));
    const std::string sid(claims_of(first.string_at("id_token")).string_at("sid"));
    EXPECT_FALSE(sid.empty());
    EXPECT_EQ(claims_of(third.string_at("id_token")).string_at("sid"), sid);
}

TEST(BackChannelLogout, EndsTheRefreshTokensOfTheSession) {
    for (const auto& [scope, status] : {std::pair{"openid email", 400}, {"openid email offline_access", 200}}) {
        flow f("strict");
        set_member(f, "web", "backchannel_logout_uri", "http://127.0.0.1:1/told");
        const auto tokens = sign_in(f, scope);
        const auto of_another_session = sign_in(f, scope);  // a new sign-in, because no cookie was sent
        const auto next = flow::body_of(refreshing(f, tokens));
        (void)f.authorize({{"scope", scope}, {"prompt", "consent"}});
        const auto cookie = cookie_of(f.last);
        const auto last = flow::body_of(f.redeem(std::string(
            oauth::parse_form(http::parse_url(std::string(f.last.head.value("location")))->query)->value("code"))));
        log_out(f, cookie, last);
        EXPECT_EQ(refreshing(f, last).status, status) << scope;
        EXPECT_EQ(refreshing(f, next).status, 200) << "another sign-in";
        EXPECT_EQ(refreshing(f, of_another_session).status, 200);
        EXPECT_EQ(f.get("/userinfo", std::string(last.string_at("access_token"))).status, 200)
            << "a logout ends no access token";
    }
}

TEST(BackChannelLogout, LeavesTheRefreshTokensOfOthersAndOfAServerWithoutTheRule) {
    flow defective("strict", json::array{json::object{{"defect", "logout.ends_refresh_tokens"}}});
    set_member(defective, "web", "backchannel_logout_uri", "http://127.0.0.1:1/told");
    flow untold("strict");  // no client of the session registered a logout URL
    for (auto* f : {&defective, &untold}) {
        const std::string code(f->authorize({}).value("code"));
        const auto cookie = cookie_of(f->last);
        const auto tokens = flow::body_of(f->redeem(code));
        log_out(*f, cookie, tokens);
        EXPECT_EQ(refreshing(*f, tokens).status, 200);
    }
}

TEST(BackChannelLogout, ThatFindsNobodySaysSo) {
    std::string origin;
    {
        auto server = http::server::start({}, [](const http::request&) { return http::reply(http::response{}); });
        ASSERT_TRUE(server);
        origin = (*server)->origin();
    }
    flow f("strict");
    set_member(f, "web", "backchannel_logout_uri", origin + "/told");
    (void)sign_in_and_out(f);
    const auto entry = entries(f, "backchannel_logout", 1).front();
    EXPECT_TRUE(entry.refusal);
    EXPECT_EQ(entry.response.status, 0) << "none came";
    EXPECT_EQ(*json::value(to_json(entry)).find("response"), json::value(nullptr)) << "none is made up";
}

TEST(FrontChannelLogout, IsLoadedInFramesWithTheSession) {
    flow f("strict");
    set_member(f, "web", "frontchannel_logout_uri", "http://127.0.0.1:1/out?a=b");
    const auto [page, id_token] = sign_in_and_out(f);
    const std::string sid(claims_of(id_token).string_at("sid"));
    EXPECT_NE(page.body.find("src=\"http://127.0.0.1:1/out?a=b&amp;iss="), std::string::npos) << page.body;
    EXPECT_NE(page.body.find("sid=" + sid), std::string::npos);
    EXPECT_NE(page.head.value("content-security-policy").find("frame-src http://127.0.0.1:1"), std::string::npos);
}

TEST(Logout, IsNobodysBusinessWhereNoClientAsked) {
    flow f("strict");
    const auto [page, id_token] = sign_in_and_out(f);
    EXPECT_EQ(claims_of(id_token).find("sid"), nullptr);
    EXPECT_EQ(page.body.find("<iframe"), std::string::npos);
    for (const auto& e : f.at->log.after(0)) EXPECT_NE(e.endpoint, "backchannel_logout");
    const auto polar = flow("polar").get("/.well-known/openid-configuration").body;
    EXPECT_EQ(polar.find("_logout_supported"), std::string::npos);
}

}  // namespace
}  // namespace assay::mock
