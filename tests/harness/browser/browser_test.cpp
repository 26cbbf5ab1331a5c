// The browser against a real server that signs people in with pages and cookies.
#include "harness/browser/browser.hpp"

#include <gtest/gtest.h>

#include "http/server.hpp"
#include "oauth/form.hpp"

namespace assay::harness {
namespace {

constexpr std::string_view redirect_uri = "http://127.0.0.1:1/cb";

bool is_client(std::string_view url) {
    return url.starts_with(redirect_uri);
}

http::response page(std::string html, int status = 200) {
    http::response r;
    r.status = status;
    r.head = {{"Content-Type", "text/html; charset=utf-8"}};
    r.body = std::move(html);
    return r;
}

http::response to(std::string location, int status = 302) {
    http::response r;
    r.status = status;
    r.head = {{"Location", std::move(location)}};
    return r;
}

http::response consent(const http::request& r, const oauth::form& posted) {
    if (r.head.value("cookie") != "session=ada") return to("/authorize");
    if (posted.value("token") != "t1") return page("<p>forged", 403);
    if (posted.value("action") == "allow") return to(std::string(redirect_uri) + "?code=a%20b&state=x+y#_=_", 303);
    return to(std::string(redirect_uri) + "?error=access_denied");
}

// /authorize -> sign-in page -> consent page -> the client.
http::response idp(const http::request& r) {
    const auto posted = oauth::parse_form(r.body).value_or(oauth::form{});
    const auto path = r.path();
    if (path == "/start") return to("authorize?scope=openid profile");
    if (path == "/authorize" && r.head.value("cookie").empty())
        return page(
            "<form method=post action=/login><input name=username><input type=password name=password>"
            "<button>Sign in</button></form>");
    if (path == "/authorize")
        return page(
            "<form method=post action=/consent><input type=hidden name=token value=t1><button name=action "
            "value=allow>Allow</button><button name=action value=deny>Deny</button></form>");
    if (path == "/login") {
        const bool known = posted.value("username") == "ada" && posted.value("password") == "secret";
        http::response out = known ? to("/authorize") : page(idp(http::request{"GET", "/authorize", {}, ""}).body);
        if (known) out.head.append("Set-Cookie", "session=ada; Path=/; HttpOnly");
        return out;
    }
    if (path == "/consent") return consent(r, posted);
    if (path == "/loop") return to("/loop");
    if (path == "/app") return to("com.example.app:/cb?code=1");
    if (path == "/bad") return to("http://[bad/");
    if (path == "/307") return to("/echo", 307);
    if (path == "/302") return to("/echo", 302);
    if (path == "/echo") return page(r.method + " " + r.body);
    if (path == "/form307")
        return page("<form method=post action=/307><input name=user><button>Next</button></form>");
    if (path == "/form302")
        return page("<form method=post action=/302><input name=user><button>Next</button></form>");
    if (path == "/end")
        return page(
            "<form id=f method=post action=/ended></form><button form=f name=logout value=yes>Yes, sign me "
            "out</button>"
            "<button form=f>No, stay signed in</button>");
    if (path == "/form_post")
        return page("<body onload='document.forms[0].submit()'><form method=post action='" +
                    std::string(redirect_uri) + "'><input type=hidden name=code value=c></form>");
    return page("<h1>not here", 404);
}

class agent : public testing::Test {
protected:
    void SetUp() override {
        auto made = http::server::start({}, [](const http::request& r) { return http::reply(idp(r)); });
        ASSERT_TRUE(made) << made.error().text();
        server_ = std::move(*made);
        ada_.user = "ada";
        ada_.password = "secret";
    }

    [[nodiscard]] std::string at(const std::string& path) const { return server_->origin() + path; }

    result<journey> visit(const std::string& path, const sign_in_choice* who) {
        return browser_.visit(at(path), is_client, who);
    }

    std::unique_ptr<http::server> server_;
    http::client client_;
    browser browser_{client_};
    sign_in_choice ada_;
};

TEST_F(agent, walks_from_sign_in_over_consent_to_the_client) {
    const auto j = visit("/start", &ada_);
    ASSERT_TRUE(j) << j.error().text();
    EXPECT_TRUE(j->reached_client);
    EXPECT_EQ(j->final_url, "http://127.0.0.1:1/cb?code=a%20b&state=x+y#_=_");
    std::string walk;
    for (const auto& e : j->exchanges) walk += e.sent.r.method + " " + e.sent.r.target + "; ";
    EXPECT_EQ(walk,
              "GET /start; GET /authorize?scope=openid%20profile; POST /login; GET /authorize; POST /consent; ");
    EXPECT_EQ(j->last.received.status, 303);
    EXPECT_EQ(j->exchanges[2].sent.r.head.value("origin"), server_->origin());
}

TEST_F(agent, denies) {
    ada_.allow = false;
    const auto j = visit("/authorize", &ada_);
    ASSERT_TRUE(j) << j.error().text();
    EXPECT_EQ(j->final_url, "http://127.0.0.1:1/cb?error=access_denied");
}

TEST_F(agent, stops_at_the_first_page_when_nobody_signs_in) {
    for (const bool with_choice : {false, true}) {
        ada_.nobody = true;
        const auto j = visit("/start", with_choice ? &ada_ : nullptr);
        ASSERT_TRUE(j) << j.error().text();
        EXPECT_FALSE(j->reached_client);
        EXPECT_EQ(j->final_url, at("/authorize?scope=openid%20profile"));
        EXPECT_EQ(j->exchanges.size(), 2U);
        EXPECT_EQ(j->last.received.status, 200);
    }
}

TEST_F(agent, follows_a_page_that_posts_itself_to_the_client_though_nobody_is_there) {
    ada_.nobody = true;
    const auto j = visit("/form_post", &ada_);
    ASSERT_TRUE(j) << j.error().text();
    EXPECT_TRUE(j->reached_client);
    EXPECT_EQ(j->posted, "code=c");
}

TEST_F(agent, signs_out_when_that_is_what_it_came_for_and_never_else) {
    EXPECT_EQ(visit("/end", &ada_)->exchanges.size(), 1U);
    ada_.leaving = true;
    const auto j = visit("/end", &ada_);
    ASSERT_TRUE(j) << j.error().text();
    ASSERT_EQ(j->exchanges.size(), 2U);
    EXPECT_EQ(j->exchanges[1].sent.r.body, "logout=yes");
}

TEST_F(agent, does_not_try_a_wrong_password_twice) {
    ada_.password = "wrong";
    const auto j = visit("/authorize", &ada_);
    ASSERT_TRUE(j) << j.error().text();
    EXPECT_FALSE(j->reached_client);
    EXPECT_EQ(j->exchanges.size(), 2U);
}

TEST_F(agent, keeps_the_session_until_it_is_cleared) {
    ASSERT_TRUE(visit("/authorize", &ada_)->reached_client);
    EXPECT_EQ(visit("/authorize", &ada_)->exchanges.size(), 2U);
    browser_.cookies().clear();
    EXPECT_EQ(visit("/authorize", &ada_)->exchanges.size(), 4U);
}

TEST_F(agent, never_fetches_the_client) {
    const auto j = browser_.visit(std::string(redirect_uri) + "?code=1", is_client, nullptr);
    ASSERT_TRUE(j);
    EXPECT_TRUE(j->reached_client);
    EXPECT_TRUE(j->exchanges.empty());
    const auto posted = visit("/form_post", &ada_);
    ASSERT_TRUE(posted) << posted.error().text();
    EXPECT_TRUE(posted->reached_client);
    EXPECT_EQ(posted->posted, "code=c");
}

TEST_F(agent, takes_an_application_scheme_for_the_client_or_the_end) {
    const auto app = [](std::string_view url) { return url.starts_with("com.example.app:"); };
    const auto j = browser_.visit(at("/app"), app, nullptr);
    ASSERT_TRUE(j) << j.error().text();
    EXPECT_TRUE(j->reached_client);
    EXPECT_EQ(j->final_url, "com.example.app:/cb?code=1");
    const auto other = visit("/app", nullptr);
    ASSERT_TRUE(other) << other.error().text();
    EXPECT_FALSE(other->reached_client);
    EXPECT_EQ(other->final_url, "com.example.app:/cb?code=1");
}

TEST_F(agent, repeats_the_body_after_307_and_not_after_302) {
    EXPECT_EQ(visit("/form307", &ada_)->last.received.body, "POST user=ada");
    EXPECT_EQ(visit("/form302", &ada_)->last.received.body, "GET ");
}

TEST_F(agent, gives_up_on_loops_and_on_locations_that_are_no_url) {
    const auto loop = visit("/loop", nullptr);
    ASSERT_FALSE(loop);
    EXPECT_EQ(loop.error().code, errc::limit);
    EXPECT_EQ(browser_.history().size(), 21U);
    const auto bad = visit("/bad", nullptr);
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, errc::malformed);
}

TEST_F(agent, sends_single_requests_with_its_cookies) {
    ASSERT_TRUE(visit("/authorize", &ada_)->reached_client);
    const auto e = browser_.request("POST", at("/echo"), {{"Content-Type", "text/plain"}}, "hi");
    ASSERT_TRUE(e) << e.error().text();
    EXPECT_EQ(e->received.body, "POST hi");
    EXPECT_EQ(e->sent.r.head.value("cookie"), "session=ada");
}

TEST(agent_limits, fills_in_eight_forms_and_no_more) {
    int served = 0;
    auto server = http::server::start({}, [&](const http::request&) {
        return http::reply(
            page("<form method=post action=/f" + std::to_string(++served) + "><input name=user></form>"));
    });
    ASSERT_TRUE(server);
    http::client client;
    browser b(client);
    sign_in_choice who;
    who.user = "ada";
    const auto j = b.visit((*server)->origin() + "/", is_client, &who);
    ASSERT_FALSE(j);
    EXPECT_EQ(j.error().code, errc::limit);
    EXPECT_EQ(b.history().size(), 9U);
}

}  // namespace
}  // namespace assay::harness
