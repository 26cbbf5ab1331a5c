// Rules, faults, races, journal and pages of issuers, without sockets.
#include <set>

#include "mock_server/pages/describe.hpp"
#include "mock_server/rules/rules.hpp"
#include "oauth/jws_alg.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

TEST(Rules, NamesAreUniqueAndFindable) {
    std::set<std::string_view> names;
    for (const auto& r : rules()) {
        EXPECT_TRUE(names.insert(r.name).second) << r.name;
        EXPECT_EQ(find_rule(r.name), r.id);
        EXPECT_FALSE(r.clause.empty()) << r.name;
    }
    EXPECT_EQ(names.size(), rule_count);
    EXPECT_EQ(find_rule("token.no_such_rule"), std::nullopt);
}

TEST(Strict, RefusesWhatTheRuleSaysAndDefectLetsItPass) {
    flow good("strict");
    const auto code = std::string(good.authorize({}).value("code"));
    EXPECT_EQ(good.redeem(code, {{"code_verifier", "wrong-verifier-0123456789-ABCDEFGHIJ-abcdefghij"}}).status, 400);
    EXPECT_EQ(good.redeem(code).status, 200) << "a failed attempt does not burn the code";

    flow bad("strict", json::array{json::object{{"defect", "token.code_verifier_matches"}}});
    const auto other = std::string(bad.authorize({}).value("code"));
    EXPECT_EQ(bad.redeem(other, {{"code_verifier", "wrong-verifier-0123456789-ABCDEFGHIJ-abcdefghij"}}).status, 200);
}

TEST(Strict, ReplayOfACodeRevokesItsTokens) {
    flow f("strict");
    const auto code = std::string(f.authorize({}).value("code"));
    const auto first = flow::body_of(f.redeem(code));
    const std::string token(first.string_at("access_token"));
    EXPECT_EQ(f.get("/userinfo", token).status, 200);
    EXPECT_EQ(f.redeem(code).status, 400);
    EXPECT_EQ(f.get("/userinfo", token).status, 401);
}

// RFC 6750 §3.1
TEST(Strict, WhoeverSendsNoTokenGetsAChallengeAndNoError) {
    flow f("strict");
    const auto r = f.get("/userinfo");
    EXPECT_EQ(r.status, 401);
    EXPECT_EQ(r.head.value("WWW-Authenticate"), "Bearer realm=\"assay\"");
    EXPECT_TRUE(r.body.empty()) << r.body;
}

TEST(Strict, CarriesIssAndDemandsPkceOfPublicClients) {
    flow f("strict");
    EXPECT_EQ(f.authorize({}).value("iss"), f.at->url());
    const auto back = f.authorize({{"client_id", "spa"}, {"code_challenge", ""}, {"code_challenge_method", ""}});
    EXPECT_EQ(back.value("error"), "invalid_request");
}

TEST(Strict, PagesOfOtherOriginsReadTheTokenEndpointAndNotTheAuthorizationEndpoint) {
    flow f("strict");
    const auto answer = [&f](const std::string& method, const std::string& target, bool across) {
        http::request r;
        r.method = method;
        r.target = target;
        if (across) r.head.append("Origin", "http://localhost:1");
        return std::string(f.send(std::move(r)).head.value("Access-Control-Allow-Origin"));
    };
    EXPECT_EQ(answer("POST", "/token", true), "*") << "an error is read, too";
    EXPECT_EQ(answer("GET", "/userinfo", true), "*");
    EXPECT_EQ(answer("POST", "/token", false), "");
    EXPECT_EQ(answer("GET", "/authorize", true), "");
    EXPECT_EQ(answer("POST", "/introspect", true), "") << "no client in a browser has the credentials";
    for (const std::string endpoint : {"/token", "/par", "/resource", "/register", "/revoke", "/userinfo"}) {
        http::request r;
        r.method = "OPTIONS";
        r.target = endpoint;
        r.head.append("Origin", "http://localhost:1");
        r.head.append("Access-Control-Request-Headers", "authorization,x-of-my-library");
        const auto allowed = f.send(std::move(r));
        EXPECT_EQ(allowed.status, 204) << endpoint;
        EXPECT_EQ(allowed.head.value("Access-Control-Allow-Headers"), "authorization,x-of-my-library") << endpoint;
    }
}

TEST(Strict, SaysWhichMethodsAnEndpointTakes) {
    flow f("strict");
    for (const auto& [target, allow] : {std::pair{"/authorize", "GET, POST"},
                                        {"/userinfo", "GET, POST"},
                                        {"/logout", "GET, POST"},
                                        {"/revoke", "POST"},
                                        {"/introspect", "POST"},
                                        {"/register", "POST"},
                                        {"/register/somebody", "GET, PUT, DELETE"},
                                        {"/jwks", "GET"}}) {
        http::request r;
        r.method = "PATCH";
        r.target = target;
        const auto answer = f.send(std::move(r));
        EXPECT_EQ(answer.status, 405) << target;
        EXPECT_EQ(answer.head.value("allow"), allow) << target;
    }
}

TEST(Strict, ARegistrationThatIsNoObjectIsToldSo) {
    flow f("strict");
    for (const std::string body : {"nope", "[]", "", "3"}) {
        http::request r;
        r.method = "POST";
        r.target = "/register";
        r.body = body;
        const auto answer = flow::body_of(f.send(std::move(r)));
        EXPECT_EQ(answer.string_at("error"), "invalid_client_metadata");
        EXPECT_EQ(answer.string_at("error_description"), "The body must be a JSON object.");
    }
}

TEST(Strict, ItsMetadataSaysWhichAlgorithmsAssertionsMayHave) {
    flow f("strict");
    http::request r;
    r.target = "/.well-known/openid-configuration";
    const auto document = json::parse(f.send(std::move(r)).body).value_or(json::value());
    for (const std::string endpoint : {"token", "revocation", "introspection"}) {
        const auto* algs = document.find(endpoint + "_endpoint_auth_signing_alg_values_supported");
        ASSERT_NE(algs, nullptr) << endpoint << ": RFC 8414 §2";
        EXPECT_EQ(algs->as_array()->size(), oauth::asymmetric_algs().size() + 1) << endpoint << ": and HS256";
    }
}

TEST(Strict, AnUnverifiedRedirectUriIsNeverRedirectedTo) {
    flow f("strict");
    f.authorize({{"redirect_uri", "https://attacker.example/cb"}});
    EXPECT_EQ(f.last.status, 400);
    EXPECT_EQ(f.last.head.find("location"), nullptr);
}

TEST(Race, TheNonAtomicDefectHoldsBothRedemptions) {
    flow f("strict", json::array{json::object{{"defect", "token.code_redeemed_atomically"}}});
    const auto code = std::string(f.authorize({}).value("code"));
    http::request r;
    r.method = "POST";
    r.target = "/i/t/token";
    r.head.append("Content-Type", "application/x-www-form-urlencoded");
    r.head.append("Authorization", f.basic);
    r.body = oauth::format_form({{"grant_type", "authorization_code"},
                                 {"code", code},
                                 {"redirect_uri", "http://127.0.0.1:1/cb"},
                                 {"code_verifier", f.verifier}});
    auto first = f.core.handle(r);
    auto second = f.core.handle(r);
    int winners = 0;
    for (auto* plan : {&first, &second}) {
        auto* held = std::get_if<http::hold>(&plan->front().what);
        ASSERT_NE(held, nullptr);
        const auto next = held->next();
        if (std::get<http::write_response>(next.front().what).r.status == 200) ++winners;
    }
    EXPECT_EQ(winners, 2);
    // In sequence even this server refuses the second use of the code.
    auto third = f.core.handle(r);
    EXPECT_EQ(std::get<http::write_response>(third.front().what).r.status, 400);
}

TEST(Faults, UnknownNamesGetTheNearestOne) {
    const auto bad = fault_set::from_json(json::array{"id_token_aud_wrnog"});
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message, "unknown fault 'id_token_aud_wrnog'; did you mean 'id_token_aud_wrong'?");
    const auto rule = fault_set::from_json(json::array{json::object{{"defect", "token.code_verifier_match"}}});
    ASSERT_FALSE(rule);
    EXPECT_EQ(rule.error().message,
              "unknown rule 'token.code_verifier_match'; did you mean 'token.code_verifier_matches'?");
}

TEST(Faults, EveryFaultIsDescribedAndParsesByName) {
    ASSERT_GT(faults().size(), 50U);
    std::set<std::string> names;
    for (const auto& f : faults()) {
        EXPECT_TRUE(names.insert(f.name).second) << f.name;
        EXPECT_FALSE(f.summary.empty()) << f.name;
        EXPECT_FALSE(f.correct_party.empty()) << f.name;
        EXPECT_FALSE(f.operations.empty()) << f.name;
        EXPECT_TRUE(fault_set::from_json(json::array{f.name})) << f.name;
    }
}

TEST(Faults, NthAndOnceCountCalls) {
    flow f("polar", json::array{json::object{{"fault", "token_status"}, {"status", 503}, {"nth", 2}}});
    EXPECT_EQ(f.redeem(std::string(f.authorize({}).value("code"))).status, 200);
    EXPECT_EQ(f.redeem(std::string(f.authorize({}).value("code"))).status, 503);
    EXPECT_EQ(f.redeem(std::string(f.authorize({}).value("code"))).status, 200);
}

TEST(Journal, TellsTheRefusalAndTheLeniency) {
    flow f("polar");
    f.redeem("polar_ac_nonsense");
    const auto entries = f.at->log.after(0);
    ASSERT_FALSE(entries.empty());
    ASSERT_TRUE(entries.back().refusal);
    EXPECT_EQ(entries.back().refusal->rule, "token.code_known");
    EXPECT_EQ(entries.back().refusal->clause, "RFC 6749 §5.2");
    f.authorize({{"scope", "openid products:read"}});
    const auto later = f.at->log.after(entries.back().seq);
    ASSERT_EQ(later.size(), 1U);
    EXPECT_EQ(later.front().leniencies, std::vector<std::string>{"authorize.scope_allowed"});
    EXPECT_EQ(later.front().assay.find("assay_user")->as_string()[0], "ada");
    EXPECT_EQ(later.front().endpoint, "authorize");
}

TEST(Pages, SignInThenConsentThenCode) {
    flow f("polar", json::array{}, sign_in::page);
    f.authorize({{"sub_type", "organization"}});
    EXPECT_EQ(f.last.status, 200);
    EXPECT_NE(f.last.body.find("name=\"return_to\""), std::string::npos);
    EXPECT_NE(std::string(f.last.head.value("content-security-policy")).find("frame-ancestors 'none'"),
              std::string::npos);
    const oauth::form request{{"response_type", "code"},    {"client_id", "web"},
                              {"scope", "openid"},          {"redirect_uri", "http://127.0.0.1:1/cb"},
                              {"sub_type", "organization"}, {"state", "<\"x\">"}};
    const auto signed_in = f.post("/login", {{"username", "ada"}, {"return_to", oauth::format_form(request)}});
    EXPECT_EQ(signed_in.status, 303);
    const std::string cookie(signed_in.head.value("set-cookie"));
    EXPECT_TRUE(cookie.starts_with("polar_session="));
    EXPECT_NE(cookie.find("Path=/i/t; HttpOnly"), std::string::npos);
    http::request again;
    again.target = "/oauth2/authorize?" + oauth::format_form(request);
    again.head.append("Cookie", cookie.substr(0, cookie.find(';')));
    const auto page = f.send(again);
    EXPECT_NE(page.body.find("name=\"sub\""), std::string::npos);
    EXPECT_EQ(page.body.find("<\"x\">"), std::string::npos) << "markup is escaped";
    const auto done = f.post("/v1/oauth2/consent?" + oauth::format_form(request),
                             {{"action", "allow"}, {"sub", f.at->find_organization("acme")->id}}, "",
                             cookie.substr(0, cookie.find(';')));
    EXPECT_EQ(done.status, 302);
    EXPECT_NE(std::string(done.head.value("location")).find("code=polar_ac_"), std::string::npos);
}

TEST(Pages, TheStrictConsentFormNeedsItsCsrfToken) {
    flow f("strict", json::array{}, sign_in::page);
    const auto signed_in = f.post("/login", {{"username", "ada"}, {"return_to", "client_id=web"}});
    const std::string cookie(signed_in.head.value("set-cookie"));
    const auto r = f.post("/consent?client_id=web", {{"action", "allow"}}, "", cookie.substr(0, cookie.find(';')));
    EXPECT_EQ(r.status, 403);
}

TEST(Seed, TwoRunsAnswerByteForByteTheSame) {
    const auto run = [] {
        mock m("seed");
        m.set_origin("http://127.0.0.1:9");
        issuer_request r;
        r.name = "t";
        r.dialect = "polar";
        r.how = sign_in::automatic;
        r.now = 1'700'000'000;
        client c;
        c.client_id = "web";
        c.client_secret = "s";
        c.redirect_uris = {"http://127.0.0.1:1/cb"};
        c.scope = "openid";
        r.clients.push_back(c);
        EXPECT_TRUE(m.create(std::move(r)));
        http::request a;
        a.target =
            "/i/t/oauth2/"
            "authorize?response_type=code&client_id=web&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&scope=openid";
        auto plan = m.handle(a);
        const std::string location(std::get<http::write_response>(plan.front().what).r.head.value("location"));
        http::request t;
        t.method = "POST";
        t.target = "/i/t/v1/oauth2/token";
        t.head.append("Content-Type", "application/x-www-form-urlencoded");
        t.head.append("Authorization", oauth::format_basic("web", "s"));
        t.body = "grant_type=authorization_code&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcb&" +
                 location.substr(location.find("code="));
        t.head.append("Content-Length", std::to_string(t.body.size()));
        plan = m.handle(t);
        return location + std::get<http::write_response>(plan.front().what).r.body;
    };
    const auto first = run();
    EXPECT_NE(first.find("polar_at_u_"), std::string::npos);
    EXPECT_EQ(first, run());
}

}  // namespace
}  // namespace assay::mock
