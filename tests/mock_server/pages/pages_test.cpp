// The pages: their policy, their CSRF token, and the index.
#include "mock_server/server/embedded.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

// The value of the hidden field of that name.
std::string field_of(const std::string& page, const std::string& name) {
    const std::string start = "name=\"" + name + "\" value=\"";
    const auto at = page.find(start);
    if (at == std::string::npos) return {};
    return page.substr(at + start.size(), page.find('"', at + start.size()) - at - start.size());
}

TEST(Pages, AnotherSitesPageCannotSignAPersonIn) {
    flow f("strict", json::array{}, sign_in::page);
    f.authorize({});
    const std::string cookie(f.last.head.value("set-cookie"));
    const std::string token = field_of(f.last.body, "csrf_token");
    ASSERT_FALSE(token.empty());
    const auto from_browser = [&](const std::string& csrf_token) {
        http::request r;
        r.method = "POST";
        r.target = "/login";
        r.head = {{"Content-Type", "application/x-www-form-urlencoded"},
                  {"Cookie", cookie.substr(0, cookie.find(';'))},
                  {"Sec-Fetch-Site", csrf_token == token ? "same-origin" : "cross-site"}};
        r.body =
            oauth::format_form({{"username", "ada"}, {"return_to", "client_id=web"}, {"csrf_token", csrf_token}});
        return f.send(r).status;
    };
    EXPECT_EQ(from_browser(""), 403);
    EXPECT_EQ(from_browser(f.at->csrf_token("another")), 403);
    EXPECT_EQ(from_browser(token), 303);
}

TEST(Pages, ThePolicyAllowsTheStyleByItsHashAndNoScript) {
    flow f("strict", json::array{}, sign_in::page);
    f.authorize({});
    const std::string policy(f.last.head.value("content-security-policy"));
    EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'sha256-")) << policy;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(policy.find("script-src"), std::string::npos);
    const auto start = f.last.body.find("<style>") + 7;
    const auto style = f.last.body.substr(start, f.last.body.find("</style>") - start);
    EXPECT_NE(policy.find("'sha256-" + oauth::base64_encode(oauth::sha256(style)) + "'"), std::string::npos);
}

// OIDC Registration §2: logo_uri, policy_uri and tos_uri are shown to the user who consents. Client metadata is
// untrusted text.
TEST(Pages, TheConsentPageShowsTheClientsLogoPolicyAndTerms) {
    flow f("strict", json::array{}, sign_in::page);
    auto c = *f.at->find_client("web");
    c.metadata = json::object{{"logo_uri", "https://rp.example/logo.png?a=1&b=\"><script>"},
                              {"policy_uri", "https://rp.example/policy"},
                              {"tos_uri", "javascript:alert(1)"}};
    f.at->put_client(c);
    const auto page = [&] {
        const auto in = f.post("/login", {{"username", "ada"}, {"return_to", f.asking()}});
        http::request r;
        r.target = "/authorize?" + f.asking();
        const std::string set(in.head.value("set-cookie"));
        r.head.append("Cookie", set.substr(0, set.find(';')));
        return f.send(std::move(r));
    };
    const auto hostile = page();
    ASSERT_EQ(hostile.status, 200) << hostile.body;
    EXPECT_NE(hostile.body.find("<a href=\"https://rp.example/policy\""), std::string::npos);
    EXPECT_EQ(hostile.body.find("javascript:"), std::string::npos) << "no link that runs";
    EXPECT_EQ(hostile.body.find("<script>"), std::string::npos);
    c.metadata.set("logo_uri", "https://rp.example/logo.png?a=1&b=2");
    c.metadata.set("tos_uri", "https://rp.example/terms");
    f.at->put_client(c);
    const auto shown = page();
    EXPECT_NE(shown.body.find("<img src=\"https://rp.example/logo.png?a=1&amp;b=2\""), std::string::npos)
        << shown.body;
    EXPECT_NE(shown.body.find("<a href=\"https://rp.example/terms\""), std::string::npos);
    const std::string policy(shown.head.value("content-security-policy"));
    EXPECT_NE(policy.find("img-src data: https://rp.example;"), std::string::npos) << policy;
    EXPECT_EQ(policy.find("script-src"), std::string::npos);
}

// RFC 6265bis §5.6: a cookie over https is Secure; a SameSite=Lax cookie is not sent with a POST from another site,
// which is how a client may send the authorization request (OIDC Core §3.1.2.1).
TEST(Cookies, OverHttpsAreSecureAndSurviveAPostFromElsewhere) {
    for (const auto& [origin, dialect, secure, same_site] :
         {std::tuple{"https://mock.example", "strict", true, "SameSite=None"},
          {"https://mock.example", "polar", true, "SameSite=Lax"},
          {"http://127.0.0.1:9", "strict", false, "SameSite=Lax"}}) {
        mock core;
        core.set_origin(origin);
        issuer_request r;
        r.dialect = dialect;
        r.clients = demo_clients(**find_dialect(dialect));
        ASSERT_TRUE(core.create_default(std::move(r)));
        http::request in;
        in.method = "POST";
        in.target = "/login";
        in.head = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Length", "44"}};
        in.body = "username=ada&return_to=client_id%3Ddemo-web";
        const auto out = std::get<http::write_response>(core.handle(in).front().what).r;
        const std::string cookie(out.head.value("set-cookie"));
        EXPECT_EQ(cookie.find("; Secure") != std::string::npos, secure) << cookie;
        EXPECT_NE(cookie.find(same_site), std::string::npos) << cookie;
        EXPECT_NE(cookie.find("HttpOnly"), std::string::npos) << cookie;
    }
}

TEST(Pages, TheErrorPageNamesTheLikeliestMistake) {
    flow f("strict", json::array{}, sign_in::page);
    http::request r;
    r.target = "/authorize?client_id=web&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fcb";
    r.head.append("Accept", "text/html");
    const auto page = f.send(r);
    EXPECT_EQ(page.status, 400);
    EXPECT_NE(page.body.find("One redirect_uri says localhost and the other 127.0.0.1"), std::string::npos);
}

TEST(Pages, TheIndexExplainsTheIssuersToPeopleAlone) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    issuer_request r;
    r.dialect = "polar";
    r.clients = demo_clients(**find_dialect("polar"));
    r.clients.push_back(r.clients.front());
    r.clients.back().client_id = "mine";
    r.clients.back().client_secret = "not-for-pages";
    r.clients.back().any_loopback_redirect_uri = false;
    r.faults = json::array{"id_token_aud_wrong"};
    const auto at = core.create_default(std::move(r));
    ASSERT_TRUE(at);
    issuer_request second;
    second.name = "other";
    ASSERT_TRUE(core.create(std::move(second)));
    http::request ask;
    ask.head.append("Accept", "text/html,*/*;q=0.8");
    auto plan = core.handle(ask);
    const auto page = std::get<http::write_response>(plan.front().what).r;
    for (const std::string part : {"http://127.0.0.1:9/oauth2/authorize?", "demo-spa", "demo-web-secret",
                                   "consent.csrf_token", "id_token_aud_wrong", "http://127.0.0.1:9/i/other/",
                                   "http://127.0.0.1:9/client/?client_id=demo-spa#sign-in",
                                   "curl -s -u mine:SECRET -d grant_type=authorization_code", "/v1/oauth2/token"}) {
        EXPECT_NE(page.body.find(part), std::string::npos) << part;
    }
    EXPECT_EQ(page.body.find("not-for-pages"), std::string::npos);
    EXPECT_NE(page.body.find("href=\"http://127.0.0.1:9/f/\""), std::string::npos);
    EXPECT_TRUE((*at)->log.after(0).empty()) << "the index is about the mock, not part of the protocol";
    (void)core.handle({});
    EXPECT_EQ((*at)->log.after(0).size(), 1U);
}

http::response asked_by_browser(mock& core, const std::string& target) {
    http::request r;
    r.target = target;
    r.head.append("Accept", "text/html,*/*;q=0.8");
    return std::get<http::write_response>(core.handle(std::move(r)).front().what).r;
}

TEST(Pages, TheFaultsAreListedForPeople) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    ASSERT_TRUE(core.create_default({}));
    const auto page = asked_by_browser(core, "/f/");
    EXPECT_EQ(page.status, 200);
    for (const std::string part :
         {"<a href=\"#id_token\">", "<h2 id=\"id_token\">", "<a href=\"http://127.0.0.1:9/f/token_status/\">",
          "issuer=http://127.0.0.1:9/f/token_status\n", "<h2 id=\"defects\">",
          "<a href=\"http://127.0.0.1:9/f/defect:token.code_single_use/\">"}) {
        EXPECT_NE(page.body.find(part), std::string::npos) << part;
    }
}

TEST(Pages, AMistypedFaultIsAPageToABrowserAndJsonToAProgram) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    ASSERT_TRUE(core.create_default({}));
    const auto page = asked_by_browser(core, "/f/token_statsu/");
    EXPECT_EQ(page.status, 404);
    EXPECT_NE(page.body.find("did you mean &#39;token_status&#39;?"), std::string::npos) << page.body;
    EXPECT_NE(page.head.value("content-security-policy").find("default-src 'none'"), std::string_view::npos);
    EXPECT_EQ(core.orphans.after(0).size(), 1U);
    http::request r;
    r.target = "/f/token_statsu/";
    const auto plan = core.handle(r);
    EXPECT_EQ(std::get<http::write_response>(plan.front().what).r.head.value("content-type"), "application/json");
}

TEST(Pages, EveryIssuerHasAnIndexOfItsOwn) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    core.inspector = true;
    ASSERT_TRUE(core.create_default({}));
    const auto page = asked_by_browser(core, "/f/token_status/");
    for (const std::string part :
         {"<code>token_status</code>", "href=\"http://127.0.0.1:9/f/token_status/inspector/\"",
          "<code>http://127.0.0.1:9/f/token_status/"}) {
        EXPECT_NE(page.body.find(part), std::string::npos) << part << page.body;
    }
}

TEST(Pages, TheSignInPageCallsTheClientByItsName) {
    flow f("strict", json::array{}, sign_in::page);
    client named = *f.at->find_client("web");
    named.client_name = "Söhne & <b>Co</b>";
    f.at->put_client(named);
    f.authorize({});
    EXPECT_NE(f.last.body.find("<strong>Söhne &amp; &lt;b&gt;Co&lt;/b&gt;</strong>"), std::string::npos)
        << f.last.body;
}

}  // namespace
}  // namespace assay::mock
