// Polar on the wire: status codes, error bodies, headers, lifetimes.
#include <regex>

#include "mock_server/rules/rules.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

TEST(Polar, TokenResponseHasThePagesMembersInOrder) {
    flow f("polar");
    const auto body = f.tokens();
    ASSERT_TRUE(body.is_object());
    std::vector<std::string> names;
    for (const auto& m : body.as_object()->members) names.push_back(m.name);
    EXPECT_EQ(names, (std::vector<std::string>{"token_type", "access_token", "expires_in", "refresh_token", "scope",
                                               "id_token"}));
    EXPECT_EQ(body.find("expires_in")->as_integer(), 864000);
    EXPECT_EQ(body.string_at("token_type"), "Bearer");
    EXPECT_TRUE(
        std::regex_match(std::string(body.string_at("access_token")), std::regex("polar_at_u_[A-Za-z0-9]{43}")));
    EXPECT_TRUE(
        std::regex_match(std::string(body.string_at("refresh_token")), std::regex("polar_rt_u_[A-Za-z0-9]{43}")));
}

TEST(Polar, RefreshLivesAnHourAndHasNoIdToken) {
    flow f("polar");
    const auto first = f.tokens();
    const auto r = f.post(
        "/v1/oauth2/token",
        {{"grant_type", "refresh_token"}, {"refresh_token", std::string(first.string_at("refresh_token"))}}, f.basic);
    const auto body = flow::body_of(r);
    EXPECT_EQ(r.status, 200);
    EXPECT_EQ(body.find("expires_in")->as_integer(), 3600);
    EXPECT_EQ(body.find("id_token"), nullptr);
    EXPECT_EQ(f.get("/v1/oauth2/userinfo", std::string(first.string_at("access_token"))).status, 401)
        << "the old access token dies with the pair";
}

TEST(Polar, IdTokenHasNoKidAndANullNonce) {
    flow f("polar");
    const auto with = f.tokens({{"nonce", "n-1"}});
    const auto without = f.tokens();
    const auto parts = oauth::parse_jws(std::string(without.string_at("id_token")));
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->header_json, R"({"typ":"JWT","alg":"RS256"})");
    const auto claims = json::parse(parts->payload).value();
    ASSERT_NE(claims.find("nonce"), nullptr);
    EXPECT_TRUE(claims.find("nonce")->is_null());
    EXPECT_TRUE(claims.find("aud")->is_array());
    EXPECT_EQ(claims.find("exp")->as_integer().value() - claims.find("iat")->as_integer().value(), 3600);
    const auto sent = json::parse(oauth::parse_jws(std::string(with.string_at("id_token")))->payload).value();
    EXPECT_EQ(sent.string_at("nonce"), "n-1");
}

struct refusal_row {
    const char* name;
    oauth::form changes;  // to a valid redemption by client `web`
    int status;
    const char* body;
};

class PolarTokenRefusal : public ::testing::TestWithParam<refusal_row> {};

TEST_P(PolarTokenRefusal, IsWordForWord) {
    flow f("polar");
    const auto code = std::string(f.authorize({}).value("code"));
    const auto r = f.redeem(code, GetParam().changes);
    EXPECT_EQ(r.status, GetParam().status);
    EXPECT_EQ(r.body, GetParam().body);
    EXPECT_EQ(r.head.value("cache-control"), "no-store");
    EXPECT_EQ(r.head.value("pragma"), "no-cache");
    EXPECT_EQ(r.head.value("content-type"), "application/json");
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PolarTokenRefusal,
    ::testing::Values(
        refusal_row{"no_grant_type", {{"grant_type", ""}}, 400, R"({"error":"unsupported_grant_type"})"},
        refusal_row{"bad_grant_type", {{"grant_type", "x"}}, 400, R"({"error":"unsupported_grant_type"})"},
        refusal_row{"no_code",
                    {{"code", ""}},
                    400,
                    R"({"error":"invalid_request","error_description":"Missing 'code' in request."})"},
        refusal_row{"bad_code",
                    {{"code", "polar_ac_x"}},
                    400,
                    R"({"error":"invalid_grant","error_description":"Invalid 'code' in request."})"},
        refusal_row{"bad_redirect_uri",
                    {{"redirect_uri", "http://127.0.0.1:1/other"}},
                    400,
                    R"({"error":"invalid_grant","error_description":"Invalid 'redirect_uri' in request."})"},
        refusal_row{"no_verifier",
                    {{"code_verifier", ""}},
                    400,
                    R"({"error":"invalid_request","error_description":"Missing 'code_verifier'"})"},
        refusal_row{"short_verifier",
                    {{"code_verifier", "short"}},
                    400,
                    R"({"error":"invalid_request","error_description":"Invalid 'code_verifier'"})"},
        refusal_row{"wrong_verifier",
                    {{"code_verifier", "wrong-verifier-0123456789-ABCDEFGHIJ-abcdefghij"}},
                    400,
                    R"({"error":"invalid_grant","error_description":"Code challenge failed."})"},
        refusal_row{"no_refresh_token",
                    {{"grant_type", "refresh_token"}},
                    400,
                    R"({"error":"invalid_request","error_description":"Missing 'refresh_token' in request."})"},
        refusal_row{"bad_refresh_token",
                    {{"grant_type", "refresh_token"}, {"refresh_token", "x"}},
                    400,
                    R"({"error":"invalid_grant"})"}),
    [](const auto& p) { return p.param.name; });

TEST(Polar, WrongSecretIs401WithABasicChallenge) {
    flow f("polar");
    const auto r = f.post("/v1/oauth2/token", {{"grant_type", "authorization_code"}, {"code", "x"}},
                          oauth::format_basic("web", "no"));
    EXPECT_EQ(r.status, 401);
    EXPECT_EQ(flow::body_of(r).string_at("error"), "invalid_client");
    EXPECT_TRUE(std::string(r.head.value("www-authenticate")).starts_with("Basic "));
}

TEST(Polar, UnknownClientIs401ByBasicAnd400ByForm) {
    flow f("polar");
    const oauth::form body{{"grant_type", "authorization_code"}, {"code", "x"}};
    EXPECT_EQ(f.post("/v1/oauth2/token", body, oauth::format_basic("nobody", "no")).status, 401);
    auto by_form = body;
    by_form.append("client_id", "nobody");
    const auto r = f.post("/v1/oauth2/token", by_form);
    EXPECT_EQ(r.status, 400);
    EXPECT_EQ(r.body,
              R"({"error":"invalid_client","error_description":"The client does not exist on this server."})");
    EXPECT_EQ(r.head.find("www-authenticate"), nullptr);
}

TEST(Polar, BearerPrecheckRefusesABadTokenOnEveryPath) {
    flow f("polar");
    for (const auto* path : {"/v1/oauth2/userinfo", "/.well-known/openid-configuration", "/v1/users/benefit"}) {
        const auto r = f.get(path, "polar_at_u_nonsense");
        EXPECT_EQ(r.status, 401) << path;
        EXPECT_EQ(flow::body_of(r).string_at("error"), "invalid_token") << path;
    }
    EXPECT_EQ(f.get("/.well-known/openid-configuration").status, 200);
}

TEST(Polar, UserinfoWithoutTokenIsTheApplications401) {
    flow f("polar");
    const auto r = f.get("/v1/oauth2/userinfo");
    EXPECT_EQ(r.status, 401);
    EXPECT_EQ(r.body, R"({"error":"Unauthorized","detail":"Unauthorized"})");
    EXPECT_EQ(r.head.value("www-authenticate"), "Bearer realm=\"polar\"");
}

TEST(Polar, OrganizationTokenIsTiedToItsOrganization) {
    flow f("polar");
    const auto& acme = *f.at->find_organization("acme");
    const auto& globex = *f.at->find_organization("globex");
    const auto body = f.tokens({{"sub_type", "organization"},
                                {"assay_organization", "acme"},
                                {"scope", "openid organizations:read user:read"}});
    const std::string token(body.string_at("access_token"));
    EXPECT_TRUE(token.starts_with("polar_at_o_"));
    EXPECT_EQ(f.get("/v1/oauth2/userinfo", token).body, R"({"sub":")" + acme.id + R"(","name":"acme"})");
    EXPECT_EQ(f.get("/v1/organizations/" + acme.id, token).status, 200);
    EXPECT_EQ(f.get("/v1/organizations/" + globex.id, token).status, 404);
    EXPECT_EQ(f.get("/v1/users/benefit", token).status, 401);
    const std::string user(f.tokens({{"scope", "openid user:read"}}).string_at("access_token"));
    EXPECT_EQ(f.get("/v1/users/benefit", user).status, 200);
}

TEST(Polar, DenialComesBackWithItsTextAndState) {
    flow f("polar");
    const auto back = f.authorize({{"assay_consent", "deny"}});
    EXPECT_EQ(back.value("error"), "access_denied");
    EXPECT_EQ(back.value("error_description"), "The resource owner or authorization server denied the request");
    EXPECT_EQ(back.value("state"), "s");
    EXPECT_EQ(back.find("code"), nullptr);
    EXPECT_EQ(f.last.status, 302);
}

TEST(Polar, CodeLivesThreeHundredSeconds) {
    flow f("polar");
    const auto on_time = std::string(f.authorize({}).value("code"));
    f.at->advance(299);
    EXPECT_EQ(f.redeem(on_time).status, 200);
    const auto late = std::string(f.authorize({}).value("code"));
    f.at->advance(302);
    EXPECT_EQ(f.redeem(late).status, 400);
}

TEST(Polar, ReplayRevokesNothing) {
    flow f("polar");
    const auto code = std::string(f.authorize({}).value("code"));
    const auto first = flow::body_of(f.redeem(code));
    EXPECT_EQ(f.redeem(code).status, 400);
    EXPECT_EQ(f.get("/v1/oauth2/userinfo", std::string(first.string_at("access_token"))).status, 200);
}

TEST(Polar, UndeclaredScopesAreDroppedAndUnknownOnesRefused) {
    flow f("polar");
    EXPECT_EQ(f.tokens({{"scope", "openid products:read"}}).string_at("scope"), "openid");
    EXPECT_EQ(f.authorize({{"scope", "openid bogus"}}).value("error"), "invalid_scope");
}

TEST(Polar, RegistrationTakesHttpOnLoopbackNamesOnly) {
    flow f("polar");
    const auto registering = [&](const std::string& uri) {
        http::request r;
        r.method = "POST";
        r.target = "/v1/oauth2/register";
        r.head.append("Content-Type", "application/json");
        r.body = json::format(json::object{{"client_name", "a"}, {"redirect_uris", json::array{uri}}});
        return f.send(std::move(r)).status;
    };
    EXPECT_EQ(registering("https://example.com/cb"), 201);
    EXPECT_EQ(registering("http://localhost:3000/cb"), 201);
    EXPECT_EQ(registering("http://example.com/cb"), 422);
    EXPECT_EQ(registering("javascript:alert(1)"), 400);
}

}  // namespace
}  // namespace assay::mock
