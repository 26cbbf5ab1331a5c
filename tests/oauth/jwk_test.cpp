// Keys: RFC 7517 appendix A, thumbprints of RFC 7638 and RFC 8037, and keys that must be refused.
#include "oauth/jwk.hpp"

#include <string>

#include <gtest/gtest.h>

#include "oauth/base64url.hpp"
#include "tests/oauth/vectors.hpp"

namespace assay::oauth {
namespace {

json::value document(std::string_view text) {
    return json::parse(text).value_or(json::value());
}

jwk key_of(std::string_view text) {
    auto key = jwk::from_json(document(text));
    EXPECT_TRUE(key) << (key ? "" : key.error().text());
    return key ? *key : jwk::from_secret("did not parse");
}

// The document with one member replaced; a null removes it.
json::value changed(std::string_view text, std::string name, const json::value& v) {
    auto out = document(text);
    if (v.is_null()) {
        out.as_object()->erase(name);
    } else {
        out.as_object()->set(std::move(name), v);
    }
    return out;
}

errc refused(const json::value& v) {
    const auto key = jwk::from_json(v);
    EXPECT_FALSE(key) << json::format(v);
    return key ? errc::usage : key.error().code;
}

TEST(jwk, thumbprints_match_the_rfcs_and_another_library) {
    const auto set = parse_jwks(document(vectors::rfc7517_a1_set));
    ASSERT_TRUE(set);
    ASSERT_EQ(set->keys.size(), 2U);
    EXPECT_EQ(set->keys[1].thumbprint(), vectors::rfc7638_thumbprint);
    EXPECT_EQ(key_of(vectors::rfc8037_key).thumbprint(), vectors::rfc8037_thumbprint);
    EXPECT_EQ(key_of(vectors::rsa_key).thumbprint(), vectors::rsa_thumbprint);
    EXPECT_EQ(key_of(vectors::ec_key).thumbprint(), vectors::ec_thumbprint);
    EXPECT_EQ(key_of(vectors::okp_key).thumbprint(), vectors::okp_thumbprint);
}

TEST(jwk, reads_what_a_key_says_of_itself) {
    const auto set = parse_jwks(document(vectors::rfc7517_a1_set));
    ASSERT_TRUE(set);
    EXPECT_EQ(set->keys[0].kty(), "EC");
    EXPECT_EQ(set->keys[0].use(), "enc");
    EXPECT_EQ(set->keys[0].kid(), "1");
    EXPECT_EQ(set->keys[1].kid(), "2011-04-29");
    EXPECT_EQ(set->keys[1].alg(), "RS256");
    EXPECT_FALSE(set->keys[1].is_private());
    EXPECT_TRUE(key_of(vectors::rfc7515_a2_key).is_private());
}

TEST(jwk, publishes_public_members_only_and_in_order) {
    for (const auto key : {vectors::rsa_key, vectors::ec_key, vectors::okp_key}) {
        const auto made = key_of(key).public_json();
        for (const auto* secret : {"d", "p", "q", "dp", "dq", "qi", "k"})
            EXPECT_EQ(made.find(secret), nullptr) << secret;
        for (const auto& m : made.members) EXPECT_EQ(m.v, *document(key).find(m.name)) << m.name;
    }
    const auto set = parse_jwks(document(vectors::rfc7517_a1_set));
    const auto names = [](const json::object& o) {
        std::string out;
        for (const auto& m : o.members) out += m.name + " ";
        return out;
    };
    EXPECT_EQ(names(set->keys[0].public_json()), "kty crv x y kid use ");
    EXPECT_EQ(names(set->keys[1].public_json()), "kty n e kid alg ");
    EXPECT_EQ(names(key_of(vectors::okp_key).public_json()), "kty crv x kid ");
    EXPECT_TRUE(key_of(vectors::oct_key).public_json().empty());
    EXPECT_TRUE(key_of(vectors::oct_key).public_pem().empty());
}

TEST(jwk, writes_a_private_ec_key_that_signs_for_the_same_public_one) {
    for (int n = 0; n < 300; ++n) {  // one key in 256 has a d that begins with a zero byte
        const auto key = jwk::generate(jws_alg::ES256, "k").value();
        const auto written = key.private_json();
        ASSERT_TRUE(written) << written.error().text();
        const auto bytes = base64url_decode(json::value(*written).string_at("d"));
        ASSERT_TRUE(bytes);
        EXPECT_EQ(bytes->size(), 32U);
        const auto again = jwk::from_json(*written).value();
        EXPECT_EQ(again.thumbprint(), key.thumbprint());
        EXPECT_TRUE(key.verify(jws_alg::ES256, "text", again.sign(jws_alg::ES256, "text").value()));
    }
    EXPECT_EQ(jwk::from_secret("secret").private_json().error().code, errc::unsupported);
    EXPECT_EQ(jwk::from_json(jwk::generate(jws_alg::ES256).value().public_json()).value().private_json().error().code,
              errc::unsupported);
}

TEST(jwk, travels_through_pem) {
    for (const auto key : {vectors::rsa_key, vectors::ec_key, vectors::okp_key}) {
        const auto made = key_of(key);
        const auto pem = made.public_pem();
        EXPECT_TRUE(pem.starts_with("-----BEGIN PUBLIC KEY-----"));
        const auto back = jwk::from_pem(pem, "renamed");
        ASSERT_TRUE(back);
        EXPECT_EQ(back->thumbprint(), made.thumbprint());
        EXPECT_EQ(back->kid(), "renamed");
        EXPECT_FALSE(back->is_private());
    }
}

TEST(jwk, reads_pkcs8_and_refuses_what_is_no_pem) {
    const auto key = jwk::from_pem(
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END "
        "PRIVATE KEY-----\n");
    ASSERT_TRUE(key);
    EXPECT_TRUE(key->is_private());
    // The seed is the one of RFC 8037 appendix A.1.
    EXPECT_EQ(key->thumbprint(), vectors::rfc8037_thumbprint);
    for (const std::string_view text :
         {"", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"})
        EXPECT_FALSE(jwk::from_pem(text)) << text;
}

// Made by `openssl ecparam -name secp256k1 -genkey` and `openssl genrsa 1024`, public parts.
TEST(jwk, refuses_a_curve_and_a_length_it_does_not_take_from_pem) {
    const auto other = jwk::from_pem(
        "-----BEGIN PUBLIC KEY-----\n"
        "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEdTE4OKiXlvajjSfGA/rKzCEfy/Dy3J7v\n"
        "MWjILXQEN4q+KTz2ZDT82L+4Ri2PUZaiyy/ih7xAxV/K/7AsgAx+PQ==\n"
        "-----END PUBLIC KEY-----\n");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, errc::unsupported);
    const auto rsa1024 = jwk::from_pem(
        "-----BEGIN PUBLIC KEY-----\n"
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDepHikd+35OYHUAc45funFwnj2\n"
        "2PtDJyJhDIDiAnhawhiESpb5d9HI1sba5yk0k/jll6WuOCCobPwJNkAveOwdjTbi\n"
        "cFdDr+c0DKZxc9zjO3rVG/YdknYGOqpyT4TMVEPttOYSJrdc0b9KG1yi+XRiG0Ds\n"
        "43GfNKbfPB/fcbWMKQIDAQAB\n"
        "-----END PUBLIC KEY-----\n");
    ASSERT_FALSE(rsa1024);
    EXPECT_EQ(rsa1024.error().code, errc::limit);
}

TEST(jwk, refuses_types_and_curves_it_does_not_know) {
    EXPECT_EQ(refused(document(R"({"kty":"AKP"})")), errc::unsupported);
    EXPECT_EQ(refused(document(R"({})")), errc::unsupported);
    EXPECT_EQ(refused(changed(vectors::rfc7515_a3_key, "crv", "secp256k1")), errc::unsupported);
    EXPECT_EQ(refused(changed(vectors::rfc8037_key, "crv", "X25519")), errc::unsupported);
    EXPECT_EQ(refused(document("[]")), errc::malformed);
    EXPECT_EQ(refused(changed(vectors::rfc8037_key, "kty", 1)), errc::malformed);
    EXPECT_EQ(refused(changed(vectors::rfc8037_key, "kid", 1)), errc::malformed);
    EXPECT_EQ(refused(document(R"({"kty":"oct","k":"AA","k":"AB"})")), errc::malformed);
}

TEST(jwk, refuses_members_that_are_missing_padded_or_too_short) {
    for (const auto* name : {"n", "e"})
        EXPECT_EQ(refused(changed(vectors::rfc7515_a2_key, name, nullptr)), errc::malformed) << name;
    for (const auto* name : {"x", "y"})
        EXPECT_EQ(refused(changed(vectors::rfc7515_a3_key, name, nullptr)), errc::malformed) << name;
    EXPECT_EQ(refused(changed(vectors::rfc8037_key, "x", nullptr)), errc::malformed);
    EXPECT_EQ(refused(changed(vectors::rfc7515_a3_key, "x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=")),
              errc::malformed);
    EXPECT_EQ(refused(changed(vectors::rfc7515_a3_key, "x", "AA")), errc::malformed);
    EXPECT_EQ(refused(changed(vectors::rfc8037_key, "x", base64url_encode(std::string(31, 'x')))), errc::malformed);
    EXPECT_EQ(refused(changed(vectors::oct_key, "k", "")), errc::malformed);
}

TEST(jwk, refuses_a_point_off_the_curve) {
    EXPECT_EQ(refused(changed(vectors::rfc7515_a3_key, "y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a4")),
              errc::malformed);
    EXPECT_EQ(refused(changed(vectors::rfc7515_a3_key, "x", base64url_encode(std::string(32, '\xff')))),
              errc::malformed);
    auto zero = document(vectors::rfc7515_a3_key);
    zero.as_object()->set("x", base64url_encode(std::string(32, '\0')));
    zero.as_object()->set("y", base64url_encode(std::string(32, '\0')));
    EXPECT_EQ(refused(zero), errc::malformed);
}

TEST(jwk, refuses_private_members_of_another_key) {
    EXPECT_EQ(refused(changed(vectors::rfc7515_a3_key, "d", *document(vectors::ec_key).find("d"))), errc::malformed);
    EXPECT_EQ(refused(changed(vectors::rfc8037_key, "d", *document(vectors::okp_key).find("d"))), errc::malformed);
    auto rsa = document(vectors::rsa_key);
    for (const auto* name : {"d", "p", "q", "dp", "dq", "qi"})
        rsa.as_object()->set(name, *document(vectors::rfc7515_a2_key).find(name));
    EXPECT_EQ(refused(rsa), errc::malformed);
}

TEST(jwk, takes_an_rsa_private_key_with_d_alone) {
    auto rsa = document(vectors::rfc7515_a2_key);
    for (const auto* name : {"p", "q", "dp", "dq", "qi"}) rsa.as_object()->erase(name);
    const auto key = jwk::from_json(rsa);
    ASSERT_TRUE(key) << key.error().text();
    EXPECT_TRUE(key->is_private());
    EXPECT_TRUE(key->verify(jws_alg::PS256, "m", key->sign(jws_alg::PS256, "m").value_or("")));
}

// RFC 7518 §6.3.2. OpenSSL keeps the memory of such a key for ever, so that a stranger could fill it.
TEST(jwk, refuses_an_rsa_private_key_with_some_of_its_members) {
    for (const auto* absent : {"d", "p", "q", "dp", "dq", "qi"}) {
        auto rsa = document(vectors::rfc7515_a2_key);
        rsa.as_object()->erase(absent);
        EXPECT_EQ(refused(rsa), errc::malformed) << absent;
    }
}

TEST(jwk, refuses_weak_and_absurd_rsa_keys) {
    const auto rsa = [](std::size_t bytes, std::string_view e) {
        return json::value(
            json::object{{"kty", "RSA"}, {"n", base64url_encode(std::string(bytes, '\xc1'))}, {"e", e}});
    };
    EXPECT_TRUE(jwk::from_json(rsa(256, "AQAB")));
    EXPECT_EQ(refused(rsa(255, "AQAB")), errc::limit);
    EXPECT_EQ(refused(rsa(128, "AQAB")), errc::limit);
    EXPECT_TRUE(jwk::from_json(rsa(1024, "AQAB")));
    EXPECT_EQ(refused(rsa(1025, "AQAB")), errc::limit);
    EXPECT_EQ(refused(rsa(100000, "AQAB")), errc::limit);
    EXPECT_EQ(refused(rsa(256, "AQ")), errc::malformed);
    EXPECT_EQ(refused(rsa(256, "Ag")), errc::malformed);
    EXPECT_EQ(refused(rsa(256, "AA")), errc::malformed);
    EXPECT_TRUE(jwk::from_json(rsa(256, base64url_encode(std::string(8, '\x81')))));
    EXPECT_EQ(refused(rsa(256, base64url_encode(std::string(9, '\x81')))), errc::limit);
}

TEST(jwk, fits_by_type_and_by_its_own_alg) {
    const auto rsa = key_of(vectors::rsa_key);
    EXPECT_TRUE(rsa.fits(jws_alg::RS256) && rsa.fits(jws_alg::PS256));
    for (const auto alg : {jws_alg::ES256, jws_alg::EdDSA, jws_alg::HS256, jws_alg::none})
        EXPECT_FALSE(rsa.fits(alg)) << alg_name(alg);
    const auto only = jwk::from_json(changed(vectors::rsa_key, "alg", "PS256"));
    ASSERT_TRUE(only);
    EXPECT_TRUE(only->fits(jws_alg::PS256));
    EXPECT_FALSE(only->fits(jws_alg::RS256));
    EXPECT_TRUE(key_of(vectors::oct_key).fits(jws_alg::HS256));
    EXPECT_FALSE(key_of(vectors::oct_key).fits(jws_alg::none));
}

TEST(jwk, generates_a_key_for_each_algorithm) {
    for (const auto alg : {jws_alg::HS256, jws_alg::RS256, jws_alg::PS256, jws_alg::ES256, jws_alg::EdDSA}) {
        const auto key = jwk::generate(alg, "fresh");
        ASSERT_TRUE(key) << alg_name(alg);
        EXPECT_EQ(key->kid(), "fresh");
        EXPECT_TRUE(key->fits(alg));
        EXPECT_TRUE(key->verify(alg, "m", key->sign(alg, "m").value_or("")));
    }
    EXPECT_FALSE(jwk::generate(jws_alg::none));
}

TEST(alg, names_are_case_sensitive) {
    for (const std::string_view name : {"", "None", "nOnE", "rs256", "HS512", "ED25519", "RS256 "})
        EXPECT_FALSE(parse_alg(name)) << name;
}

TEST(jwks, skips_and_counts_what_it_does_not_understand) {
    const auto set =
        parse_jwks(document(R"({"keys":[{"kty":"AKP"},{"kty":"oct","k":"AAAA"},{"kty":"EC","crv":"P-521"},7]})"));
    ASSERT_TRUE(set);
    EXPECT_EQ(set->keys.size(), 1U);
    EXPECT_EQ(set->skipped, 3U);
    for (const std::string_view text : {"[]", "{}", R"({"keys":{}})", R"({"keys":"x"})", "1"})
        EXPECT_FALSE(parse_jwks(document(text))) << text;
}

TEST(jwks, candidates_agree_in_kid_type_alg_use_and_operations) {
    json::array keys;
    const auto add = [&](std::string_view base, std::initializer_list<json::member> with) {
        auto key = document(base);
        for (const auto& m : with) key.as_object()->set(m.name, m.v);
        keys.push_back(std::move(key));
    };
    add(vectors::rsa_key, {{"kid", "a"}});
    add(vectors::rfc7515_a2_key, {{"kid", "b"}, {"alg", "PS256"}});
    add(vectors::rfc7515_a2_key, {{"kid", "c"}, {"use", "enc"}});
    add(vectors::rfc7515_a2_key, {{"kid", "d"}, {"key_ops", json::array{"sign"}}});
    add(vectors::rfc7515_a2_key, {{"kid", "e"}, {"key_ops", json::array{"sign", "verify"}}});
    add(vectors::ec_key, {{"kid", "a"}});
    add(vectors::oct_key, {{"kid", "a"}});
    const auto set = parse_jwks(json::object{{"keys", keys}});
    ASSERT_TRUE(set);
    ASSERT_EQ(set->keys.size(), 7U);
    const auto kids = [&](jws_alg alg, const std::optional<std::string>& kid) {
        std::string out;
        for (const auto* key : set->candidates(alg, kid)) out += key->kty() + key->kid() + " ";
        return out;
    };
    EXPECT_EQ(kids(jws_alg::RS256, std::nullopt), "RSAa RSAe ");
    EXPECT_EQ(kids(jws_alg::PS256, std::nullopt), "RSAa RSAb RSAe ");
    EXPECT_EQ(kids(jws_alg::RS256, "a"), "RSAa ");
    EXPECT_EQ(kids(jws_alg::ES256, "a"), "ECa ");
    EXPECT_EQ(kids(jws_alg::RS256, "b"), "");
    EXPECT_EQ(kids(jws_alg::RS256, "c"), "");
    EXPECT_EQ(kids(jws_alg::RS256, ""), "");
    EXPECT_EQ(kids(jws_alg::HS256, "a"), "");
}

}  // namespace
}  // namespace assay::oauth
