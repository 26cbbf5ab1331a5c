// Issuers come, begin once more and go, by the control API and on demand, without sockets.
#include <thread>

#include "mock_server/control/control.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

http::response control(mock& m, const std::string& method, const std::string& target, const std::string& body = {}) {
    http::request r;
    r.method = method;
    r.target = target;
    r.body = body;
    auto plan = handle_control(m, r);
    return std::get<http::write_response>(plan.front().what).r;
}

TEST(Control, MakesMovesReadsAndEndsAnIssuer) {
    mock m;
    m.set_origin("http://127.0.0.1:9");
    const auto made =
        control(m, "POST", "/issuers",
                R"({"name":"a","dialect":"polar","clients":[{"client_id":"c","redirect_uris":["http://x.test/"]}]})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(flow::body_of(made).string_at("issuer"), "http://127.0.0.1:9/i/a");
    EXPECT_EQ(control(m, "POST", "/issuers", R"({"name":"a"})").status, 409);
    EXPECT_EQ(control(m, "PUT", "/issuers/a/faults", R"(["token_html"])").status, 200);
    EXPECT_EQ(control(m, "PUT", "/issuers/a/faults", R"(["token_htm"])").status, 400);
    EXPECT_EQ(
        flow::body_of(control(m, "POST", "/issuers/a/clock", R"({"now":1700000000})")).find("now")->as_integer(),
        1700000000);
    EXPECT_EQ(flow::body_of(control(m, "POST", "/issuers/a/clock", R"({"advance_s":5})")).find("now")->as_integer(),
              1700000005);
    EXPECT_EQ(control(m, "POST", "/issuers/a/clients", R"({"redirect_uris":["http://y.test/"]})").status, 201);
    EXPECT_EQ(control(m, "GET", "/issuers/a/journal").status, 200);
    EXPECT_EQ(control(m, "DELETE", "/issuers/a").status, 204);
    EXPECT_EQ(control(m, "GET", "/issuers/a").status, 404);
}

TEST(Control, AResetIssuerBeginsAsItWasCreated) {
    mock m;
    m.set_origin("http://127.0.0.1:9");
    ASSERT_EQ(
        control(m, "POST", "/issuers",
                R"({"name":"a","now":1700000000,"clients":[{"client_id":"c","redirect_uris":["http://x.test/"]}],
                          "users":[{"username":"ada"}],"faults":["token_html"]})")
            .status,
        201);
    const auto before = control(m, "GET", "/issuers/a").body;
    ASSERT_NE(before.find("client_secret"), std::string::npos);
    const auto old = m.find("a");
    EXPECT_EQ(control(m, "PUT", "/issuers/a/faults", "[]").status, 200);
    EXPECT_EQ(control(m, "POST", "/issuers/a/clock", R"({"advance_s":5})").status, 200);
    EXPECT_EQ(control(m, "POST", "/issuers/a/users", R"({"username":"grace"})").status, 201);
    EXPECT_EQ(control(m, "POST", "/issuers/a/clients", R"({"redirect_uris":["http://y.test/"]})").status, 201);
    EXPECT_EQ(control(m, "POST", "/issuers/a/mint/tokens", R"({"client_id":"c"})").status, 201);
    ASSERT_NE(control(m, "GET", "/issuers/a").body, before);
    EXPECT_EQ(control(m, "POST", "/issuers/a/reset").body, before) << "generated secrets and subs stay";
    EXPECT_NE(m.find("a"), old);
    EXPECT_EQ(control(m, "POST", "/issuers/b/reset").status, 404);
}

TEST(Control, AFaultIssuerIsMadeAgainAfterItsReset) {
    mock m;
    m.set_origin("http://127.0.0.1:9");
    ASSERT_TRUE(m.create_default({}));
    http::request r;
    r.target = "/f/token_html/jwks";
    ASSERT_EQ(std::get<http::write_response>(m.handle(r).front().what).r.status, 200);
    EXPECT_EQ(control(m, "POST", "/issuers/f:token_html/reset").status, 204);
    EXPECT_EQ(control(m, "GET", "/issuers/f:token_html").status, 404);
    EXPECT_EQ(std::get<http::write_response>(m.handle(r).front().what).r.status, 200);
}

TEST(Control, SaysWhatIsWrong) {
    mock m;
    EXPECT_NE(control(m, "POST", "/issuers", "{").body.find("no JSON"), std::string::npos);
    EXPECT_NE(control(m, "POST", "/issuers", R"({"dialekt":"polar"})").body.find("dialekt"), std::string::npos);
    EXPECT_NE(control(m, "POST", "/issuers", R"({"dialect":"poler"})").body.find("did you mean 'polar'"),
              std::string::npos);
    EXPECT_EQ(control(m, "GET", "/nonsense").status, 404);
}

TEST(Mock, RequestsOfNoIssuerGoToTheOrphans) {
    mock m;
    http::request r;
    r.target = "/i/nobody/token";
    auto plan = m.handle(r);
    EXPECT_EQ(std::get<http::write_response>(plan.front().what).r.status, 404);
    ASSERT_EQ(m.orphans.after(0).size(), 1U);
}

TEST(Mock, AnyNameIsAnIssuerWhereTheyAreMadeOnDemand) {
    mock m;
    m.set_origin("http://127.0.0.1:9");
    issuer_request like;
    like.dialect = "polar";
    like.users = {{.sub = "", .username = "rosalind", .name = "", .email = "", .organizations = {}}};
    ASSERT_TRUE(m.create_default(std::move(like)));
    const auto status_of = [&](const char* target) {
        http::request r;
        r.target = target;
        return std::get<http::write_response>(m.handle(std::move(r)).front().what).r.status;
    };
    EXPECT_EQ(status_of("/i/first/.well-known/jwks.json"), 404);
    m.issuers_on_demand = true;
    EXPECT_EQ(status_of("/i/first/.well-known/jwks.json"), 200);
    EXPECT_EQ(status_of("/.well-known/openid-configuration/i/second"), 404) << "Polar has no such path";
    const auto first = m.find("first");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->url(), "http://127.0.0.1:9/i/first");
    EXPECT_EQ(first->speaks().name, m.find("")->speaks().name);
    EXPECT_TRUE(first->find_user("rosalind"));
    EXPECT_NE(first->users().data(), m.find("")->users().data());
    EXPECT_EQ(status_of("/i/a.b/jwks"), 404) << "no name of an issuer";
    EXPECT_FALSE(m.find("a.b"));
    for (int i = 0; i < 1'100; ++i) (void)status_of(("/i/n" + std::to_string(i) + "/jwks").c_str());
    EXPECT_EQ(m.all().size(), 1'001U) << "strangers can only make so many";
    EXPECT_EQ(status_of("/i/first/.well-known/jwks.json"), 200);
}

TEST(Mock, ManyIssuersInParallelDoNotSeeEachOther) {
    mock m;
    m.set_origin("http://127.0.0.1:9");
    constexpr int count = 500;
    std::vector<std::string> names(count);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = t; i < count; i += 4) {
                issuer_request r;
                r.dialect = i % 2 == 0 ? "polar" : "strict";
                client c;
                c.client_id = "only-" + std::to_string(i);
                c.redirect_uris = {"http://127.0.0.1:1/cb"};
                r.clients.push_back(c);
                auto made = m.create(std::move(r));
                if (made) names[static_cast<std::size_t>(i)] = (*made)->config().name;
            }
        });
    }
    for (auto& t : threads) t.join();
    for (int i = 0; i < count; ++i) {
        const auto at = m.find(names[static_cast<std::size_t>(i)]);
        ASSERT_NE(at, nullptr);
        ASSERT_EQ(at->clients().size(), 1U);
        EXPECT_EQ(at->clients().front().client_id, "only-" + std::to_string(i));
    }
}

}  // namespace
}  // namespace assay::mock
