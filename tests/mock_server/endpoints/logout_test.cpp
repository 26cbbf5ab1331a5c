// RP-Initiated Logout, RFC 8414 locations and CORS on `strict`, without sockets.
#include "mock_server/dialects/client_metadata.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

constexpr const char* bye = "http://127.0.0.1:1/bye";

std::string cookie_of(const http::response& r) {
    const std::string set(r.head.value("set-cookie"));
    return set.substr(0, set.find(';'));
}

http::response log_out(flow& f, const std::string& cookie, const oauth::form& p) {
    http::request r;
    r.target = "/logout?" + oauth::format_form(p);
    r.head.append("Cookie", cookie);
    return f.send(std::move(r));
}

void allow_bye(flow& f) {
    auto web = *f.at->find_client("web");
    web.metadata.append("post_logout_redirect_uris", json::array{bye});
    f.at->put_client(std::move(web));
}

TEST(Logout, EndsTheSessionOfTheHintAndComesBack) {
    flow f("strict");
    allow_bye(f);
    const std::string id_token(f.tokens().string_at("id_token"));
    f.authorize({});
    const auto cookie = cookie_of(f.last);
    const auto back =
        log_out(f, cookie, {{"id_token_hint", id_token}, {"post_logout_redirect_uri", bye}, {"state", "a b"}});
    EXPECT_EQ(back.head.value("location"), std::string(bye) + "?state=a+b");
    const auto signed_in = f.at->tokens.find_session(cookie.substr(cookie.find('=') + 1));
    EXPECT_FALSE(signed_in);
}

TEST(Logout, AsksWhereNoHintSaysWhoseItIs) {
    flow f("strict");
    allow_bye(f);
    f.authorize({});
    const auto cookie = cookie_of(f.last);
    const auto page = log_out(f, cookie, {{"client_id", "web"}, {"post_logout_redirect_uri", bye}});
    EXPECT_EQ(page.status, 200);
    const auto at = page.body.find("name=\"csrf_token\" value=\"");
    ASSERT_NE(at, std::string::npos) << page.body;
    const auto start = at + std::string("name=\"csrf_token\" value=\"").size();
    const auto csrf = page.body.substr(start, page.body.find('"', start) - start);
    oauth::form answer{{"action", "log_out"}, {"client_id", "web"}, {"post_logout_redirect_uri", bye}};
    EXPECT_EQ(f.post("/logout", answer, {}, cookie).status, 200) << "without the form's own token it asks again";
    answer.append("csrf_token", csrf);
    EXPECT_EQ(f.post("/logout", answer, {}, cookie).head.value("location"), bye);
}

TEST(Logout, NeverGoesWhereNoClientRegistered) {
    flow f("strict");
    const auto refused = log_out(f, "", {{"client_id", "web"}, {"post_logout_redirect_uri", "https://evil.example"}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.head.find("location"), nullptr);
}

TEST(Discovery, IsFoundByRfc8414AndByOpenIdConnect) {
    for (const auto* dialect : {"strict", "polar"}) {
        flow f(dialect);
        const auto get = [&](const std::string& target) {
            http::request r;
            r.target = target;
            auto plan = f.core.handle(r);
            return std::get<http::write_response>(plan.front().what).r;
        };
        const bool both = std::string(dialect) == "strict";
        const auto oauth = get("/.well-known/oauth-authorization-server/i/t");
        EXPECT_EQ(oauth.status, both ? 200 : 404) << dialect;
        const auto openid = get("/i/t/.well-known/openid-configuration");
        EXPECT_EQ(openid.status, 200);
        EXPECT_EQ(oauth.body == openid.body, both);
    }
}

TEST(Discovery, BrowsersAskBeforeTheySendAProof) {
    flow f("strict");
    const auto ask = [&](const std::string& target) {
        http::request r;
        r.method = "OPTIONS";
        r.target = target;
        r.head.append("Origin", "https://app.example");
        return f.send(std::move(r));
    };
    for (const auto* open :
         {"/token", "/userinfo", "/register", "/register/x", "/jwks", "/.well-known/openid-configuration"}) {
        EXPECT_EQ(ask(open).status, 204) << open;
        EXPECT_EQ(ask(open).head.value("access-control-allow-origin"), "*") << open;
    }
    EXPECT_EQ(ask("/authorize").head.find("access-control-allow-origin"), nullptr);
    EXPECT_EQ(ask("/logout").head.find("access-control-allow-origin"), nullptr);
}

}  // namespace
}  // namespace assay::mock
