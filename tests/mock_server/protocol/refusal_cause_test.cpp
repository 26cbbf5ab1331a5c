// A refusal names its cause: each of these cases was once reported as another error.
#include "oauth/base64url.hpp"
#include "oauth/client_assertion.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

const oauth::jwk& key_of_client() {
    static const auto key = *oauth::jwk::generate(oauth::jws_alg::ES256, "c");
    return key;
}

void add_key_client(flow& f) {
    auto c = *f.at->find_client("web");
    c.client_id = "key";
    c.token_endpoint_auth_method = "private_key_jwt";
    c.grant_types.emplace_back("client_credentials");
    c.jwks = json::object{{"keys", json::array{key_of_client().public_json()}}};
    f.at->put_client(std::move(c));
}

json::object claims_of(const flow& f, const std::string& jti) {
    return {{"iss", "key"}, {"sub", "key"}, {"aud", f.at->url()}, {"exp", f.at->now() + 300}, {"jti", jti}};
}

http::response prove(flow& f, const std::string& assertion) {
    return f.post("/token", {{"grant_type", "client_credentials"},
                             {"client_id", "key"},
                             {"client_assertion_type", std::string(oauth::jwt_bearer_assertion_type)},
                             {"client_assertion", assertion}});
}

std::string signed_by_client(const json::object& claims) {
    return *oauth::sign_jwt(claims, oauth::jws_alg::ES256, key_of_client());
}

std::string description_of(const http::response& r) {
    return std::string(flow::body_of(r).string_at("error_description"));
}

// The signature of one header with another header.
std::string under_header(const std::string& token, const json::object& header) {
    return oauth::base64url_encode(json::format(header)) + token.substr(token.find('.'));
}

TEST(Assertion, ThatIsAheadIsNotCalledOld) {
    flow f("strict");
    add_key_client(f);
    for (const auto& [iat, words] : {std::pair<json::value, std::string>{f.at->now() + 30, "ahead of the clock"},
                                     {f.at->now() - 90'000, "too long ago"},
                                     {"yesterday", "no number"}}) {
        auto claims = claims_of(f, words);
        claims.set("iat", iat);
        const auto r = prove(f, signed_by_client(claims));
        EXPECT_EQ(r.status, 401);
        EXPECT_NE(description_of(r).find(words), std::string::npos) << r.body;
    }
    auto claims = claims_of(f, "good");
    claims.set("iat", f.at->now() + 5);
    EXPECT_EQ(prove(f, signed_by_client(claims)).status, 200) << "clocks differ a little";
}

TEST(Assertion, WithAnAlgThatIsNotSupportedIsToldSo) {
    flow f("strict");
    add_key_client(f);
    for (const std::string alg : {"Ed448", "ES256K", "made-up"}) {
        const auto r = prove(f, under_header(signed_by_client(claims_of(f, alg)), {{"alg", alg}}));
        EXPECT_EQ(r.status, 401);
        EXPECT_NE(description_of(r).find("'" + alg + "', which is not accepted"), std::string::npos) << r.body;
    }
    auto other = claims_of(f, "changed");
    const auto token = signed_by_client(other);
    other.set("exp", f.at->now() + 301);
    const auto changed = token.substr(0, token.find('.') + 1) + oauth::base64url_encode(json::format(other)) +
                         token.substr(token.rfind('.'));
    EXPECT_NE(description_of(prove(f, changed)).find("signature does not verify"), std::string::npos);
    EXPECT_NE(description_of(prove(f, "no.jwt")).find("no signed JWT"), std::string::npos);
}

TEST(Assertion, ThatIsNoJwtIsToldWhatIsWrongWithIt) {
    flow f("strict");
    add_key_client(f);
    for (const auto& [text, words] : {std::pair<std::string, std::string>{"no.jwt", "has three parts"},
                                      {std::string(17'000, 'a'), "more than 16384 bytes"},
                                      {"!.e30.AA", "header"}}) {
        const auto r = prove(f, text);
        EXPECT_EQ(r.status, 401);
        EXPECT_NE(description_of(r).find(words), std::string::npos) << r.body;
    }
}

std::string request_object(const flow& f, const json::object& more) {
    json::object claims{{"client_id", "key"},
                        {"aud", f.at->url()},
                        {"response_type", "code"},
                        {"redirect_uri", "http://127.0.0.1:1/cb"},
                        {"scope", "openid"},
                        {"code_challenge", oauth::s256_challenge(f.verifier)},
                        {"code_challenge_method", "S256"}};
    for (const auto& m : more.members) claims.set(m.name, m.v);
    return signed_by_client(claims);
}

oauth::form pushed(const flow& f, const std::string& jti, const std::string& object) {
    return {{"client_assertion_type", std::string(oauth::jwt_bearer_assertion_type)},
            {"client_assertion", signed_by_client(claims_of(f, jti))},
            {"request", object}};
}

// RFC 9101 §4: "request and request_uri parameters MUST NOT be included in Request Objects".
TEST(RequestObject, PointsAtNoOther) {
    flow f("strict");
    add_key_client(f);
    ASSERT_EQ(f.post("/par", pushed(f, "1", request_object(f, {}))).status, 201);
    for (const auto* name : {"request", "request_uri"}) {
        const auto object = request_object(f, {{name, "urn:ietf:params:oauth:request_uri:x"}});
        const auto at_par = f.post("/par", pushed(f, name, object));
        EXPECT_EQ(at_par.status, 400) << name;
        EXPECT_EQ(flow::body_of(at_par).string_at("error"), "invalid_request_object");
        EXPECT_NE(description_of(at_par).find(std::string("holds ") + name), std::string::npos) << at_par.body;
        const auto at_authorize =
            f.get("/authorize?" + oauth::format_form({{"client_id", "key"}, {"request", object}}));
        EXPECT_EQ(flow::body_of(at_authorize).string_at("error"), "invalid_request_object") << name;
    }
    flow lax("strict", json::array{json::object{{"defect", "jar.references_not_nested"}}});
    add_key_client(lax);
    EXPECT_EQ(lax.post("/par", pushed(lax, "1", request_object(lax, {{"request_uri", "urn:x"}}))).status, 201);
}

TEST(RequestObject, WithAnAlgThatIsNotSupportedIsToldSo) {
    flow f("strict");
    add_key_client(f);
    const auto r = f.post("/par", pushed(f, "1", under_header(request_object(f, {}), {{"alg", "Ed448"}})));
    EXPECT_NE(description_of(r).find("'Ed448', which is not accepted"), std::string::npos) << r.body;
}

// RFC 9101 §5, RFC 9126 §4: client_id is required with a request_uri.
TEST(RequestUri, WithoutAClientIdIsNoOtherClients) {
    flow f("strict");
    const auto made = f.post("/par",
                             {{"response_type", "code"},
                              {"redirect_uri", "http://127.0.0.1:1/cb"},
                              {"scope", "openid"},
                              {"code_challenge", oauth::s256_challenge(f.verifier)},
                              {"code_challenge_method", "S256"}},
                             f.basic);
    const auto uri = std::string(flow::body_of(made).string_at("request_uri"));
    const auto r = f.get("/authorize?" + oauth::format_form({{"request_uri", uri}}));
    EXPECT_EQ(r.status, 400);
    EXPECT_EQ(f.at->log.after(0).back().refusal->rule, "authorize.client_id_present") << r.body;
}

TEST(Resource, SaysWhoseTokenItIsAndCitesNoDialect) {
    flow f("strict");
    add_key_client(f);
    const auto granted = prove(f, signed_by_client(claims_of(f, "r")));
    ASSERT_EQ(granted.status, 200) << granted.body;
    const auto r = f.get("/resource", std::string(flow::body_of(granted).string_at("access_token")));
    EXPECT_EQ(r.status, 401);
    EXPECT_NE(description_of(r).find("that of a client itself"), std::string::npos) << r.body;
    EXPECT_NE(r.head.value("www-authenticate").find("invalid_token"), std::string::npos);
    EXPECT_EQ(f.at->log.after(0).back().refusal->clause, "RFC 6750 §3.1");
}

TEST(Logout, ThatIsRefusedIsNotCalledASignIn) {
    flow f("strict");
    http::request r;
    r.target = "/logout?id_token_hint=nonsense";
    r.head.append("Accept", "text/html");
    const auto page = f.send(r);
    EXPECT_EQ(page.status, 400);
    EXPECT_NE(page.body.find("This sign-out request cannot continue"), std::string::npos);
    EXPECT_EQ(page.body.find("sign-in"), std::string::npos);
}

TEST(Logout, SaysWhatIsWrongWithTheHint) {
    flow f("strict");
    const std::string id_token(f.tokens().string_at("id_token"));
    for (const auto& [hint, words] :
         {std::pair<std::string, std::string>{"nonsense", "has three parts"},
          {id_token.substr(0, id_token.rfind('.') + 1), "no key of this issuer has signed it"}}) {
        const auto page = f.get("/logout?" + oauth::format_form({{"id_token_hint", hint}}));
        EXPECT_EQ(page.status, 400);
        EXPECT_NE(page.body.find(words), std::string::npos) << page.body;
    }
}

// As in introspection: a refresh token is invalid from the second of its expiry on.
TEST(Refresh, EndsInTheSecondInWhichIntrospectionCallsItInactive) {
    flow f("strict");
    f.at->freeze(1'800'000'000);
    const auto refresh_token = std::string(f.tokens().string_at("refresh_token"));
    f.at->advance(f.at->speaks().refresh_token_lifetime);
    EXPECT_EQ(*flow::body_of(f.post("/introspect", {{"token", refresh_token}}, f.basic)).find("active"),
              json::value(false));
    EXPECT_EQ(f.post("/token", {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}}, f.basic).status,
              400);
}

}  // namespace
}  // namespace assay::mock
