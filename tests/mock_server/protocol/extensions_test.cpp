// PAR, DPoP, JWT client authentication, client_credentials and JWT access tokens on `strict`, without sockets.
#include "oauth/client_assertion.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

const oauth::jwk& client_key() {
    static const auto key = *oauth::jwk::generate(oauth::jws_alg::ES256, "c");
    return key;
}

client like_web(const flow& f, const std::string& id, const std::string& method) {
    auto c = *f.at->find_client("web");
    c.client_id = id;
    c.token_endpoint_auth_method = method;
    c.grant_types.emplace_back("client_credentials");
    c.jwks = json::object{{"keys", json::array{client_key().public_json()}}};
    return c;
}

std::string proof_for(const flow& f, const std::string& path, const std::string& jti) {
    const json::object header{{"typ", "dpop+jwt"}, {"alg", "ES256"}, {"jwk", client_key().public_json()}};
    const json::object claims{{"htm", "POST"}, {"htu", f.at->url() + path}, {"iat", f.at->now()}, {"jti", jti}};
    return *oauth::sign_jws(json::format(header), json::format(claims), oauth::jws_alg::ES256, client_key());
}

http::response post_with(flow& f, const std::string& path, const oauth::form& body, const std::string& proof) {
    http::request r;
    r.method = "POST";
    r.target = path;
    r.head.append("Content-Type", "application/x-www-form-urlencoded");
    r.head.append("Authorization", f.basic);
    r.head.append("DPoP", proof);
    r.body = oauth::format_form(body);
    return f.send(std::move(r));
}

oauth::form asserted(const flow& f, const std::string& jti) {
    const json::object claims{
        {"iss", "key"}, {"sub", "key"}, {"aud", f.at->url()}, {"exp", f.at->now() + 60}, {"jti", jti}};
    return {{"grant_type", "client_credentials"},
            {"client_assertion_type", std::string(oauth::jwt_bearer_assertion_type)},
            {"client_assertion", *oauth::sign_jwt(claims, oauth::jws_alg::ES256, client_key())}};
}

TEST(Extensions, AClientProvesItselfByItsKeyOnceForEachJti) {
    flow f("strict");
    f.at->put_client(like_web(f, "key", "private_key_jwt"));
    const auto granted = f.post("/token", asserted(f, "1"));
    ASSERT_EQ(granted.status, 200) << granted.body;
    EXPECT_EQ(flow::body_of(granted).find("refresh_token"), nullptr);
    EXPECT_EQ(f.post("/token", asserted(f, "1")).status, 401) << "replayed";
    auto two_methods = asserted(f, "2");
    two_methods.append("client_secret", "x");
    EXPECT_EQ(flow::body_of(f.post("/token", two_methods)).string_at("error"), "invalid_request");
}

TEST(Extensions, ClientCredentialsGrantNoScopeThatNeedsAPersonOrIsNotTheClients) {
    flow f("strict");
    auto machine = *f.at->find_client("web");
    machine.grant_types.emplace_back("client_credentials");
    machine.scope += " offline_access";
    f.at->put_client(machine);
    const auto asked = [&f](const std::string& scope) {
        oauth::form p{{"grant_type", "client_credentials"}};
        if (!scope.empty()) p.append("scope", scope);
        return flow::body_of(f.post("/token", p, f.basic));
    };
    EXPECT_EQ(asked("").string_at("scope"), "user:read organizations:read");
    EXPECT_EQ(asked("user:read").string_at("scope"), "user:read");
    EXPECT_EQ(asked("openid user:read").string_at("scope"), "user:read") << "reported, RFC 6749 §5.1";
    for (const auto* scope : {"openid", "nonsense", "user:read nonsense"})
        EXPECT_EQ(asked(scope).string_at("error"), "invalid_scope") << scope;
}

TEST(Extensions, APushedRequestIsUsedOnceByItsClient) {
    flow f("strict");
    const oauth::form pushed{{"response_type", "code"},
                             {"redirect_uri", "http://127.0.0.1:1/cb"},
                             {"scope", "openid"},
                             {"state", "pushed"},
                             {"code_challenge", oauth::s256_challenge(f.verifier)},
                             {"code_challenge_method", "S256"}};
    const auto answer = f.post("/par", pushed, f.basic);
    ASSERT_EQ(answer.status, 201) << answer.body;
    const std::string uri(flow::body_of(answer).string_at("request_uri"));
    const auto ask = [&](const std::string& client_id) {
        return f.get("/authorize?" +
                     oauth::format_form({{"client_id", client_id}, {"request_uri", uri}, {"assay_user", "ada"}}));
    };
    EXPECT_EQ(ask("post").status, 400) << "another client's";
    const auto back = ask("web");
    EXPECT_NE(back.head.value("location").find("state=pushed"), std::string_view::npos) << back.body;
    EXPECT_EQ(ask("web").status, 400) << "used";
    EXPECT_EQ(flow::body_of(f.post("/par", {{"response_type", "code"}, {"redirect_uri", "https://x"}}, f.basic))
                  .string_at("error"),
              "invalid_request");
}

TEST(Extensions, APushedPromptLoginAsksOnce) {
    flow f("strict", json::array{}, sign_in::page);
    const auto pushed = flow::body_of(f.post("/par",
                                             {{"response_type", "code"},
                                              {"redirect_uri", "http://127.0.0.1:1/cb"},
                                              {"scope", "openid"},
                                              {"prompt", "login"},
                                              {"code_challenge", oauth::s256_challenge(f.verifier)},
                                              {"code_challenge_method", "S256"}},
                                             f.basic));
    const auto query = oauth::format_form(
        oauth::form{{"client_id", "web"}, {"request_uri", std::string(pushed.string_at("request_uri"))}});
    EXPECT_NE(f.get("/authorize?" + query).body.find("/login"), std::string::npos);
    const auto back = f.post("/login", oauth::form{{"username", "ada"}, {"return_to", query}});
    ASSERT_EQ(back.status, 303) << back.body;
    const std::string cookie(back.head.value("set-cookie"));
    http::request r;
    r.target = "/authorize?" + query;
    r.head.append("Cookie", cookie.substr(0, cookie.find(';')));
    EXPECT_NE(f.send(r).body.find("/consent"), std::string::npos) << "signed in, now asked for consent";
    EXPECT_NE(f.send(r).body.find("/login"), std::string::npos) << "a second time it is asked for again";
}

TEST(Extensions, ABoundTokenNeedsItsKey) {
    flow f("strict");
    const oauth::form body{{"grant_type", "authorization_code"},
                           {"code", std::string(f.authorize({}).value("code"))},
                           {"redirect_uri", "http://127.0.0.1:1/cb"},
                           {"code_verifier", f.verifier}};
    EXPECT_EQ(flow::body_of(post_with(f, "/token", body, proof_for(f, "/userinfo", "0"))).string_at("error"),
              "invalid_dpop_proof");
    const auto granted = flow::body_of(post_with(f, "/token", body, proof_for(f, "/token", "1")));
    EXPECT_EQ(granted.string_at("token_type"), "DPoP");
    const std::string token(granted.string_at("access_token"));
    EXPECT_EQ(f.get("/userinfo", token).status, 401) << "as a Bearer token";
    const auto seen = flow::body_of(f.post("/introspect", {{"token", token}}, f.basic));
    ASSERT_NE(seen.at_pointer("/cnf/jkt"), nullptr);
    EXPECT_EQ(*seen.at_pointer("/cnf/jkt"), json::value(client_key().thumbprint()));
}

TEST(Extensions, AJwtAccessTokenCountsBySignature) {
    flow f("strict");
    auto web = *f.at->find_client("web");
    web.access_token_format = "jwt";
    f.at->put_client(web);
    const std::string token(f.tokens().string_at("access_token"));
    EXPECT_EQ(f.get("/userinfo", token).status, 200);
    EXPECT_EQ(f.get("/userinfo", token.substr(0, token.rfind('.') + 1)).status, 401);
}

TEST(Extensions, PolarKnowsNoneOfIt) {
    flow f("polar");
    EXPECT_EQ(f.post("/par", {}, f.basic).status, 404);
    const auto metadata = flow::body_of(f.get("/.well-known/openid-configuration"));
    EXPECT_EQ(metadata.find("pushed_authorization_request_endpoint"), nullptr);
    EXPECT_EQ(metadata.find("dpop_signing_alg_values_supported"), nullptr);
}

TEST(Extensions, TheMetadataNamesWhatAnswersAndNothingElse) {
    for (const std::string name : {"strict", "polar"}) {
        flow f(name);
        const auto metadata = flow::body_of(f.get("/.well-known/openid-configuration"));
        for (const auto& m : metadata.as_object()->members) {
            if (!m.name.ends_with("_endpoint") && m.name != "jwks_uri") continue;
            const auto target = m.v.as_string()->substr(f.at->url().size());
            EXPECT_NE(f.get(target).status, 404) << name << " " << m.name;
        }
        const std::string listed = json::format(*metadata.find("grant_types_supported"));
        for (const std::string grant : {"authorization_code", "refresh_token", "client_credentials", "password"}) {
            const auto answer = f.post(testing::path_in(f.at->speaks(), "token"), {{"grant_type", grant}}, f.basic);
            EXPECT_EQ(flow::body_of(answer).string_at("error") != "unsupported_grant_type",
                      listed.find("\"" + grant + "\"") != std::string::npos)
                << name << " " << grant;
        }
        const bool takes_proofs = metadata.find("dpop_signing_alg_values_supported") != nullptr;
        const auto proven =
            post_with(f, testing::path_in(f.at->speaks(), "token"), {{"grant_type", "refresh_token"}}, "nonsense");
        EXPECT_EQ(flow::body_of(proven).string_at("error") == "invalid_dpop_proof", takes_proofs) << name;
    }
}

TEST(Extensions, GuessingIsSlowedDownForAMinute) {
    flow f("strict");
    const oauth::form body{{"grant_type", "client_credentials"}};
    const auto wrong = oauth::format_basic("web", "guess");
    for (int i = 0; i < 100; ++i) EXPECT_EQ(f.post("/token", body, wrong).status, 401);
    EXPECT_EQ(f.post("/token", body, wrong).status, 429);
    EXPECT_EQ(f.post("/token", body, f.basic).status, 429) << "the right secret, too";
    f.at->advance(61);
    EXPECT_EQ(f.post("/token", body, wrong).status, 401);
}

}  // namespace
}  // namespace assay::mock
