// The device authorization grant on `strict`, without sockets and without waiting: polls follow the virtual clock.
#include <cctype>

#include "oauth/grant_types.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

struct device_flow : flow {
    explicit device_flow(json::value faults = json::array{}, sign_in how = sign_in::by_request)
        : flow("strict", std::move(faults), how) {
        for (const auto* id : {"web", "spa", "post"}) {
            auto c = *at->find_client(id);
            c.grant_types.emplace_back(oauth::device_code_grant);
            at->put_client(std::move(c));
        }
        EXPECT_TRUE(at->freeze(1'800'000'000));
    }

    void ask(const oauth::form& body = {{"scope", "openid email"}}) {
        codes = body_of(post("/device_authorization", body, basic));
    }
    [[nodiscard]] std::string code(std::string_view member) const { return std::string(codes.string_at(member)); }
    http::response poll() {
        return post("/token",
                    {{"grant_type", std::string(oauth::device_code_grant)}, {"device_code", code("device_code")}},
                    basic);
    }
    std::string poll_error() { return std::string(body_of(poll()).string_at("error")); }

    json::value codes;
};

TEST(Device, AsksPollsAndGetsItsTokensOnce) {
    device_flow f;
    f.ask();
    EXPECT_EQ(f.code("verification_uri"), f.at->url() + "/device");
    EXPECT_EQ(f.code("verification_uri_complete"), f.at->url() + "/device?user_code=" + f.code("user_code"));
    EXPECT_EQ(f.code("user_code").size(), 9U) << f.code("user_code");
    EXPECT_EQ(f.poll_error(), "authorization_pending");
    EXPECT_TRUE(f.at->advance(5));
    EXPECT_EQ(f.get("/device?user_code=" + f.code("user_code") + "&assay_user=grace").status, 200);
    const auto granted = f.poll();
    ASSERT_EQ(granted.status, 200) << granted.body;
    const auto tokens = flow::body_of(granted);
    EXPECT_EQ(tokens.string_at("scope"), "openid email");
    EXPECT_FALSE(tokens.string_at("id_token").empty());
    EXPECT_FALSE(tokens.string_at("refresh_token").empty());
    EXPECT_EQ(flow::body_of(f.get("/userinfo", std::string(tokens.string_at("access_token")))).string_at("sub"),
              f.at->find_user("grace")->sub);
    EXPECT_EQ(f.poll_error(), "invalid_grant") << "redeemed";
}

TEST(Device, EachPollThatComesTooEarlyMakesTheIntervalFiveSecondsLonger) {
    device_flow f;
    f.ask();
    EXPECT_EQ(f.poll_error(), "authorization_pending");
    EXPECT_TRUE(f.at->advance(4));
    EXPECT_EQ(f.poll_error(), "slow_down");
    EXPECT_TRUE(f.at->advance(9));
    EXPECT_EQ(f.poll_error(), "slow_down") << "ten seconds now";
    EXPECT_TRUE(f.at->advance(15));
    EXPECT_EQ(f.poll_error(), "authorization_pending") << "fifteen";
}

// RFC 8628 §3.5: "the interval MUST be increased by 5 seconds for this and all subsequent requests".
TEST(Device, ASlowDownThatIsSetMakesTheIntervalLongerToo) {
    device_flow f;
    f.ask();
    ASSERT_TRUE(f.at->devices.set_answers(f.code("user_code"), {"slow_down", "authorization_pending"}));
    EXPECT_EQ(f.poll_error(), "slow_down");
    EXPECT_TRUE(f.at->advance(10));
    EXPECT_EQ(f.poll_error(), "authorization_pending") << "set";
    EXPECT_TRUE(f.at->advance(9));
    EXPECT_EQ(f.poll_error(), "slow_down") << "ten seconds since the poll before";
    EXPECT_TRUE(f.at->advance(15));
    EXPECT_EQ(f.poll_error(), "authorization_pending") << "fifteen now";
    const auto seen = f.at->devices.find_user_code(f.code("user_code"));
    EXPECT_EQ(seen->interval, 15);
    EXPECT_EQ(seen->polls, 4U);
}

// What is set counts whenever the poll comes: it is not the client's mistake.
TEST(Device, AnAnswerThatIsSetIsNoSlowDownOfAnEarlyPoll) {
    device_flow f;
    f.ask();
    ASSERT_TRUE(f.at->devices.set_answers(f.code("user_code"), {"authorization_pending", "authorization_pending"}));
    EXPECT_EQ(f.poll_error(), "authorization_pending");
    EXPECT_EQ(f.poll_error(), "authorization_pending");
    EXPECT_EQ(f.at->devices.find_user_code(f.code("user_code"))->interval, 5);
}

TEST(Device, IsDeniedOrExpires) {
    device_flow f;
    f.ask();
    EXPECT_EQ(f.get("/device?user_code=" + f.code("user_code") + "&assay_user=ada&assay_consent=deny").status, 200);
    EXPECT_EQ(f.poll_error(), "access_denied");
    f.ask();
    EXPECT_TRUE(f.at->advance(600));
    EXPECT_EQ(f.poll_error(), "expired_token");
    EXPECT_EQ(f.get("/device?user_code=" + f.code("user_code") + "&assay_user=ada").status, 400) << "expired";
}

TEST(Device, ItsCodeIsItsClientsAlone) {
    device_flow f;
    f.ask();
    const auto body = flow::body_of(f.post("/token", {{"grant_type", std::string(oauth::device_code_grant)},
                                                      {"device_code", f.code("device_code")},
                                                      {"client_id", "spa"}}));
    EXPECT_EQ(body.string_at("error"), "invalid_grant");
    EXPECT_EQ(flow::body_of(f.post("/device_authorization", {{"client_id", "spa"}})).string_at("user_code").size(),
              9U)
        << "a public client";
    EXPECT_EQ(f.post("/device_authorization", {}).status, 401) << "no client";
    EXPECT_EQ(flow::body_of(f.post("/device_authorization", {{"scope", "payments"}}, f.basic)).string_at("error"),
              "invalid_scope");
}

TEST(Device, AClientWithoutTheGrantGetsNoCode) {
    device_flow f;
    auto c = *f.at->find_client("web");
    c.grant_types = {"authorization_code"};
    f.at->put_client(std::move(c));
    EXPECT_EQ(flow::body_of(f.post("/device_authorization", {}, f.basic)).string_at("error"), "unauthorized_client");
}

// RFC 8628 §3.3: type the code, sign in, see who asks, decide.
TEST(Device, APersonDecidesOnThePage) {
    device_flow f(json::array{}, sign_in::page);
    f.ask();
    const auto form = f.get("/device");
    EXPECT_NE(form.body.find("name=\"user_code\""), std::string::npos);
    std::string typed = f.code("user_code");
    typed.erase(typed.find('-'), 1);
    for (char& ch : typed) ch = static_cast<char>(std::tolower(static_cast<unsigned char>(ch)));
    const auto asked = f.get("/device?user_code=" + typed);
    EXPECT_NE(asked.body.find("Who are you?"), std::string::npos) << asked.body;
    const auto signed_in = f.post("/login", {{"username", "ada"}, {"return_to", "user_code=" + f.code("user_code")}});
    ASSERT_EQ(signed_in.status, 303);
    EXPECT_EQ(signed_in.head.value("location"), f.at->url() + "/device?user_code=" + f.code("user_code"));
    const std::string cookie(
        signed_in.head.value("set-cookie").substr(0, signed_in.head.value("set-cookie").find(';')));
    http::request r;
    r.target = "/device?user_code=" + f.code("user_code");
    r.head.append("Cookie", cookie);
    const auto page = f.send(std::move(r));
    EXPECT_NE(page.body.find("in front of you show <code>" + f.code("user_code")), std::string::npos) << page.body;
    EXPECT_NE(page.body.find("web asks for access"), std::string::npos);
    const auto token_at = page.body.find("name=\"csrf_token\" value=\"") + 25;
    const auto csrf = page.body.substr(token_at, page.body.find('"', token_at) - token_at);
    const oauth::form decision{{"user_code", f.code("user_code")}, {"action", "allow"}};
    EXPECT_EQ(f.post("/device", decision, "", cookie).status, 403) << "a form of another site";
    auto own = decision;
    own.append("csrf_token", csrf);
    EXPECT_EQ(f.post("/device", own, "", cookie).status, 200);
    EXPECT_EQ(f.poll().status, 200);
    EXPECT_EQ(f.post("/device", own, "", cookie).status, 400) << "decided already";
}

TEST(Device, WhoGuessesUserCodesMustWait) {
    device_flow f;
    f.ask();
    for (int n = 0; n < 100; ++n) EXPECT_EQ(f.get("/device?user_code=BBBB-BBBB").status, 400);
    EXPECT_EQ(f.get("/device?user_code=BBBB-BBBB").status, 429);
    EXPECT_EQ(f.get("/device?user_code=" + f.code("user_code") + "&assay_user=ada").status, 429) << "right or wrong";
    EXPECT_TRUE(f.at->advance(60));
    EXPECT_EQ(f.get("/device?user_code=" + f.code("user_code") + "&assay_user=ada").status, 200);
}

TEST(Device, ADefectLetsTheCompleteUriAllowWithoutAsking) {
    const auto allows = [](json::value faults) {
        device_flow f(std::move(faults), sign_in::page);
        f.ask();
        const auto in = f.post("/login", {{"username", "ada"}, {"return_to", "user_code=" + f.code("user_code")}});
        http::request r;
        r.target = "/device?user_code=" + f.code("user_code");
        const auto set = in.head.value("set-cookie");
        r.head.append("Cookie", std::string(set.substr(0, set.find(';'))));
        (void)f.send(std::move(r));
        return f.poll().status == 200;
    };
    EXPECT_FALSE(allows(json::array{}));
    EXPECT_TRUE(allows(json::array{"defect:device.complete_uri_confirmed"}));
}

TEST(Device, AShortUserCodeIsADefect) {
    device_flow f(json::array{"defect:device.user_code_unguessable"});
    f.ask();
    EXPECT_EQ(f.code("user_code").size(), 4U);
}

TEST(Device, PolarHasNone) {
    flow f("polar");
    EXPECT_EQ(f.post("/device_authorization", {}, f.basic).status, 404);
    EXPECT_EQ(f.get("/device").status, 404);
    EXPECT_EQ(flow::body_of(f.get("/.well-known/openid-configuration")).find("device_authorization_endpoint"),
              nullptr);
}

}  // namespace
}  // namespace assay::mock
