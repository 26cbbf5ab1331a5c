// The algorithms and keys of ID Tokens, JWT access tokens and UserInfo, by issuer and by client.
#include <fmt/format.h>

#include "mock_server/control/control.hpp"
#include "oauth/jwt.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using oauth::jws_alg;
using testing::flow;

constexpr const char* algs[] = {"RS256", "PS256", "ES256", "EdDSA"};

void set_member(flow& f, const std::string& name, const std::string& value) {
    auto web = *f.at->find_client("web");
    web.metadata.set(name, value);
    f.at->put_client(std::move(web));
}

oauth::jwks published(flow& f) {
    return *oauth::parse_jwks(flow::body_of(f.get(testing::path_in(f.at->speaks(), "jwks"))));
}

http::response register_client(flow& f, const std::string& document) {
    http::request r;
    r.method = "POST";
    r.target = testing::path_in(f.at->speaks(), "register");
    r.head.append("Content-Type", "application/json");
    r.body = document;
    return f.send(std::move(r));
}

TEST(Signing, EachAlgorithmThatIsAdvertisedSignsForTheClientThatRegisteredIt) {
    flow f("strict");
    const auto metadata = flow::body_of(f.get("/.well-known/openid-configuration"));
    EXPECT_EQ(json::format(*metadata.find("id_token_signing_alg_values_supported")),
              R"(["RS256","PS256","ES256","EdDSA"])");
    const auto keys = published(f);
    ASSERT_EQ(keys.keys.size(), 4U);
    for (const std::string alg : algs) {
        set_member(f, "id_token_signed_response_alg", alg);
        const auto tokens = f.tokens();
        const auto parts = oauth::parse_jws(tokens.string_at("id_token"));
        ASSERT_TRUE(parts) << alg;
        EXPECT_EQ(json::value(parts->header).string_at("alg"), alg);
        EXPECT_TRUE(oauth::verify_jws(*parts, keys, {*oauth::parse_alg(alg)})) << alg;
        const auto claims = json::parse(parts->payload).value();
        oauth::id_token_expectations want;
        want.iss = f.at->url();
        want.client_id = "web";
        want.now = f.at->now();
        want.access_token = tokens.string_at("access_token");
        want.alg = *oauth::parse_alg(alg);
        for (const auto& finding : oauth::judge_id_token(*claims.as_object(), want))
            ADD_FAILURE() << alg << ": " << finding.claim << " " << finding.actual;
    }
}

TEST(Signing, NoTwoAlgorithmsShareAKeyOrItsId) {
    flow f("strict");
    const auto keys = published(f);
    for (std::size_t a = 0; a < keys.keys.size(); ++a) {
        for (std::size_t b = a + 1; b < keys.keys.size(); ++b) {
            EXPECT_NE(keys.keys[a].kid(), keys.keys[b].kid());
            EXPECT_NE(keys.keys[a].thumbprint(), keys.keys[b].thumbprint());
        }
    }
}

TEST(Signing, JwtAccessTokensAreSignedLikeIdTokensAndAcceptedBack) {
    flow f("strict");
    auto web = *f.at->find_client("web");
    web.access_token_format = "jwt";
    web.metadata.set("id_token_signed_response_alg", "ES256");
    f.at->put_client(std::move(web));
    const std::string token(f.tokens().string_at("access_token"));
    const auto parts = oauth::parse_jws(token);
    ASSERT_TRUE(parts);
    EXPECT_EQ(json::value(parts->header).string_at("alg"), "ES256");
    EXPECT_EQ(f.get("/userinfo", token).status, 200);
    f.at->rotate_key(true);
    EXPECT_EQ(f.get("/userinfo", token).status, 200) << "the key before is published still";
    f.at->rotate_key(false);
    EXPECT_EQ(f.get("/userinfo", token).status, 401);
}

TEST(Signing, UserInfoIsAJwtForTheClientThatRegisteredIt) {
    flow f("strict");
    const std::string token(f.tokens().string_at("access_token"));
    EXPECT_EQ(f.get("/userinfo", token).head.value("content-type"), "application/json");
    set_member(f, "userinfo_signed_response_alg", "EdDSA");
    const auto got = f.get("/userinfo", token);
    EXPECT_EQ(got.head.value("content-type"), "application/jwt");
    const auto parts = oauth::parse_jws(got.body);
    ASSERT_TRUE(parts) << got.body;
    EXPECT_TRUE(oauth::verify_jws(*parts, published(f), {jws_alg::EdDSA}));
    const auto claims = json::parse(parts->payload).value();
    EXPECT_EQ(claims.string_at("iss"), f.at->url());
    EXPECT_EQ(claims.string_at("aud"), "web");
    EXPECT_EQ(claims.string_at("email"), "ada@example.com");
}

TEST(Signing, WhatIsNotSignedWithIsNotRegistered) {
    flow f("strict");
    for (const auto* member : {"id_token_signed_response_alg", "userinfo_signed_response_alg"}) {
        const auto document = [&](const char* alg) {
            return fmt::format(R"({{"redirect_uris":["https://a.example/cb"],"{}":"{}"}})", member, alg);
        };
        for (const auto* alg : {"none", "HS256", "RS512", "rs256"}) {
            const auto refused = register_client(f, document(alg));
            EXPECT_EQ(refused.status, 400) << alg;
            EXPECT_EQ(flow::body_of(refused).string_at("error"), "invalid_client_metadata") << alg;
        }
        const auto kept = register_client(f, document("PS256"));
        EXPECT_EQ(kept.status, 201);
        EXPECT_EQ(flow::body_of(kept).string_at(member), "PS256");
    }
}

TEST(Signing, AnIssuerIsMadeForTheAlgorithmsItIsAskedFor) {
    flow f("strict");
    const auto call = [&](const std::string& body) {
        http::request r;
        r.method = "POST";
        r.target = "/issuers";
        r.body = body;
        return std::get<http::write_response>(handle_control(f.core, r).front().what).r;
    };
    EXPECT_EQ(call(R"({"name":"es","signing_algs":["ES256","RS256"]})").status, 201);
    const auto es = f.core.find("es");
    EXPECT_EQ(es->signing_algs().front(), "ES256");
    EXPECT_EQ(es->published_keys().size(), 2U);
    EXPECT_EQ(call(R"({"name":"big","rsa_bits":3072})").status, 201);
    EXPECT_EQ(
        call(R"({"name":"x","rsa_bits":2000})").body.find("rsa_bits must be 2048, 3072, 4096") == std::string::npos,
        false);
    const auto wrong = call(R"({"name":"x","signing_algs":["RS265"]})");
    EXPECT_EQ(wrong.status, 400);
    EXPECT_NE(wrong.body.find("did you mean 'RS256'"), std::string::npos) << wrong.body;
    // polar's kid is the same for all algorithms.
    EXPECT_EQ(call(R"({"name":"two","dialect":"polar","signing_algs":["RS256","ES256"]})").status, 201);
    const auto keys = f.core.find("two")->published_keys();
    EXPECT_EQ(keys.front().key.kid(), "polar_dev");
    EXPECT_EQ(keys.back().key.kid(), "polar_dev-es256");
}

TEST(Signing, AnIssuerSignsWithAnyAlgorithmThereIs) {
    flow f("strict");
    for (const auto& alg : oauth::asymmetric_alg_names()) {
        issuer_request wanted;
        wanted.name = alg;
        wanted.signing_algs = {alg};
        ASSERT_TRUE(f.core.create(std::move(wanted))) << alg;
        const auto at = f.core.find(alg);
        const auto keys = at->published_keys();
        ASSERT_EQ(keys.size(), 1U) << alg;
        EXPECT_TRUE(keys.front().key.fits(*oauth::parse_alg(alg))) << alg;
        EXPECT_EQ(keys.front().key.kid().find("assay-"), 0U) << keys.front().key.kid();
    }
}

TEST(Signing, RsaKeysHaveTheSizeThatWasAskedFor) {
    flow f("strict");
    for (const int bits : rsa_sizes) {
        for (const std::string alg : {"RS256", "PS512"}) {
            issuer_request wanted;
            wanted.name = fmt::format("{}-{}", alg, bits);
            wanted.signing_algs = {alg};
            wanted.rsa_bits = bits;
            ASSERT_TRUE(f.core.create(std::move(wanted)));
            const auto at = f.core.find(fmt::format("{}-{}", alg, bits));
            for (int rotation = 0; rotation < 3; ++rotation) {
                const auto key = at->signing_key(alg);
                EXPECT_EQ(key.sign(*oauth::parse_alg(alg), "x")->size(), static_cast<std::size_t>(bits / 8));
                at->rotate_key(false);
            }
        }
    }
}

TEST(Signing, AcrAnswersWhatWasAskedFor) {
    flow f("strict");
    const auto acr_of = [&](const oauth::form& p) {
        const auto parts = oauth::parse_jws(f.tokens(p).string_at("id_token"));
        const auto claims = parts ? json::parse(parts->payload).value() : json::value();
        return std::string(claims.string_at("acr"));
    };
    const std::string silver = "urn:mace:incommon:iap:silver";
    const std::string bronze = "urn:mace:incommon:iap:bronze";
    EXPECT_EQ(acr_of({}), "");
    EXPECT_EQ(acr_of({{"acr_values", "urn:x " + silver}}), silver);
    EXPECT_EQ(acr_of({{"acr_values", "urn:x"}}), bronze) << "asked for, not demanded";
    EXPECT_EQ(
        acr_of({{"claims",
                 R"({"id_token":{"acr":{"essential":true,"values":["urn:x","urn:mace:incommon:iap:silver"]}}})"}}),
        silver);
    const auto back = f.authorize({{"claims", R"({"id_token":{"acr":{"essential":true,"values":["urn:x"]}}})"}});
    EXPECT_EQ(back.value("error"), "unmet_authentication_requirements");
}

TEST(Consent, OnceWithdrawnTokensOfItEnd) {
    flow f("strict");
    const auto tokens = f.tokens();
    const auto others = f.tokens({{"assay_user", "grace"}});
    const std::string access(tokens.string_at("access_token"));
    EXPECT_TRUE(f.at->tokens.withdraw_consent("web", f.at->find_user("ada")->sub, true));
    EXPECT_EQ(f.get("/userinfo", access).status, 401);
    EXPECT_EQ(f.get("/userinfo", std::string(others.string_at("access_token"))).status, 200);
    const oauth::form again{{"grant_type", "refresh_token"},
                            {"refresh_token", std::string(tokens.string_at("refresh_token"))}};
    const auto refused = f.post("/token", again, f.basic);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(flow::body_of(refused).string_at("error"), "invalid_grant");
    EXPECT_FALSE(f.at->tokens.consent("web", f.at->find_user("ada")->sub, ""));
}

}  // namespace
}  // namespace assay::mock
