// Signatures: RFC 7515 appendix A, RFC 8037 appendix A, tokens of two other implementations, and forgeries.
#include <string>

#include <gtest/gtest.h>

#include "oauth/base64url.hpp"
#include "oauth/jwt.hpp"
#include "tests/oauth/vectors.hpp"

namespace assay::oauth {
namespace {

const std::vector<jws_alg> all_algs{jws_alg::HS256, jws_alg::RS256, jws_alg::PS256,
                                    jws_alg::ES256, jws_alg::EdDSA, jws_alg::none};

jwk key_of(std::string_view text) {
    auto key = jwk::from_json(json::parse(text).value_or(json::value()));
    EXPECT_TRUE(key) << (key ? "" : key.error().text());
    return key ? *key : jwk::from_secret("did not parse");
}

jws_parts parts_of(std::string_view token) {
    auto parts = parse_jws(token);
    EXPECT_TRUE(parts) << (parts ? "" : parts.error().text());
    return parts ? *parts : jws_parts{};
}

bool verifies(std::string_view token, const jwk& key) {
    return verify_jws(parts_of(token), key, all_algs).has_value();
}

// The token with its signature replaced.
std::string with_signature(std::string_view token, std::string_view raw) {
    return std::string(token.substr(0, token.rfind('.') + 1)) + base64url_encode(raw);
}

errc parse_error(std::string_view token) {
    const auto parts = parse_jws(token);
    EXPECT_FALSE(parts) << token.substr(0, 200);
    return parts ? errc::usage : parts.error().code;
}

std::string token_with_header(std::string_view header) {
    return base64url_encode(header) + ".e30.AA";
}

TEST(jws_vectors, the_tokens_of_rfc7515_verify) {
    EXPECT_TRUE(verifies(vectors::rfc7515_a1_token, key_of(vectors::rfc7515_a1_key)));
    EXPECT_TRUE(verifies(vectors::rfc7515_a2_token, key_of(vectors::rfc7515_a2_key)));
    EXPECT_TRUE(verifies(vectors::rfc7515_a3_token, key_of(vectors::rfc7515_a3_key)));
    EXPECT_TRUE(verifies(vectors::rfc8037_token, key_of(vectors::rfc8037_key)));
    EXPECT_EQ(parts_of(vectors::rfc7515_a1_token).payload,
              "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
}

// HS256, RS256 and EdDSA are deterministic: our own signature must be the RFC's, byte for byte.
TEST(jws_vectors, signing_reproduces_the_tokens_of_the_rfcs) {
    const std::pair<std::string_view, std::string_view> deterministic[] = {
        {vectors::rfc7515_a1_key, vectors::rfc7515_a1_token},
        {vectors::rfc7515_a2_key, vectors::rfc7515_a2_token},
        {vectors::rfc8037_key, vectors::rfc8037_token}};
    for (const auto& [key, token] : deterministic) {
        const auto parts = parts_of(token);
        const auto alg = parse_alg(*parts.header.find("alg")->as_string());
        EXPECT_EQ(sign_jws(parts.header_json, parts.payload, *alg, key_of(key)).value_or(""), token);
    }
}

TEST(jws_vectors, tokens_of_other_implementations_verify) {
    for (const auto& [alg, key, token] : vectors::foreign_tokens) {
        const auto parts = parts_of(token);
        EXPECT_EQ(*parts.header.find("alg")->as_string(), alg);
        EXPECT_TRUE(verify_jws(parts, key_of(key), {*parse_alg(alg)})) << alg;
    }
}

TEST(jws_forgery, one_changed_bit_anywhere_is_refused) {
    for (const auto& [alg, key_text, token] : vectors::foreign_tokens) {
        const auto key = key_of(key_text);
        const auto good = parts_of(token);
        for (std::size_t i = 0; i < good.signature.size(); i += 7) {
            auto bad = good;
            bad.signature[i] = static_cast<char>(bad.signature[i] ^ 1);
            EXPECT_FALSE(verify_jws(bad, key, all_algs)) << alg << " signature byte " << i;
        }
        for (std::size_t i = 0; i < good.signing_input.size(); i += 31) {
            auto bad = good;
            bad.signing_input[i] = static_cast<char>(bad.signing_input[i] ^ 1);
            EXPECT_FALSE(verify_jws(bad, key, all_algs)) << alg << " input byte " << i;
        }
    }
}

TEST(jws_forgery, signatures_of_a_wrong_length_are_refused) {
    for (const auto& [alg, key_text, token] : vectors::foreign_tokens) {
        const auto key = key_of(key_text);
        const auto good = parts_of(token).signature;
        for (const auto& bad : {std::string(), good.substr(1), good.substr(0, good.size() - 1), good + '\0',
                                '\0' + good, good + good, good.substr(0, 1)})
            EXPECT_FALSE(verifies(with_signature(token, bad), key)) << alg << " " << bad.size();
        EXPECT_TRUE(verifies(with_signature(token, good), key)) << alg;
    }
}

TEST(jws_forgery, es256_takes_no_zero_no_excess_and_no_der) {
    const auto key = key_of(vectors::ec_key);
    const auto good = parts_of(vectors::go_es256).signature;
    const std::string zero(32, '\0');
    const std::string order = base64url_decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE").value_or("");
    ASSERT_EQ(order.size(), 32U);
    for (const auto& bad : {zero + zero, zero + good.substr(32), good.substr(0, 32) + zero, order + good.substr(32),
                            good.substr(0, 32) + order, std::string(64, '\xff')})
        EXPECT_FALSE(verifies(with_signature(vectors::go_es256, bad), key));
    // The same r and s as ASN.1, as X.509 would carry them.
    std::string der("\x30\x46\x02\x21\x00", 5);
    der += good.substr(0, 32) + std::string("\x02\x21\x00", 3) + good.substr(32);
    EXPECT_FALSE(verifies(with_signature(vectors::go_es256, der), key));
}

// s and n-s are both valid ECDSA; small values of r or s exercise the shortening of the DER integers.
TEST(jws_es256, verifies_what_it_signs_many_times) {
    const auto key = key_of(vectors::ec_key);
    for (int i = 0; i < 600; ++i) {
        const auto input = "message " + std::to_string(i);
        const auto signature = key.sign(jws_alg::ES256, input);
        ASSERT_TRUE(signature);
        ASSERT_EQ(signature->size(), 64U);
        ASSERT_TRUE(key.verify(jws_alg::ES256, input, *signature)) << base64url_encode(*signature);
        ASSERT_FALSE(key.verify(jws_alg::ES256, input + "x", *signature));
    }
}

TEST(jws_forgery, a_pss_salt_of_another_length_is_refused) {
    const auto key = key_of(vectors::rsa_key);
    EXPECT_TRUE(verifies(vectors::go_ps256, key));
    EXPECT_FALSE(verifies(vectors::go_ps256_salt20, key));
}

TEST(jws_forgery, one_rsa_scheme_does_not_pass_for_the_other) {
    const auto key = key_of(vectors::rsa_key);
    const auto rs = parts_of(vectors::go_rs256);
    const auto ps = parts_of(vectors::go_ps256);
    EXPECT_TRUE(key.verify(jws_alg::RS256, rs.signing_input, rs.signature));
    EXPECT_FALSE(key.verify(jws_alg::PS256, rs.signing_input, rs.signature));
    EXPECT_FALSE(key.verify(jws_alg::RS256, ps.signing_input, ps.signature));
}

TEST(jws_forgery, another_key_of_the_same_type_is_refused) {
    EXPECT_FALSE(verifies(vectors::go_rs256, key_of(vectors::rfc7515_a2_key)));
    EXPECT_FALSE(verifies(vectors::go_ps256, key_of(vectors::rfc7515_a2_key)));
    EXPECT_FALSE(verifies(vectors::go_es256, key_of(vectors::rfc7515_a3_key)));
    EXPECT_FALSE(verifies(vectors::go_eddsa, key_of(vectors::rfc8037_key)));
    EXPECT_FALSE(verifies(vectors::go_hs256, key_of(vectors::rfc7515_a1_key)));
}

TEST(jws_forgery, alg_none_never_verifies) {
    const auto key = key_of(vectors::rsa_key);
    const auto made = sign_jws(R"({"alg":"none"})", R"({"sub":"admin"})", jws_alg::none, key);
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->ends_with('.'));
    EXPECT_FALSE(verifies(*made, key));
    EXPECT_FALSE(verify_jws(parts_of(*made), jwks{{key}, 0}, all_algs));
    EXPECT_FALSE(verifies(token_with_header(R"({"alg":"nOnE"})"), key));
    EXPECT_FALSE(key.verify(jws_alg::none, "m", ""));
    // The header says none, but the signature is valid.
    const auto real = parts_of(vectors::go_rs256);
    EXPECT_FALSE(verifies(base64url_encode(R"({"alg":"none"})") + "." + base64url_encode(real.payload) + "." +
                              base64url_encode(real.signature),
                          key));
}

// RFC 8725 §2.1: the public key, which anyone can fetch, used as an HMAC secret.
TEST(jws_forgery, hs256_with_the_public_key_is_refused) {
    const auto key = key_of(vectors::rsa_key);
    const auto published = json::format(key.public_json());
    for (const auto& secret :
         {key.public_pem(), published, base64url_decode(*key.public_json().find("n")->as_string()).value_or("")}) {
        const auto attacker = jwk::from_secret(secret);
        const auto forged = sign_jws(R"({"alg":"HS256"})", R"({"sub":"admin"})", jws_alg::HS256, attacker);
        ASSERT_TRUE(forged);
        EXPECT_TRUE(verifies(*forged, attacker));
        EXPECT_FALSE(verifies(*forged, key));
        EXPECT_FALSE(verify_jws(parts_of(*forged), jwks{{key, attacker}, 0}, all_algs));
    }
}

TEST(verify_jws, accepts_only_the_listed_algorithms) {
    const auto key = key_of(vectors::rsa_key);
    EXPECT_TRUE(verify_jws(parts_of(vectors::go_rs256), key, {jws_alg::RS256}));
    EXPECT_FALSE(verify_jws(parts_of(vectors::go_rs256), key, {jws_alg::PS256}));
    const auto none = verify_jws(parts_of(vectors::go_rs256), key, {});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, errc::crypto);
    EXPECT_NE(none.error().message.find("\"RS256\""), std::string::npos) << none.error().message;
}

TEST(verify_jws, finds_its_key_in_a_set) {
    const jwks set{{key_of(vectors::rfc7515_a2_key), key_of(vectors::ec_key), key_of(vectors::rsa_key)}, 0};
    EXPECT_TRUE(verify_jws(parts_of(vectors::go_rs256), set, all_algs));
    EXPECT_TRUE(verify_jws(parts_of(vectors::go_es256), set, all_algs));
    // No kid in the header: every key that fits is tried.
    EXPECT_TRUE(verify_jws(parts_of(vectors::rfc7515_a2_token), set, all_algs));
    const auto missing = verify_jws(parts_of(vectors::go_eddsa), set, all_algs);
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("no key"), std::string::npos);
    // A kid of another key must not lead to trying all keys.
    const jwks renamed{{*jwk::from_pem(key_of(vectors::rsa_key).public_pem(), "other")}, 0};
    EXPECT_FALSE(verify_jws(parts_of(vectors::go_rs256), renamed, all_algs));
}

TEST(sign_jwt, writes_the_usual_header) {
    const auto key = key_of(vectors::okp_key);
    const auto token = sign_jwt({{"sub", "u"}, {"exp", 1}}, jws_alg::EdDSA, key);
    ASSERT_TRUE(token);
    EXPECT_EQ(parts_of(*token).header_json, R"({"typ":"JWT","alg":"EdDSA","kid":"ed"})");
    EXPECT_EQ(parts_of(*token).payload, R"({"sub":"u","exp":1})");
    EXPECT_TRUE(verifies(*token, key));
    EXPECT_EQ(parts_of(*sign_jwt({}, jws_alg::EdDSA, key, false)).header_json, R"({"typ":"JWT","alg":"EdDSA"})");
}

TEST(sign_jwt, needs_a_private_key_of_the_right_type) {
    const auto key = key_of(vectors::rsa_key);
    const auto published = jwk::from_json(json::value(key.public_json()));
    ASSERT_TRUE(published);
    EXPECT_EQ(sign_jwt({}, jws_alg::RS256, *published).error().code, errc::crypto);
    EXPECT_EQ(sign_jwt({}, jws_alg::ES256, key).error().code, errc::crypto);
    EXPECT_EQ(sign_jwt({}, jws_alg::HS256, key).error().code, errc::crypto);
}

TEST(parse_jws, refuses_what_has_not_three_strict_parts) {
    const std::string good(vectors::go_es256);
    const auto dot = good.rfind('.');
    for (const auto& token :
         {std::string(), std::string("."), std::string(".."), std::string("a.b"), good.substr(0, dot), good + ".",
          good + ".AA", "." + good, good + "=", good + " ", " " + good, good + "\n",
          good.substr(0, dot) + "=" + good.substr(dot), good.substr(0, good.size() - 1) + "+"})
        EXPECT_EQ(parse_error(token), errc::malformed) << token;
    EXPECT_EQ(parse_error(std::string(100, '.')), errc::malformed);
    EXPECT_EQ(parse_error(std::string((1U << 20U) + 1, '.')), errc::limit);
}

// 64 bytes end in a character with four unused bits: a second spelling of the same signature must be refused.
TEST(parse_jws, refuses_a_second_spelling_of_a_signature) {
    std::string twin(vectors::go_es256);
    ASSERT_NE(std::string_view("AQgw").find(twin.back()), std::string_view::npos);
    ++twin.back();
    EXPECT_EQ(parse_error(twin), errc::malformed);
}

TEST(parse_jws, wants_a_clean_header) {
    EXPECT_TRUE(parse_jws(token_with_header(R"({"alg":"RS256"})")));
    for (const std::string_view header :
         {"", "{}", "[]", "null", "\"x\"", "{\"alg\":1}", "{\"alg\":null}", "{\"alg\":\"RS256\"",
          "{\"alg\":\"RS256\"} x", "\xef\xbb\xbf{\"alg\":\"RS256\"}", "{\"alg\":\"RS256\",\"alg\":\"none\"}",
          "{\"alg\":\"RS256\",\"kid\":7}", "{\"alg\":\"\xff\"}"})
        EXPECT_EQ(parse_error(token_with_header(header)), errc::malformed) << header;
}

TEST(parse_jws, refuses_what_is_critical_and_unknown) {
    for (const std::string_view header :
         {R"({"alg":"RS256","crit":["x"],"x":1})", R"({"alg":"RS256","crit":["b64"],"b64":false})",
          R"({"alg":"RS256","crit":[]})", R"({"alg":"RS256","crit":"x"})"})
        EXPECT_EQ(parse_error(token_with_header(header)), errc::unsupported) << header;
}

}  // namespace
}  // namespace assay::oauth
