// The verifier: what it accepts, what it refuses and why, and that it agrees with parse_jws() and verify_jws().
#include "oauth/verifier.hpp"

#include <string>

#include <gtest/gtest.h>

#include "oauth/base64url.hpp"
#include "oauth/jwt.hpp"
#include "tests/oauth/vectors.hpp"

namespace assay::oauth {
namespace {

constexpr std::int64_t now = 1767225700;

jwk key_of(std::string_view text) {
    return *jwk::from_json(*json::parse(text));
}

json::object good_claims() {
    return {{"iss", "https://issuer.example"},
            {"sub", "user-1"},
            {"aud", "client-1"},
            {"exp", std::int64_t{now + 60}},
            {"iat", now}};
}

verifier_options expecting(std::vector<jws_alg> accepted) {
    verifier_options o;
    o.iss = "https://issuer.example";
    o.audience = "client-1";
    o.accepted = std::move(accepted);
    return o;
}

std::string token_of(const json::object& claims, jws_alg alg, const jwk& key) {
    return sign_jwt(claims, alg, key).value_or("");
}

std::string where_refused(const json::object& c) {
    const auto key = key_of(vectors::ec_key);
    const verifier v(key, expecting({jws_alg::ES256}));
    claims who;
    const auto ok = v.verify(token_of(c, jws_alg::ES256, key), now, who);
    return ok ? "" : ok.error().where;
}

TEST(verifier, takes_the_tokens_of_other_implementations) {
    for (const auto& [alg, key, token] : vectors::foreign_tokens) {
        const verifier v(key_of(key), expecting({*parse_alg(alg)}));
        claims who;
        for (int again = 0; again < 3; ++again) {
            const auto ok = v.verify(token, now, who);
            ASSERT_TRUE(ok) << alg << ": " << ok.error().text();
            EXPECT_EQ(who.text("sub"), "user-1");
        }
    }
}

TEST(verifier, refuses_every_damaged_token_that_the_plain_way_refuses) {
    for (const auto& [alg_text, key_text, token] : vectors::foreign_tokens) {
        const auto alg = *parse_alg(alg_text);
        const auto key = key_of(key_text);
        const verifier v(key, expecting({alg}));
        claims who;
        ASSERT_TRUE(v.verify(token, now, who));
        for (std::size_t i = 0; i < token.size(); i += 7) {
            for (const char c : {'A', 'B', '.', '=', '+', ' '}) {
                auto damaged = std::string(token);
                if (damaged[i] == c) continue;
                damaged[i] = c;
                const auto parts = parse_jws(damaged);
                ASSERT_FALSE(parts && verify_jws(*parts, key, {alg})) << damaged;
                EXPECT_FALSE(v.verify(damaged, now, who)) << damaged;
            }
        }
    }
}

// RFC 4648 §3.5, RFC 7515 §2: a signature must have only one spelling.
TEST(verifier, refuses_other_spellings_of_a_good_signature) {
    const auto key = key_of(vectors::ec_key);
    const verifier v(key, expecting({jws_alg::ES256}));
    const std::string token(vectors::go_es256);
    claims who;
    ASSERT_TRUE(v.verify(token, now, who));
    auto unused_bits = token;  // 64 bytes leave four unused bits in the last character
    unused_bits.back() = unused_bits.back() == 'A' ? 'B' : static_cast<char>(unused_bits.back() + 1);
    for (const auto& other :
         {unused_bits, token + "=", token + "==", token + "A", token + "AA", token + "\n", " " + token,
          token.substr(0, token.size() - 1), token + ".", token + ".A", token.substr(0, token.rfind('.')),
          token.substr(0, token.rfind('.') + 1), std::string("."), std::string(".."), std::string("...")}) {
        EXPECT_FALSE(v.verify(other, now, who)) << other;
    }
}

TEST(verifier, names_the_claim_that_does_not_hold) {
    EXPECT_EQ(where_refused(good_claims()), "");
    const auto with = [](const char* name, json::value v) {
        auto c = good_claims();
        c.set(name, std::move(v));
        return c;
    };
    const auto without = [](const char* name) {
        auto c = good_claims();
        c.erase(name);
        return c;
    };
    EXPECT_EQ(where_refused(with("iss", "https://other.example")), "claim iss");
    EXPECT_EQ(where_refused(without("iss")), "claim iss");
    EXPECT_EQ(where_refused(with("aud", "client-2")), "claim aud");
    EXPECT_EQ(where_refused(with("aud", json::array{"client-2", "client-1"})), "");
    EXPECT_EQ(where_refused(with("exp", now)), "claim exp");
    EXPECT_EQ(where_refused(with("exp", now + 1)), "");
    EXPECT_EQ(where_refused(without("exp")), "claim exp");
    EXPECT_EQ(where_refused(with("exp", std::to_string(now + 60))), "claim exp");
    EXPECT_EQ(where_refused(with("nbf", now + 1)), "claim nbf");
    EXPECT_EQ(where_refused(with("nbf", now)), "");
    EXPECT_EQ(where_refused(with("iat", now + 1)), "claim iat");
    EXPECT_EQ(where_refused(with("iat", nullptr)), "claim iat");
    auto twice = good_claims();
    twice.append("sub", "mallory");
    EXPECT_EQ(where_refused(twice), "claim sub");
}

TEST(verifier, chooses_keys_as_the_jwk_set_does) {
    jwks set;
    set.keys = {*jwk::generate(jws_alg::ES256, "other"), key_of(vectors::ec_key), key_of(vectors::rsa_key)};
    const verifier v(set, expecting({jws_alg::ES256, jws_alg::RS256}));
    claims who;
    EXPECT_TRUE(v.verify(vectors::go_es256, now, who));
    EXPECT_TRUE(v.verify(vectors::go_rs256, now, who));
    // alg not accepted, unknown kid, none, a secret in a published set.
    EXPECT_FALSE(v.verify(vectors::go_ps256, now, who));
    const auto stranger = token_of(good_claims(), jws_alg::ES256, *jwk::generate(jws_alg::ES256, "unknown"));
    const auto unknown = v.verify(stranger, now, who);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().message.find("no key fits"), std::string::npos) << unknown.error().text();
    EXPECT_FALSE(v.verify(vectors::go_hs256, now, who));
    const auto none =
        base64url_encode(R"({"alg":"none"})") + "." + base64url_encode(json::format(good_claims())) + ".";
    EXPECT_FALSE(v.verify(none, now, who));
    const auto critical = sign_jws(R"({"alg":"ES256","kid":"ec","crit":["x"],"x":1})", json::format(good_claims()),
                                   jws_alg::ES256, key_of(vectors::ec_key));
    const auto refused = v.verify(*critical, now, who);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::unsupported);
}

// RFC 8725 §3.1: a public key must not be used as a secret.
TEST(verifier, refuses_hs256_with_the_public_key_as_its_secret) {
    const auto key = key_of(vectors::rsa_key);
    auto options = expecting({jws_alg::RS256, jws_alg::HS256});
    jwks set;
    set.keys = {key};
    const verifier one(key, options);
    const verifier many(set, options);
    const auto forged = token_of(good_claims(), jws_alg::HS256, jwk::from_secret(key.public_pem(), key.kid()));
    claims who;
    EXPECT_FALSE(one.verify(forged, now, who));
    EXPECT_FALSE(many.verify(forged, now, who));
}

TEST(verifier, holds_to_its_limit) {
    auto options = expecting({jws_alg::ES256});
    options.token_bytes_max = 100;
    const verifier v(key_of(vectors::ec_key), options);
    claims who;
    const auto long_one = v.verify(vectors::go_es256, now, who);
    ASSERT_FALSE(long_one);
    EXPECT_EQ(long_one.error().code, errc::limit);
}

// More headers than slots: those without a slot are parsed each time, with the same result.
TEST(verifier, headers_beyond_its_cache_are_read_all_the_same) {
    const auto key = key_of(vectors::oct_key);
    const verifier v(key, expecting({jws_alg::HS256}));
    claims who;
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 200; ++i) {
            const auto header = R"({"alg":"HS256","kid":"oct","n":)" + std::to_string(i) + "}";
            const auto token = sign_jws(header, json::format(good_claims()), jws_alg::HS256, key);
            EXPECT_TRUE(v.verify(*token, now, who)) << i;
            EXPECT_FALSE(v.verify(*token + "x", now, who)) << i;
        }
    }
}

TEST(verifier, a_batch_is_judged_token_by_token) {
    const auto key = key_of(vectors::oct_key);
    const verifier v(key, expecting({jws_alg::HS256}));
    std::vector<std::string> texts;
    for (int i = 0; i < 1000; ++i) {
        auto c = good_claims();
        c.set("sub", std::to_string(i));
        if (i % 10 == 3) c.set("exp", now - 1);
        texts.push_back(token_of(c, jws_alg::HS256, key));
    }
    const std::vector<std::string_view> tokens(texts.begin(), texts.end());
    std::vector<verdict> verdicts(tokens.size());
    for (const unsigned threads : {1U, 4U, 0U}) {
        v.verify_all(tokens, now, verdicts, threads);
        for (std::size_t i = 0; i < verdicts.size(); ++i) {
            ASSERT_EQ(verdicts[i].refused.has_value(), i % 10 == 3) << i;
            EXPECT_EQ(verdicts[i].who.text("sub"), std::to_string(i));
        }
    }
    v.verify_all({}, now, verdicts);
}

}  // namespace
}  // namespace assay::oauth
