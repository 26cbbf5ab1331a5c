// The client page without a browser: where it is, which secrets it shows, how it judges tokens. tests/browser signs
// in with it.
#include "mock_server/pages/client_page.hpp"

#include <algorithm>

#include "mock_server/server/embedded.hpp"
#include "oauth/form.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

http::response at_client_page(flow& f, const std::string& path, const std::string& method = "GET",
                              const std::string& body = "") {
    http::request r;
    r.method = method;
    r.target = path;
    r.body = body;
    return f.send(r);
}

TEST(ClientPage, IsBelowEachIssuerAndInNoJournal) {
    flow f("strict");
    EXPECT_EQ(at_client_page(f, "/client/").status, 200);
    EXPECT_EQ(at_client_page(f, "/client/client.js").head.value("content-type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(at_client_page(f, "/client").head.value("location"), "http://127.0.0.1:9/i/t/client/");
    EXPECT_EQ(at_client_page(f, "/client/nothing").status, 404);
    EXPECT_EQ(at_client_page(f, "/client/", "POST").status, 405);
    EXPECT_EQ(at_client_page(f, "/client/", "POST").head.value("allow"), "GET") << "RFC 9110 §15.5.6";
    EXPECT_TRUE(f.at->log.after(0).empty());
    EXPECT_EQ(at_client_page(f, "/clients").status, 404);
    EXPECT_EQ(f.at->log.size(), 1U) << "/clients is another path, answered by the issuer";
}

// The default issuer of a mock at `origin`, with the demo clients and one of the user's.
std::shared_ptr<issuer> serving_demo_clients(mock& core, const std::string& origin) {
    core.set_origin(origin);
    issuer_request r;
    r.dialect = "strict";
    r.clients = demo_clients(**find_dialect("strict"));
    r.clients.push_back(r.clients.front());
    r.clients.back().client_id = "mine";
    r.clients.back().client_secret = "not-for-pages";
    r.clients.back().any_loopback_redirect_uri = false;
    return core.create_default(std::move(r)).value();
}

TEST(ClientPage, IsTheCallbackOfTheDemoClientsAlone) {
    for (const std::string origin : {"http://127.0.0.1:9", "https://mock.test/tenant", "https://mock.test/tenant/"}) {
        mock core;
        const auto at = serving_demo_clients(core, origin);
        const std::string page = origin.substr(0, origin.find_last_not_of('/') + 1) + "/client/";
        EXPECT_EQ(at->find_client("demo-spa")->redirect_uris.back(), page);
        EXPECT_NE(at->find_client("demo-spa")->redirect_uris.front(), page)
            << "requests without redirect_uri go there";
        const auto& mine = at->find_client("mine")->redirect_uris;
        EXPECT_EQ(std::count(mine.begin(), mine.end(), page), 0);
    }
}

TEST(ClientPage, ShowsTheSecretsOfTheDemoClientsAlone) {
    mock core;
    const auto at = serving_demo_clients(core, "http://127.0.0.1:9");
    http::request r;
    r.target = "/client/";
    const auto page = std::get<http::write_response>(core.handle(r).front().what).r;
    EXPECT_NE(page.body.find("demo-web-secret"), std::string::npos);
    EXPECT_NE(page.body.find("mine (client_secret_basic)"), std::string::npos);
    EXPECT_EQ(page.body.find("not-for-pages"), std::string::npos);
    const std::string policy(page.head.value("content-security-policy"));
    EXPECT_NE(policy.find("script-src 'self'; connect-src 'self'"), std::string::npos) << policy;
}

// The marks of the row of `claim`: "✓", "✗" or nothing.
std::string mark_of(const std::string& html, const std::string& claim) {
    const auto row = html.find("<th scope=\"row\">" + claim + "</th>");
    if (row == std::string::npos) return "no such claim";
    const auto text = html.substr(row, html.find("</tr>", row) - row);
    return text.find("✓") != std::string::npos ? "✓" : text.find("✗") != std::string::npos ? "✗" : "";
}

TEST(ClientPage, JudgesEveryClaimOfAnIdToken) {
    flow f("strict");
    const auto tokens = f.tokens();
    const std::string id_token(tokens.string_at("id_token")), access_token(tokens.string_at("access_token"));
    const auto judged = [&](const std::string& client_id, const std::string& nonce, const std::string& beside) {
        return at_client_page(f, "/client/tokens", "POST",
                              oauth::format_form({{"id_token", id_token},
                                                  {"access_token", beside},
                                                  {"client_id", client_id},
                                                  {"nonce", nonce}}))
            .body;
    };
    const auto right = judged("web", "", access_token);
    for (const auto* claim : {"iss", "aud", "exp", "iat", "at_hash"}) EXPECT_EQ(mark_of(right, claim), "✓") << claim;
    EXPECT_NE(right.find("The signature verifies with the key"), std::string::npos);
    const auto wrong = judged("another", "", "another token");
    for (const auto* claim : {"aud", "at_hash"}) EXPECT_EQ(mark_of(wrong, claim), "✗") << claim;
    EXPECT_NE(wrong.find("opaque: only the issuer knows"), std::string::npos);
}

}  // namespace
}  // namespace assay::mock
