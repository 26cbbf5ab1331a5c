// Clients by the control API, and many issuers at once, without sockets.
#include "mock_server/control/control.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "oauth/pkce.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

http::response control(mock& core, const std::string& method, const std::string& target, std::string body = {}) {
    http::request r;
    r.method = method;
    r.target = target;
    r.body = std::move(body);
    return std::get<http::write_response>(handle_control(core, r).front().what).r;
}

TEST(ControlClients, AreListedReadReplacedAndDeleted) {
    testing::flow f("strict");
    const auto list = testing::flow::body_of(control(f.core, "GET", "/issuers/t/clients"));
    ASSERT_NE(list.find("clients"), nullptr);
    EXPECT_EQ(list.find("clients")->as_array()->size(), 3U);
    const std::string web = "/issuers/t/clients/web";
    const auto put = control(f.core, "PUT", web, R"({"redirect_uris": ["http://127.0.0.1:2/other"]})");
    EXPECT_EQ(put.status, 200) << put.body;
    const auto read = testing::flow::body_of(control(f.core, "GET", web));
    EXPECT_EQ(*read.at_pointer("/redirect_uris/0")->as_string(), "http://127.0.0.1:2/other");
    EXPECT_EQ(read.string_at("client_secret"), "web-secret") << "kept where none is sent";
    EXPECT_EQ(control(f.core, "PUT", web, R"({"client_id": "another"})").status, 400);
    EXPECT_EQ(control(f.core, "PATCH", web).status, 405);
    EXPECT_EQ(control(f.core, "DELETE", web).status, 204);
    EXPECT_EQ(control(f.core, "GET", web).status, 404);
    EXPECT_FALSE(f.at->find_client("web"));
}

TEST(ControlMint, CodesAreAsIfPeopleHadSignedIn) {
    testing::flow f("strict");
    const auto minted = control(f.core, "POST", "/issuers/t/mint", R"({"client_id": "web", "count": 4})");
    ASSERT_EQ(minted.status, 201) << minted.body;
    const auto body = testing::flow::body_of(minted);
    ASSERT_EQ(body.find("codes")->as_array()->size(), 4U);
    const json::value& first = body.find("codes")->as_array()->front();
    const auto grant = f.at->tokens.find_code(std::string(first.string_at("code")));
    ASSERT_TRUE(grant);
    EXPECT_EQ(grant->client_id, "web");
    EXPECT_EQ(grant->of.sub, first.string_at("sub"));
    EXPECT_EQ(grant->nonce, first.string_at("nonce"));
    EXPECT_TRUE(oauth::challenge_matches("S256", grant->code_challenge, body.string_at("code_verifier")));
    EXPECT_NE(first.string_at("sub"), body.find("codes")->as_array()->at(1).string_at("sub")) << "users take turns";
    for (const char* bad : {R"({"client_id": "nobody"})", R"({"client_id": "web", "count": 0})",
                            R"({"client_id": "web", "count": 10001})", R"({"client_id": "web", "users": ["nobody"]})",
                            R"({"client_id": "web", "redirect_uri": "http://127.0.0.1:3/elsewhere"})"}) {
        EXPECT_EQ(control(f.core, "POST", "/issuers/t/mint", bad).status, 400) << bad;
    }
    EXPECT_EQ(control(f.core, "GET", "/issuers/t/mint").status, 405);
}

TEST(Issuers, FiveHundredAtOnceDoNotMeet) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    std::atomic<int> wrong{0};
    const auto make = [&](int first) {
        for (int n = first; n < first + 125; ++n) {
            const auto at = fmt::format("/issuers/n{}", n);
            const auto made = control(core, "POST", "/issuers", fmt::format(R"({{"name": "n{}"}})", n));
            const auto client = fmt::format(R"({{"client_id": "only-{}", "redirect_uris": ["http://a/cb"]}})", n);
            const auto added = control(core, "POST", at + "/clients", client);
            control(core, "POST", at + "/clock", fmt::format(R"({{"now": {}}})", 1'000'000 + n));
            if (made.status != 201 || added.status != 201) ++wrong;
        }
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) threads.emplace_back(make, t * 125);
    for (auto& t : threads) t.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(core.all().size(), 500U);
    for (int n = 0; n < 500; ++n) {
        const auto at = core.find(fmt::format("n{}", n));
        ASSERT_NE(at, nullptr) << n;
        EXPECT_EQ(at->now(), 1'000'000 + n);
        ASSERT_EQ(at->clients().size(), 1U);
        EXPECT_EQ(at->clients().front().client_id, fmt::format("only-{}", n));
    }
}

TEST(Seed, MakesTheCsrfTokenRepeatable) {
    const auto token = [](const std::string& seed) {
        mock core(seed);
        issuer_request r;
        r.name = "t";
        return core.create(std::move(r)).value()->csrf_token("session");
    };
    EXPECT_EQ(token("a"), token("a"));
    EXPECT_NE(token("a"), token("b"));
    EXPECT_NE(token(""), token(""));
}

}  // namespace
}  // namespace assay::mock
