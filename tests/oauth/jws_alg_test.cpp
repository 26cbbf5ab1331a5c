// Every algorithm of jws_alg_rows, against vectors of the RFCs and against OpenSSL as in its manual.
#include "oauth/jws_alg.hpp"

#include <string>

#include <gtest/gtest.h>

#include "oauth/base64url.hpp"
#include "oauth/jwk.hpp"
#include "oauth/jwt.hpp"
#include "tests/oauth/plain_evp.hpp"

namespace assay::oauth {
namespace {

constexpr std::string_view input = "eyJhbGciOiJub25lIn0.e30";

const EVP_MD* hash_by(int bits) {
    return bits == 256 ? EVP_sha256() : bits == 384 ? EVP_sha384() : bits == 512 ? EVP_sha512() : nullptr;
}

// What OpenSSL says of a signature in its own format: DER for ECDSA.
bool openssl_accepts(const jwk& key, const jws_alg_row& row, std::string_view signature) {
    const auto pkey = plain::public_key(key);
    const std::unique_ptr<EVP_MD_CTX, plain::freed<EVP_MD_CTX_free>> ctx(EVP_MD_CTX_new());
    EVP_PKEY_CTX* more = nullptr;
    const auto* md = row.kind == jws_kind::eddsa ? nullptr : hash_by(row.hash_bits);
    if (EVP_DigestVerifyInit(ctx.get(), &more, md, nullptr, pkey.get()) != 1) return false;
    if (row.kind == jws_kind::rsa_pss) {
        EVP_PKEY_CTX_set_rsa_padding(more, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(more, row.hash_bits / 8);
        EVP_PKEY_CTX_set_rsa_mgf1_md(more, md);
    }
    std::string der(signature);
    if (row.kind == jws_kind::ecdsa) {
        const auto half = static_cast<int>(signature.size() / 2);
        const std::unique_ptr<ECDSA_SIG, plain::freed<ECDSA_SIG_free>> sig(ECDSA_SIG_new());
        ECDSA_SIG_set0(sig.get(), BN_bin2bn(plain::bytes_of(signature), half, nullptr),
                       BN_bin2bn(plain::bytes_of(signature) + half, half, nullptr));
        der.resize(static_cast<std::size_t>(i2d_ECDSA_SIG(sig.get(), nullptr)));
        auto* to = reinterpret_cast<unsigned char*>(der.data());
        i2d_ECDSA_SIG(sig.get(), &to);
    }
    const bool ok =
        EVP_DigestVerify(ctx.get(), plain::bytes_of(der), der.size(), plain::bytes_of(input), input.size()) == 1;
    ERR_clear_error();
    return ok;
}

class EachAlg : public ::testing::TestWithParam<jws_alg> {};

TEST_P(EachAlg, SignsWhatOpenSslAcceptsAndVerifiesNothingElse) {
    const auto& row = row_of(GetParam());
    const auto key = *jwk::generate(row.alg, "k");
    for (int round = 0; round < 8;
         ++round) {  // so that an r or s with a leading zero byte is among them now and then
        const auto signature = *key.sign(row.alg, input);
        EXPECT_TRUE(openssl_accepts(key, row, signature));
        EXPECT_TRUE(key.verify(row.alg, input, signature));
        EXPECT_FALSE(key.verify(row.alg, "eyJhbGciOiJub25lIn0.e31", signature));
        for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
            auto wrong = signature;
            wrong[at] = static_cast<char>(wrong[at] ^ 1);
            EXPECT_FALSE(key.verify(row.alg, input, wrong)) << at;
        }
        EXPECT_FALSE(key.verify(row.alg, input, signature + '\0'));
        EXPECT_FALSE(key.verify(row.alg, input, signature.substr(1)));
        EXPECT_FALSE(key.verify(row.alg, input, ""));
    }
}

TEST_P(EachAlg, NoOtherAlgorithmAcceptsItsSignature) {
    const auto key = *jwk::generate(GetParam());
    const auto signature = *key.sign(GetParam(), input);
    for (const auto other : asymmetric_algs()) {
        // RFC 9864 §2.2: EdDSA with an Ed25519 key and Ed25519 are one signature.
        const bool same = other == GetParam() ||
                          (row_of(other).kind == jws_kind::eddsa && row_of(GetParam()).kind == jws_kind::eddsa);
        EXPECT_EQ(key.verify(other, input, signature), same) << alg_name(other);
    }
}

TEST_P(EachAlg, ItsKeySurvivesJsonAndPem) {
    const auto& row = row_of(GetParam());
    const auto key = *jwk::generate(row.alg, "k");
    const auto signature = *key.sign(row.alg, input);
    const auto read = jwk::from_json(key.public_json());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->verify(row.alg, input, signature));
    EXPECT_FALSE(read->sign(row.alg, input)) << "it has no private part";
    EXPECT_TRUE(jwk::from_pem(key.public_pem())->verify(row.alg, input, signature));
    if (row.kind != jws_kind::ecdsa) return;
    const auto whole = jwk::from_json(*key.private_json());
    ASSERT_TRUE(whole) << whole.error().message;
    EXPECT_TRUE(key.verify(row.alg, input, *whole->sign(row.alg, input)));
}

TEST_P(EachAlg, AtHashIsHalfOfItsHash) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(input.data(), input.size(), digest.data(), &size, hash_by(row_of(GetParam()).hash_bits), nullptr);
    EXPECT_EQ(left_half_hash(input, GetParam()),
              base64url_encode({reinterpret_cast<const char*>(digest.data()), size / 2}));
}

INSTANTIATE_TEST_SUITE_P(All, EachAlg, ::testing::ValuesIn(asymmetric_algs()),
                         [](const auto& p) { return std::string(alg_name(p.param)); });

TEST(JwsAlg, EveryRowIsAtItsPlaceAndFoundByItsName) {
    for (const auto& row : jws_alg_rows) {
        EXPECT_EQ(row_of(row.alg).name, row.name);
        EXPECT_EQ(parse_alg(row.name), row.alg);
    }
    EXPECT_EQ(parse_alg("ed25519"), std::nullopt);
    EXPECT_EQ(asymmetric_algs().size(), 11U);
}

// RFC 7515 §A.4.
TEST(JwsAlg, TheExampleOfEs512Verifies) {
    const auto key = jwk::from_json(*json::parse(
        R"({"kty":"EC","crv":"P-521",)"
        R"("x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",)"
        R"("y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})"));
    ASSERT_TRUE(key) << key.error().message;
    const std::string token =
        "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA."
        "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2"
        "YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
    const auto parts = parse_jws(token);
    ASSERT_TRUE(parts);
    EXPECT_TRUE(verify_jws(*parts, *key, {jws_alg::ES512}));
    EXPECT_FALSE(verify_jws(*parts, *key, {jws_alg::ES256}));
}

TEST(JwsAlg, AKeyOfAnotherCurveSignsAndVerifiesNothing) {
    const auto p384 = *jwk::generate(jws_alg::ES384);
    EXPECT_FALSE(p384.fits(jws_alg::ES256));
    EXPECT_FALSE(p384.fits(jws_alg::ES512));
    EXPECT_FALSE(p384.sign(jws_alg::ES256, input));
    // A point of P-384 is none of P-256, and the coordinates have another length.
    auto lying = p384.public_json();
    lying.set("crv", "P-256");
    EXPECT_EQ(jwk::from_json(lying).error().code, errc::malformed);
    lying.set("crv", "secp256k1");
    EXPECT_EQ(jwk::from_json(lying).error().code, errc::unsupported);
}

TEST(JwsAlg, AKeyThatNamesItsAlgorithmTakesNoOther) {
    auto document = jwk::generate(jws_alg::RS384)->public_json();
    document.set("alg", "RS384");
    const auto key = *jwk::from_json(document);
    EXPECT_TRUE(key.fits(jws_alg::RS384));
    EXPECT_FALSE(key.fits(jws_alg::RS256));
}

}  // namespace
}  // namespace assay::oauth
