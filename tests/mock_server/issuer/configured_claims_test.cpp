// Users, claims and lifetimes by configuration: the content of tokens, for whom, and what is refused.
#include <fmt/format.h>

#include "mock_server/control/control.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

http::response control(flow& f, const std::string& method, const std::string& target, const std::string& body) {
    http::request r;
    r.method = method;
    r.target = target;
    r.body = body;
    return std::get<http::write_response>(handle_control(f.core, r).front().what).r;
}

json::value claims_of(std::string_view token) {
    const auto parts = oauth::parse_jws(token);
    return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
}

void set_claims(flow& f, const std::string& rows) {
    const auto done = control(f, "PUT", "/issuers/t/claims", rows);
    ASSERT_EQ(done.status, 200) << done.body;
}

void change_web(flow& f, const std::function<void(client&)>& change) {
    auto web = *f.at->find_client("web");
    change(web);
    f.at->put_client(std::move(web));
}

TEST(ConfiguredClaims, AreInEveryPlaceAndMayReplaceWhatTheUserHas) {
    flow f("strict");
    change_web(f, [](client& c) { c.access_token_format = "jwt"; });
    set_claims(f, R"([{"claims": {"tier": "gold", "groups": ["a", "b"], "email": "other@example.com"}}])");
    const auto tokens = f.tokens();
    const std::string access(tokens.string_at("access_token"));
    for (const auto& claims :
         {claims_of(tokens.string_at("id_token")), claims_of(access), flow::body_of(f.get("/userinfo", access))}) {
        EXPECT_EQ(claims.string_at("tier"), "gold");
        EXPECT_EQ(json::format(*claims.find("groups")), R"(["a","b"])");
        EXPECT_EQ(claims.string_at("email"), "other@example.com");
        EXPECT_EQ(claims.string_at("sub"), f.at->find_user("ada")->sub);
    }
    const auto metadata = flow::body_of(f.get("/.well-known/openid-configuration"));
    EXPECT_NE(json::format(*metadata.find("claims_supported")).find("\"tier\""), std::string::npos);
}

TEST(ConfiguredClaims, HoldWhereAllTheirConditionsHold) {
    flow f("strict");
    set_claims(f, R"([{"claims": {"a": 1}, "user": "ada"}, {"claims": {"b": 1}, "client_id": "post"},
                      {"claims": {"c": 1}, "scope": "email"}, {"claims": {"d": 1}, "in": ["userinfo"]},
                      {"claims": {"e": 1}}, {"claims": {"e": 2}, "user": "ada", "scope": "email"}])");
    const auto names = [&](const oauth::form& p) {
        const auto claims = claims_of(f.tokens(p).string_at("id_token"));
        std::string out;
        for (const auto* name : {"a", "b", "c", "d", "e"}) {
            if (const auto* v = claims.find(name)) out += name + json::format(*v);
        }
        return out;
    };
    EXPECT_EQ(names({}), "a1c1e2");
    EXPECT_EQ(names({{"scope", "openid"}}), "a1e1");
    EXPECT_EQ(names({{"assay_user", "grace"}}), "c1e1");
    const auto tokens = f.tokens();
    const auto userinfo = flow::body_of(f.get("/userinfo", std::string(tokens.string_at("access_token"))));
    EXPECT_TRUE(userinfo.find("d"));
    set_claims(f, "[]");
    EXPECT_EQ(names({}), "") << "changed at run time";
}

TEST(ConfiguredClaims, MayDependOnTheTokenRequest) {
    flow f("strict");
    set_claims(f, R"([{"claims": {"a": 1}, "request": {"grant_type": "authorization_code"}},
                      {"claims": {"b": 1}, "request": {"grant_type": "authorization_code", "tenant": "t-1"}},
                      {"claims": {"c": 1}, "request": {"grant_type": "refresh_token"}}])");
    const auto first = f.tokens();
    const auto claims = claims_of(first.string_at("id_token"));
    EXPECT_TRUE(claims.find("a"));
    EXPECT_FALSE(claims.find("b")) << "a parameter is missing";
    EXPECT_FALSE(claims.find("c")) << "another value";
    const auto rows = control(f, "GET", "/issuers/t/claims", "");
    EXPECT_NE(rows.body.find(R"("request":{"grant_type":"authorization_code","tenant":"t-1"})"), std::string::npos)
        << rows.body;
    for (const auto* wrong : {R"([{"claims": {"a": 1}, "request": {}}])", R"([{"claims": {"a": 1}, "request": "x"}])",
                              R"([{"claims": {"a": 1}, "request": {"tenant": 1}}])"}) {
        EXPECT_EQ(control(f, "PUT", "/issuers/t/claims", wrong).status, 400) << wrong;
    }
}

TEST(ConfiguredClaims, AreGivenWhereTheClaimsParameterAsksForThem) {
    flow f("strict");
    set_claims(f, R"([{"claims": {"tier": "gold"}, "scope": "profile"}])");
    const oauth::form p{{"scope", "openid"}, {"claims", R"({"id_token":{"tier":null}})"}};
    EXPECT_EQ(claims_of(f.tokens(p).string_at("id_token")).string_at("tier"), "gold");
    EXPECT_EQ(claims_of(f.tokens({{"scope", "openid"}}).string_at("id_token")).find("tier"), nullptr);
}

TEST(ConfiguredClaims, SetTheAudienceOfAccessTokens) {
    flow f("strict");
    change_web(f, [](client& c) { c.access_token_format = "jwt"; });
    set_claims(f, R"([{"claims": {"aud": "https://api.example"}, "in": ["access_token"], "scope": "email"},
                      {"claims": {"aud": ["a", "b"]}, "in": ["access_token"], "user": "grace"}])");
    const auto audience = [&](const oauth::form& p) {
        const auto tokens = f.tokens(p);
        EXPECT_EQ(claims_of(tokens.string_at("id_token")).string_at("aud"), "web");
        const std::string access(tokens.string_at("access_token"));
        auto in_token = json::format(*claims_of(access).find("aud"));
        const auto told =
            json::format(*flow::body_of(f.post("/introspect", {{"token", access}}, f.basic)).find("aud"));
        EXPECT_TRUE(told == in_token || told == "[" + in_token + "]") << told << " and " << in_token;
        return in_token;
    };
    EXPECT_EQ(audience({}), R"("https://api.example")");
    EXPECT_EQ(audience({{"scope", "openid"}}), json::format(json::value(f.at->url()))) << "no row applies";
    EXPECT_EQ(audience({{"assay_user", "grace"}}), R"(["a","b"])") << "the later row wins";
    EXPECT_EQ(audience({{"resource", "https://api.example.com"}}), R"("https://api.example.com")")
        << "what the client asked for (RFC 8707 §2)";
    change_web(f, [](client& c) { c.access_token_format = "opaque"; });
    const std::string opaque(f.tokens().string_at("access_token"));
    const auto told = flow::body_of(f.post("/introspect", {{"token", opaque}}, f.basic));
    EXPECT_EQ(told.string_at("aud"), "https://api.example");
}

TEST(ConfiguredClaims, AreFilledInFromUserClientAndRequest) {
    flow f("strict");
    set_claims(f, R"([{"claims": {"who": "${user.username} <${user.email}>", "app": "${client_id}",
                                  "nested": {"scopes": ["${scope}"]}, "tenant": "t-${request.tenant}"}}])");
    const auto id_token = claims_of(f.tokens({{"scope", "openid"}}).string_at("id_token"));
    const auto ada = f.at->find_user("ada");
    EXPECT_EQ(id_token.string_at("who"), fmt::format("{} <{}>", ada->username, ada->email));
    EXPECT_EQ(id_token.string_at("app"), "web");
    EXPECT_EQ(*id_token.at_pointer("/nested/scopes/0")->as_string(), "openid");
    EXPECT_EQ(id_token.find("tenant"), nullptr) << "the token request had no such parameter";
    const auto code = std::string(f.authorize({}).value("code"));
    const auto redeemed = flow::body_of(f.redeem(code, {{"tenant", "7"}}));
    EXPECT_EQ(claims_of(redeemed.string_at("id_token")).string_at("tenant"), "t-7");
}

TEST(ConfiguredClaims, RefuseATemplateThatNamesNothing) {
    flow f("strict");
    const auto refused = [&](const std::string& claims) {
        const auto no = control(f, "PUT", "/issuers/t/claims", R"([{"claims": )" + claims + "}]");
        EXPECT_EQ(no.status, 400) << claims;
        return std::string(flow::body_of(no).string_at("message"));
    };
    EXPECT_NE(refused(R"({"a": ["${user.emial}"]})").find("did you mean 'user.email'?"), std::string::npos);
    EXPECT_NE(refused(R"({"a": {"b": "${user.email"}})").find("has no '}'"), std::string::npos);
    EXPECT_NE(refused(R"({"a": "${}"})").find("a claim cannot be made of"), std::string::npos);
    EXPECT_NE(refused(R"({"a": "${request.}"})").find("a claim cannot be made of"), std::string::npos);
    EXPECT_NE(refused(R"({"aud": "x"})").find("in: [access_token]"), std::string::npos);
    EXPECT_NE(refused(R"({"aud": [], "x": 1}, "in": ["access_token"])").find("RFC 7519 §4.1.3"), std::string::npos);
}

TEST(ConfiguredClaims, NameTheFaultForWhatTheServerSaysItself) {
    flow f("strict");
    const auto refused = [&](const std::string& rows) {
        const auto no = control(f, "PUT", "/issuers/t/claims", rows);
        EXPECT_EQ(no.status, 400) << rows;
        return std::string(flow::body_of(no).string_at("message"));
    };
    EXPECT_NE(refused(R"([{"claims": {"aud": "x"}}])").find("the fault id_token_aud_wrong"), std::string::npos);
    for (const std::string name :
         {"iss", "sub", "exp", "iat", "nonce", "at_hash", "sid", "jti", "cnf", "client_id"}) {
        EXPECT_NE(refused(fmt::format(R"([{{"claims": {{"{}": 1}}}}])", name)).find("assay explain id_token_"),
                  std::string::npos)
            << name;
    }
    EXPECT_NE(refused(R"([{"claims": {"a": 1}, "user": "adda"}])").find("did you mean 'ada'?"), std::string::npos);
    EXPECT_NE(refused(R"([{"claims": {"a": 1}, "client_id": "wep"}])").find("did you mean 'web'?"),
              std::string::npos);
    EXPECT_NE(refused(R"([{"claims": {"a": 1}, "scope": "emali"}])").find("did you mean 'email'?"),
              std::string::npos);
    EXPECT_NE(refused(R"([{"claims": {"a": 1}, "in": ["id_tokn"]}])").find("did you mean 'id_token'?"),
              std::string::npos);
    EXPECT_NE(refused(R"([{"claim": {"a": 1}}])").find("did you mean 'claims'?"), std::string::npos);
}

TEST(Lifetimes, AreTheClientsOwn) {
    flow f("strict", json::array{}, sign_in::by_request);
    f.at->freeze(1'700'000'000);
    change_web(f, [](client& c) { c.lifetimes = {5, 7, 11, 13}; });
    const auto tokens = f.tokens();
    EXPECT_EQ(tokens.find("expires_in")->as_integer(), 7);
    const auto claims = claims_of(tokens.string_at("id_token"));
    EXPECT_EQ(*claims.find("exp")->as_integer() - *claims.find("iat")->as_integer(), 11);
    const auto code = std::string(f.authorize({}).value("code"));
    f.at->advance(6);
    EXPECT_EQ(flow::body_of(f.redeem(code)).string_at("error"), "invalid_grant") << "the code lived 5 s";
    const std::string access(tokens.string_at("access_token"));
    EXPECT_EQ(f.get("/userinfo", access).status, 200);
    f.at->advance(2);
    EXPECT_EQ(f.get("/userinfo", access).status, 401);
    f.at->advance(6);
    const oauth::form again{{"grant_type", "refresh_token"},
                            {"refresh_token", std::string(tokens.string_at("refresh_token"))}};
    EXPECT_EQ(flow::body_of(f.post("/token", again, f.basic)).string_at("error"), "invalid_grant");
}

TEST(Lifetimes, AreReadFromConfigurationAndNeverFromARegistration) {
    flow f("strict");
    const auto wrong =
        control(f, "POST", "/issuers/t/clients", R"({"client_name": "x", "lifetimes": {"acces_token": 5}})");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_NE(wrong.body.find("did you mean 'access_token'?"), std::string::npos) << wrong.body;
    EXPECT_EQ(control(f, "POST", "/issuers/t/clients", R"({"lifetimes": {"code": 0}})").status, 400);
    EXPECT_EQ(control(f, "POST", "/issuers/t/clients", R"({"id_token_signed_response_alg": "RS512"})").status, 400);
    const auto made =
        flow::body_of(control(f, "POST", "/issuers/t/clients", R"({"lifetimes": {"refresh_token": 0}})"));
    EXPECT_EQ(made.at_pointer("/lifetimes/refresh_token")->as_integer(), 0);
    http::request r;
    r.method = "POST";
    r.target = "/register";
    r.head.append("Content-Type", "application/json");
    r.body =
        R"({"redirect_uris": ["https://a.example/cb"], "lifetimes": {"access_token": 1000000}, "first_party": true})";
    const auto registered = flow::body_of(f.send(std::move(r)));
    const auto kept = f.at->find_client(std::string(registered.string_at("client_id")));
    ASSERT_TRUE(kept);
    EXPECT_FALSE(kept->lifetimes.access_token);
    EXPECT_FALSE(kept->first_party);
}

TEST(ConfiguredPeople, AreInPlaceOfTheDemos) {
    flow f("strict");
    const auto made = control(f, "POST", "/issuers", R"({"name": "lab", "organizations": [{"slug": "lab"}],
        "users": [{"username": "rosalind", "organizations": ["lab"], "manages": ["lab"]}]})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto document = flow::body_of(made);
    EXPECT_EQ(document.find("users")->as_array()->size(), 1U);
    EXPECT_EQ(*document.at_pointer("/users/0/manages/0"), *document.at_pointer("/organizations/0/id"));
    const auto refused = [&](const char* body) { return control(f, "POST", "/issuers", body).status; };
    EXPECT_EQ(refused(R"({"name": "x", "organizations": [{"slug": "lab"}]})"), 400);
    EXPECT_EQ(refused(R"({"name": "x", "users": [{"username": "r", "organizations": ["lba"]}]})"), 400);
    EXPECT_EQ(
        refused(R"({"name": "x", "users": [{"username": "r"}], "claims": [{"claims": {"a": 1}, "user": "ada"}]})"),
        400);
    EXPECT_EQ(control(f, "POST", "/issuers/t/users", R"({"username": "m", "manages": ["acme"]})").status, 400)
        << "who manages an organization belongs to it";
    const auto limited = [&](const char* slug) {
        return control(f, "PUT", "/issuers/t/users/grace",
                       std::string(R"({"username": "grace", "session_organizations": [")") + slug + R"("]})");
    };
    EXPECT_EQ(limited("acm").status, 400);
    const auto left = flow::body_of(limited("acme"));
    EXPECT_EQ(*left.at_pointer("/session_organizations/0")->as_string(), f.at->find_organization("acme")->id)
        << "one that the user does not belong to is no mistake";
    // A session limited to a deleted organization does not become unlimited.
    EXPECT_EQ(control(f, "DELETE", "/issuers/t/organizations/acme", {}).status, 204);
    EXPECT_EQ(f.at->find_user("grace")->session_organizations.size(), 1U);
}

}  // namespace
}  // namespace assay::mock
