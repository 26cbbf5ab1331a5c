// OpenID Connect's request parameters on `strict`, without sockets.
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

json::value claims_of(const json::value& tokens) {
    const auto parts = oauth::parse_jws(tokens.string_at("id_token"));
    return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
}

// The browser of the last authorization request, without assay_user.
std::string cookie_of(const flow& f) {
    const std::string set(f.last.head.value("set-cookie"));
    return set.substr(0, set.find(';'));
}
http::response again(flow& f, const std::string& cookie, const oauth::form& changes) {
    oauth::form p{{"response_type", "code"},
                  {"client_id", "web"},
                  {"redirect_uri", "http://127.0.0.1:1/cb"},
                  {"scope", "openid email"},
                  {"code_challenge", oauth::s256_challenge(f.verifier)},
                  {"code_challenge_method", "S256"}};
    for (const auto& [name, value] : changes.fields) p.set(name, value);
    http::request r;
    r.target = "/authorize?" + oauth::format_form(p);
    r.head.append("Cookie", cookie);
    return f.send(std::move(r));
}
std::string code_of(const http::response& r) {
    const auto url = http::parse_url(r.head.value("location"));
    return url ? std::string(oauth::parse_form(url->query)->value("code")) : "";
}

TEST(OpenId, AuthTimeIsWhenThePersonSignedIn) {
    flow f("strict");
    f.at->freeze(1'800'000'000);
    const auto first = claims_of(f.tokens());
    const auto cookie = cookie_of(f);
    f.at->advance(100);
    EXPECT_EQ(again(f, cookie, {{"max_age", "99"}}).status, 200) << "the sign-in page";
    const auto code = code_of(again(f, cookie, {{"max_age", "100"}}));
    const auto second = claims_of(flow::body_of(f.redeem(code)));
    EXPECT_EQ(second.find("auth_time")->as_integer(), first.find("auth_time")->as_integer());
    EXPECT_EQ(second.find("iat")->as_integer(), 1'800'000'100);
    EXPECT_NE(again(f, cookie, {{"max_age", "soon"}}).head.value("location").find("invalid_request"),
              std::string_view::npos);
}

TEST(OpenId, MaxAgeOfZeroIsAnotherWordForPromptLogin) {
    flow f("strict");
    f.at->freeze(1'800'000'000);
    (void)f.tokens();
    const auto cookie = cookie_of(f);
    EXPECT_EQ(again(f, cookie, {{"max_age", "0"}}).status, 200) << "the sign-in page, in the very same second";
    EXPECT_NE(again(f, cookie, {{"max_age", "0"}, {"prompt", "none"}}).head.value("location").find("login_required"),
              std::string_view::npos);
    EXPECT_NE(f.authorize({{"max_age", "0"}}).value("code"), "") << "who has just signed in is not asked to again";
}

TEST(OpenId, WhoComesBackFromTheSignInPageOfMaxAgeZeroIsNotAskedAgain) {
    flow f("strict", json::array{}, sign_in::page);
    f.at->freeze(1'800'000'000);
    f.authorize({{"max_age", "0"}});
    ASSERT_EQ(f.last.status, 200);
    const auto& page = f.last.body;
    const auto from = page.find("name=\"csrf_token\" value=\"") + 25;
    const oauth::form p{
        {"response_type", "code"},        {"client_id", "web"}, {"redirect_uri", "http://127.0.0.1:1/cb"},
        {"scope", "openid email"},        {"max_age", "0"},     {"code_challenge", oauth::s256_challenge(f.verifier)},
        {"code_challenge_method", "S256"}};
    const auto back = f.post("/login",
                             {{"username", "ada"},
                              {"csrf_token", page.substr(from, page.find('"', from) - from)},
                              {"return_to", oauth::format_form(p)}},
                             {}, cookie_of(f));
    ASSERT_EQ(back.status, 303) << back.body;
    const std::string location(back.head.value("location"));
    const std::string set(back.head.value("set-cookie"));
    f.at->advance(5);
    http::request r;
    r.target = location.substr(location.find("/authorize"));
    r.head.append("Cookie", set.substr(0, set.find(';')));
    EXPECT_NE(f.send(std::move(r)).body.find("asks for access"), std::string::npos);
}

TEST(OpenId, TheRequestSaysWhoSignsInAndWhatTheyAnswerWhoeverWasThereBefore) {
    flow f("strict");
    const auto ada = claims_of(f.tokens());
    const auto cookie = cookie_of(f);
    const auto grace = claims_of(flow::body_of(f.redeem(code_of(again(f, cookie, {{"assay_user", "grace"}})))));
    EXPECT_NE(ada.string_at("sub"), grace.string_at("sub"));
    EXPECT_EQ(f.authorize({{"assay_consent", "deny"}}).value("error"), "access_denied")
        << "though it was allowed before";
    EXPECT_NE(again(f, cookie, {{"assay_consent", "deny"}}).head.value("location").find("access_denied"),
              std::string_view::npos);
}

TEST(OpenId, WhatNobodyKnowsOfAPersonIsLeftOut) {
    flow f("strict");
    ASSERT_TRUE(f.at->change_people([](people& all) -> result<void> {
        all.users.front().name.clear();
        all.users.front().email.clear();
        return {};
    }));
    auto c = *f.at->find_client("web");
    c.scope += " profile";
    f.at->put_client(c);
    const auto claims = claims_of(f.tokens({{"scope", "openid profile email"}}));
    EXPECT_FALSE(claims.string_at("sub").empty());
    for (const auto* absent : {"name", "email", "email_verified"}) EXPECT_EQ(claims.find(absent), nullptr) << absent;
    flow page("strict", json::array{}, sign_in::page);
    ASSERT_TRUE(page.at->change_people([](people& all) -> result<void> {
        all.users.front().name.clear();
        return {};
    }));
    page.authorize({});
    EXPECT_NE(page.last.body.find("<span>ada <small>"), std::string::npos) << page.last.body;
}

TEST(OpenId, AConsentIsWithdrawnOnce) {
    flow f("strict");
    const auto sub = std::string(claims_of(f.tokens()).string_at("sub"));
    EXPECT_TRUE(f.at->tokens.withdraw_consent("web", sub, true));
    EXPECT_FALSE(f.at->tokens.withdraw_consent("web", sub, true)) << "there is nothing left to take back";
}

TEST(OpenId, AHintAtSomebodyElseIsNeverAnsweredWithACode) {
    flow f("strict");
    const std::string ada(f.tokens().string_at("id_token"));
    f.authorize({{"assay_user", "grace"}});
    const auto grace = cookie_of(f);
    EXPECT_EQ(code_of(again(f, grace, {{"prompt", "none"}, {"id_token_hint", ada}})), "");
    EXPECT_NE(code_of(again(f, grace, {{"prompt", "none"}})), "");
    EXPECT_EQ(code_of(again(f, grace, {{"prompt", "none"}, {"id_token_hint", "e30.e30.e30"}})), "");
    EXPECT_EQ(f.authorize({{"assay_user", "grace"}, {"id_token_hint", ada}}).value("error"), "login_required");
}

TEST(OpenId, AResponseModeThatIsNotAdvertisedIsRefused) {
    flow f("strict");
    for (const auto* mode : {"fragment", "web_message", "jwt"}) {
        const auto back = f.authorize({{"response_mode", mode}});
        EXPECT_EQ(back.value("error"), "invalid_request") << mode;
        EXPECT_EQ(back.value("error_description"), "Invalid 'response_mode'");
    }
    EXPECT_FALSE(f.authorize({{"response_mode", "query"}}).value("code").empty());
    EXPECT_FALSE(flow("polar").authorize({{"response_mode", "fragment"}}).value("code").empty()) << "not looked at";
}

TEST(OpenId, AFormPostPageHoldsTheResponseAndNothingElse) {
    flow f("strict");
    f.authorize({{"response_mode", "form_post"}, {"state", "\"><script>"}});
    EXPECT_EQ(f.last.status, 200);
    EXPECT_EQ(f.last.head.value("cache-control"), "no-store");
    EXPECT_EQ(f.last.head.find("location"), nullptr);
    EXPECT_NE(f.last.head.value("content-security-policy").find("script-src 'sha256-"), std::string_view::npos);
    EXPECT_NE(f.last.body.find("action=\"http://127.0.0.1:1/cb\""), std::string::npos);
    EXPECT_NE(f.last.body.find("value=\"&quot;&gt;&lt;script&gt;\""), std::string::npos) << f.last.body;
    f.authorize({{"response_mode", "form_post"}, {"scope", "bogus"}});
    EXPECT_NE(f.last.body.find("name=\"error\" value=\"invalid_scope\""), std::string::npos) << "errors too";
}

TEST(OpenId, AClaimAskedForByNameIsConsentedToAndKept) {
    flow f("strict");
    const auto first = f.tokens({{"scope", "openid"}, {"claims", R"({"userinfo":{"email":null}})"}});
    const auto userinfo = [&](const json::value& tokens) {
        return flow::body_of(f.get("/userinfo", std::string(tokens.string_at("access_token"))));
    };
    EXPECT_EQ(userinfo(first).string_at("email"), "ada@example.com");
    const auto cookie = cookie_of(f);
    const auto refreshed =
        flow::body_of(f.post("/token",
                             oauth::form{{"grant_type", "refresh_token"},
                                         {"refresh_token", std::string(first.string_at("refresh_token"))}},
                             f.basic));
    EXPECT_EQ(userinfo(refreshed).string_at("email"), "ada@example.com");
    const auto more =
        again(f, cookie, {{"scope", "openid"}, {"prompt", "none"}, {"claims", R"({"userinfo":{"name":null}})"}});
    EXPECT_NE(more.head.value("location").find("consent_required"), std::string_view::npos);
}

}  // namespace
}  // namespace assay::mock
