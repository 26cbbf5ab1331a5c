// The password grant, token exchange and JWT bearer on `strict`, without sockets.
#include "mock_server/issuer/people.hpp"
#include "oauth/grant_types.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::flow;

const oauth::jwk& workload_key() {
    static const auto key = *oauth::jwk::generate(oauth::jws_alg::ES256, "w");
    return key;
}

// An issuer that trusts https://workloads.example, and a client with every grant.
struct grants_flow : flow {
    explicit grants_flow(json::value faults = json::array{}, json::value subjects = json::value()) : flow("strict") {
        json::object trusted{{"issuer", "https://workloads.example"},
                             {"jwks", json::object{{"keys", json::array{workload_key().public_json()}}}}};
        if (!subjects.is_null()) trusted.append("subjects", std::move(subjects));
        auto r = issuer_request_from_json(json::object{
            {"name", "trusting"},
            {"sign_in", "by_request"},
            {"faults", std::move(faults)},
            {"trusted_issuers", json::array{std::move(trusted)}},
            {"clients", json::array{json::object{{"client_id", "web"},
                                                 {"client_secret", "web-secret"},
                                                 {"redirect_uris", json::array{"http://127.0.0.1:1/cb"}}},
                                    json::object{{"client_id", "api"}, {"client_secret", "api-secret"}}}}});
        if (!r) ADD_FAILURE() << r.error().text();
        replace(std::move(*r));
    }

    [[nodiscard]] std::string workload_jwt(const json::object& changes = {}) const {
        json::object claims{{"iss", "https://workloads.example"},
                            {"sub", "ada"},
                            {"aud", at->url()},
                            {"exp", at->now() + 60},
                            {"jti", at->make_uuid()}};
        for (const auto& m : changes.members) claims.set(m.name, m.v);
        return *oauth::sign_jwt(claims, oauth::jws_alg::ES256, workload_key());
    }
    json::value bear(const std::string& assertion, const oauth::form& more = {}) {
        oauth::form p{{"grant_type", std::string(oauth::jwt_bearer_grant)}, {"assertion", assertion}};
        for (const auto& [name, value] : more.fields) p.append(name, value);
        return body_of(post("/token", p, basic));
    }
    // `changes` replace or add parameters; an empty value removes one.
    json::value exchange(const std::string& subject_token, const oauth::form& changes = {},
                         const std::string& as = oauth::format_basic("api", "api-secret")) {
        oauth::form p{{"grant_type", std::string(oauth::token_exchange_grant)},
                      {"subject_token", subject_token},
                      {"subject_token_type", std::string(oauth::token_type::access_token)}};
        for (const auto& [name, value] : changes.fields) p.set(name, value);
        return body_of(post("/token", p, as));
    }
    json::value introspect(const std::string& token) {
        return body_of(post("/introspect", {{"token", token}}, oauth::format_basic("api", "api-secret")));
    }
};

json::value claims_of(std::string_view jwt) {
    const auto parts = oauth::parse_jws(jwt);
    return parts ? json::parse(parts->payload).value_or(json::value()) : json::value();
}

TEST(PasswordGrant, IsRefusedAndNotListedUnlessARuleIsOff) {
    const oauth::form p{{"grant_type", "password"}, {"username", "ada"}, {"password", "ada-password"}};
    flow strict("strict");
    EXPECT_EQ(flow::body_of(strict.post("/token", p, strict.basic)).string_at("error"), "unsupported_grant_type");
    EXPECT_EQ(strict.get("/.well-known/openid-configuration").body.find("\"password\""), std::string::npos);
    flow lenient("strict", json::array{"defect:token.password_refused"});
    EXPECT_NE(lenient.get("/.well-known/openid-configuration").body.find("\"password\""), std::string::npos);
    const auto tokens = flow::body_of(lenient.post("/token", p, lenient.basic));
    EXPECT_EQ(flow::body_of(lenient.get("/userinfo", std::string(tokens.string_at("access_token")))).string_at("sub"),
              lenient.at->find_user("ada")->sub);
    auto wrong = p;
    wrong.set("password", "guess");
    EXPECT_EQ(flow::body_of(lenient.post("/token", wrong, lenient.basic)).string_at("error"), "invalid_grant");
    wrong.erase("password");
    EXPECT_EQ(flow::body_of(lenient.post("/token", wrong, lenient.basic)).string_at("error"), "invalid_request");
}

TEST(PasswordGrant, GuessesAreThrottledAndAConfiguredPasswordCounts) {
    flow f("strict", json::array{"defect:token.password_refused"});
    const auto named = user_from_json(json::object{{"username", "eve"}, {"password", "s3cret"}});
    ASSERT_TRUE(f.at->change_people([&](people& all) { return put(all, *named, [] { return "eve-sub"; }); }));
    const auto sent = [&](const std::string& password) {
        return f.post("/token", {{"grant_type", "password"}, {"username", "eve"}, {"password", password}}, f.basic)
            .status;
    };
    EXPECT_EQ(sent("s3cret"), 200);
    for (int n = 0; n < 100; ++n) EXPECT_EQ(sent("eve-password"), 400);
    EXPECT_EQ(sent("guess"), 429);
    EXPECT_EQ(sent("s3cret"), 429) << "right or wrong";
}

TEST(PasswordGrant, PolarAnswersAsBefore) {
    flow f("polar");
    const auto r = f.post("/v1/oauth2/token", {{"grant_type", "password"}, {"username", "ada"}}, f.basic);
    EXPECT_EQ(r.status, 400);
    EXPECT_EQ(r.body, R"({"error":"unsupported_grant_type"})");
}

TEST(GrantTypes, AConfiguredClientHasThoseThatItsDialectOffers) {
    const auto grants = [](const json::object& c, const char* dialect) {
        const auto speaks = *find_dialect(dialect);
        return client_from_configuration(c, *speaks, speaks->signing_algs)->grant_types;
    };
    const json::object confidential{{"client_id", "a"}};
    EXPECT_EQ(grants(confidential, "strict").size(), 6U);
    EXPECT_EQ(
        grants({{"client_id", "b"}, {"token_endpoint_auth_method", "none"}}, "strict"),
        (std::vector<std::string>{"authorization_code", "refresh_token", std::string(oauth::device_code_grant)}));
    EXPECT_EQ(grants(confidential, "polar"), (std::vector<std::string>{"authorization_code", "refresh_token"}));
    EXPECT_EQ(grants({{"client_id", "c"}, {"grant_types", json::array{"refresh_token"}}}, "strict").size(), 1U);
}

TEST(TokenExchange, AServiceGetsATokenForTheUserOfAnother) {
    grants_flow f;
    const auto first = f.tokens({{"scope", "openid email user:read"}});
    const auto second =
        f.exchange(std::string(first.string_at("access_token")), {{"scope", "user:read"}, {"audience", "web"}});
    ASSERT_FALSE(second.string_at("access_token").empty()) << json::format(second);
    EXPECT_EQ(second.string_at("issued_token_type"), oauth::token_type::access_token);
    EXPECT_EQ(second.string_at("token_type"), "Bearer");
    EXPECT_EQ(second.find("refresh_token"), nullptr);
    const auto seen = f.introspect(std::string(second.string_at("access_token")));
    EXPECT_EQ(seen.string_at("sub"), f.at->find_user("ada")->sub);
    EXPECT_EQ(seen.string_at("client_id"), "api");
    EXPECT_EQ(seen.string_at("scope"), "user:read");
    EXPECT_EQ(json::format(*seen.find("aud")), R"(["web"])");
}

TEST(TokenExchange, RefusesWhatItCannotReadOrIssue) {
    grants_flow f;
    const std::string token(f.tokens({{"scope", "openid"}}).string_at("access_token"));
    const std::string access(oauth::token_type::access_token);
    const auto error = [&](const std::string& subject, const oauth::form& changes) {
        return std::string(f.exchange(subject, changes).string_at("error"));
    };
    EXPECT_EQ(error("", {}), "invalid_request");
    EXPECT_EQ(error("never-issued", {}), "invalid_request");
    EXPECT_EQ(error(token, {{"subject_token_type", "urn:x"}}), "invalid_request");
    EXPECT_EQ(error(token, {{"actor_token_type", access}}), "invalid_request");
    EXPECT_EQ(error(token, {{"actor_token", token}}), "invalid_request");
    EXPECT_EQ(error(token, {{"requested_token_type", "urn:ietf:params:oauth:token-type:saml2"}}), "invalid_request");
    EXPECT_EQ(error(token, {{"audience", "nobody"}}), "invalid_target");
    EXPECT_EQ(error(token, {{"resource", "https://nobody.example"}}), "invalid_target");
    EXPECT_EQ(error(token, {{"scope", "openid email"}}), "invalid_scope");
    EXPECT_TRUE(f.at->advance(3600));
    EXPECT_EQ(error(token, {}), "invalid_request") << "expired";
}

TEST(TokenExchange, SaysWhyATokenIsNotValid) {
    grants_flow f;
    const std::string jwt(oauth::token_type::jwt);
    const auto tokens = f.tokens({{"scope", "openid"}});
    const auto why = [&](const std::string& subject, std::string_view type) {
        return std::string(
            f.exchange(subject, {{"subject_token_type", std::string(type)}}).string_at("error_description"));
    };
    const auto holds = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
    EXPECT_EQ(why("nonsense", oauth::token_type::access_token),
              "The subject_token is not valid: it is no access token of this issuer.");
    EXPECT_TRUE(holds(why("nonsense", jwt), "three parts")) << why("nonsense", jwt);
    EXPECT_TRUE(holds(why(f.workload_jwt({{"iss", "https://a.example"}}), jwt), "none of trusted_issuers"));
    EXPECT_TRUE(holds(why(f.workload_jwt({{"aud", "https://a.example"}}), jwt), "its aud names none of"));
    EXPECT_TRUE(holds(why(f.workload_jwt({{"exp", f.at->now() - 1}}), jwt), "its exp is missing or past"));
    EXPECT_TRUE(holds(why(f.workload_jwt({{"nbf", f.at->now() + 9}}), jwt), "its nbf is to come"));
    EXPECT_TRUE(holds(why(f.workload_jwt({{"sub", nullptr}}), jwt), "its sub is missing"));
    const auto changed = f.workload_jwt();
    EXPECT_TRUE(holds(why(changed.substr(0, changed.rfind('.') + 1), jwt), "signature does not verify"));
    EXPECT_TRUE(holds(why(std::string(tokens.string_at("refresh_token")), oauth::token_type::refresh_token),
                      "refresh token of another client"));
    EXPECT_TRUE(
        holds(why(std::string(tokens.string_at("access_token")), oauth::token_type::id_token), "no ID Token"));
    const std::string token(tokens.string_at("access_token"));
    EXPECT_TRUE(f.at->advance(3600));
    EXPECT_TRUE(holds(why(token, oauth::token_type::access_token), "it has expired"));
    f.post("/revoke", {{"token", token}}, f.basic);
    EXPECT_TRUE(holds(why(token, oauth::token_type::access_token), "it is revoked"));
}

// Any JWT of this issuer verifies with its keys; an access token must not pass for an ID Token, which has no scope.
TEST(TokenExchange, OnlyAnIdTokenPassesForAnIdToken) {
    grants_flow f;
    const std::string jwt(oauth::token_type::jwt);
    const std::string token(f.tokens({{"scope", "openid"}}).string_at("access_token"));
    const std::string narrow(f.exchange(token, {{"requested_token_type", jwt}}).string_at("access_token"));
    const oauth::form as_id_token{{"subject_token_type", std::string(oauth::token_type::id_token)},
                                  {"scope", "user:read"}};
    EXPECT_EQ(f.exchange(narrow, as_id_token).string_at("error"), "invalid_request");
    EXPECT_FALSE(f.exchange(narrow, {{"subject_token_type", jwt}}).string_at("access_token").empty());
    f.post("/revoke", {{"token", narrow}}, oauth::format_basic("api", "api-secret"));
    EXPECT_EQ(f.exchange(narrow, {{"subject_token_type", jwt}}).string_at("error"), "invalid_request") << "revoked";
}

TEST(TokenExchange, AJwtForSomebodyElseIsRefused) {
    grants_flow f;
    const std::string jwt(oauth::token_type::jwt);
    const auto error = [&](const json::value& aud) {
        return std::string(
            f.exchange(f.workload_jwt({{"aud", aud}}), {{"subject_token_type", jwt}}).string_at("error"));
    };
    EXPECT_EQ(error("https://another.example"), "invalid_request");
    EXPECT_EQ(error(f.at->url()), "");
    EXPECT_EQ(error(json::array{"https://another.example", "api"}), "") << "the client is one of them";
}

TEST(TokenExchange, DelegationNamesTheActorsAndObeysMayAct) {
    grants_flow f;
    const std::string jwt(oauth::token_type::jwt);
    const std::string user(f.tokens().string_at("access_token"));
    const oauth::form by_robot{{"actor_token", f.workload_jwt({{"sub", "robot"}})},
                               {"actor_token_type", jwt},
                               {"requested_token_type", jwt}};
    const auto once = f.exchange(user, by_robot);
    EXPECT_EQ(once.string_at("issued_token_type"), jwt);
    const auto claims = claims_of(once.string_at("access_token"));
    EXPECT_EQ(json::format(*claims.find("act")), R"({"sub":"robot"})");
    const auto twice = f.exchange(std::string(once.string_at("access_token")),
                                  {{"actor_token", f.workload_jwt({{"sub", "second"}})}, {"actor_token_type", jwt}});
    EXPECT_EQ(json::format(*f.introspect(std::string(twice.string_at("access_token"))).find("act")),
              R"({"sub":"second","act":{"sub":"robot"}})");
    const auto limited = f.workload_jwt({{"may_act", json::object{{"sub", "robot"}}}});
    EXPECT_EQ(f.exchange(limited, {{"subject_token_type", jwt}}).string_at("error"), "invalid_request")
        << "the client api is not robot";
    auto allowed = by_robot;
    allowed.set("subject_token_type", jwt);
    EXPECT_FALSE(f.exchange(limited, allowed).string_at("access_token").empty());
}

// RFC 8693 §4.4: "the combination of the two claims "iss" and "sub" are sometimes necessary to uniquely identify an
// authorized actor".
TEST(TokenExchange, MayActNamesTheIssuerOfTheActor) {
    grants_flow f(json::array{}, json::object{{"ada", "ada"}, {"robot", "grace"}});
    const std::string jwt(oauth::token_type::jwt);
    const auto error = [&](const json::object& may_act, const oauth::form& actor) {
        oauth::form p{{"subject_token_type", jwt}};
        for (const auto& [name, value] : actor.fields) p.append(name, value);
        return std::string(f.exchange(f.workload_jwt({{"may_act", may_act}}), p).string_at("error"));
    };
    const std::string there = "https://workloads.example";
    const oauth::form robot{{"actor_token", f.workload_jwt({{"sub", "robot"}})}, {"actor_token_type", jwt}};
    EXPECT_EQ(error({{"sub", "robot"}, {"iss", there}}, robot), "") << "whoever it stands for here";
    EXPECT_EQ(error({{"sub", "robot"}, {"iss", f.at->url()}}, robot), "invalid_request");
    EXPECT_EQ(error({{"sub", "robot"}, {"iss", 1}}, robot), "invalid_request");
    EXPECT_EQ(error({{"sub", f.at->find_user("grace")->sub}, {"iss", there}}, robot), "invalid_request");
    EXPECT_EQ(error({{"sub", f.at->find_user("grace")->sub}}, robot), "") << "no issuer is named";
    const oauth::form user{
        {"actor_token", std::string(f.tokens({{"assay_user", "grace"}}).string_at("access_token"))},
        {"actor_token_type", std::string(oauth::token_type::access_token)}};
    EXPECT_EQ(error({{"sub", f.at->find_user("grace")->sub}, {"iss", f.at->url()}}, user), "");
    EXPECT_EQ(error({{"sub", f.at->find_user("grace")->sub}, {"iss", there}}, user), "invalid_request");
    EXPECT_EQ(error({{"sub", "api"}, {"iss", f.at->url()}}, {}), "") << "the client itself acts";
    EXPECT_EQ(error({{"sub", "api"}, {"iss", there}}, {}), "invalid_request");
}

TEST(TokenExchange, LivesNoLongerThanItsSubjectTokenAndCanBeAnIdToken) {
    grants_flow f;
    EXPECT_TRUE(f.at->freeze(1'800'000'000));
    const auto first = f.tokens();
    EXPECT_TRUE(f.at->advance(3000));
    const std::string token(first.string_at("access_token"));
    EXPECT_EQ(f.exchange(token).find("expires_in")->as_integer(), 600);
    const auto id = f.exchange(token, {{"requested_token_type", std::string(oauth::token_type::id_token)}});
    EXPECT_EQ(id.string_at("token_type"), "N_A") << "RFC 8693 §2.2.1";
    const auto claims = claims_of(id.string_at("access_token"));
    EXPECT_EQ(claims.string_at("aud"), "api");
    EXPECT_EQ(claims.find("exp")->as_integer(), 1'800'003'600) << "that of the subject_token";
    EXPECT_EQ(id.find("expires_in")->as_integer(), 600);
    EXPECT_EQ(claims.find("auth_time")->as_integer(), 1'800'000'000) << "nobody signed in again";
    const auto back = f.exchange(std::string(first.string_at("id_token")),
                                 {{"subject_token_type", std::string(oauth::token_type::id_token)}});
    EXPECT_FALSE(back.string_at("access_token").empty()) << json::format(back);
}

TEST(JwtBearer, AWorkloadGetsATokenForItsSubject) {
    grants_flow f;
    const auto tokens = f.bear(f.workload_jwt(), {{"scope", "user:read"}});
    ASSERT_FALSE(tokens.string_at("access_token").empty()) << json::format(tokens);
    EXPECT_EQ(tokens.string_at("scope"), "user:read");
    EXPECT_EQ(tokens.find("refresh_token"), nullptr);
    EXPECT_EQ(f.get("/resource", std::string(tokens.string_at("access_token"))).status, 200) << "a user's token";
    const auto robot =
        f.bear(f.workload_jwt({{"sub", "system:serviceaccount:default:robot"}}), {{"scope", "user:read"}});
    EXPECT_EQ(f.get("/resource", std::string(robot.string_at("access_token"))).status, 401) << "nobody's token";
}

TEST(JwtBearer, EachClaimCounts) {
    grants_flow f;
    const auto error = [&](const json::object& changes) {
        return std::string(f.bear(f.workload_jwt(changes)).string_at("error"));
    };
    const auto now = f.at->now();
    EXPECT_EQ(error({{"iss", "https://stranger.example"}}), "invalid_grant");
    EXPECT_EQ(error({{"sub", nullptr}}), "invalid_grant");
    EXPECT_EQ(error({{"aud", "https://elsewhere.example"}}), "invalid_grant");
    EXPECT_EQ(error({{"exp", now - 60}}), "invalid_grant");
    EXPECT_EQ(error({{"nbf", now + 60}}), "invalid_grant");
    EXPECT_EQ(error({{"iat", now - 100'000}}), "invalid_grant");
    EXPECT_EQ(error({{"jti", "twice"}}), "");
    EXPECT_EQ(error({{"jti", "twice"}}), "invalid_grant");
    EXPECT_EQ(f.bear("no JWT").string_at("error"), "invalid_grant");
    EXPECT_EQ(f.bear("").string_at("error"), "invalid_request");
}

TEST(JwtBearer, ConfiguredSubjectsStandForTheirUsersAndNoOtherIsAccepted) {
    grants_flow f(json::array{}, json::object{{"robot", "grace"}});
    const auto tokens = f.bear(f.workload_jwt({{"sub", "robot"}}), {{"scope", "openid"}});
    EXPECT_EQ(flow::body_of(f.get("/userinfo", std::string(tokens.string_at("access_token")))).string_at("sub"),
              f.at->find_user("grace")->sub);
    EXPECT_EQ(f.bear(f.workload_jwt()).string_at("error"), "invalid_grant") << "ada is no subject of it";
}

TEST(TrustedIssuer, AMistakeIsNamed) {
    const auto message = [](const json::object& v) {
        const auto read = trusted_issuer_from_json(v);
        return read ? std::string{} : read.error().message;
    };
    EXPECT_NE(message({{"jwks_uri", "http://a/"}}).find("needs 'issuer'"), std::string::npos);
    EXPECT_NE(message({{"issuer", "a"}}).find("jwks or jwks_uri"), std::string::npos);
    EXPECT_NE(message({{"issuer", "a"}, {"jwks_uri", "file:///etc/passwd"}}).find("http or https"),
              std::string::npos);
    EXPECT_NE(message({{"issuer", "a"}, {"jwk", 1}}).find("jwks"), std::string::npos) << "the nearest name";
}

}  // namespace
}  // namespace assay::mock
