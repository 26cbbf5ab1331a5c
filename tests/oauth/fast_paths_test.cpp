// Ed25519 by libsodium, and all fast implementations together, against plain EVP. RS256 and ES256 have their own
// files.
#include <random>
#include <string>

#include "oauth/ed25519_verify.hpp"
#include "tests/oauth/numbers.hpp"
#include "tests/oauth/vectors.hpp"

namespace assay::oauth {
namespace {

const std::string group_order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

// s + L in little endian: the same signature mod L (RFC 8032 §5.1.7 (1) refuses it).
std::string plus_order(std::string s) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
        carry += static_cast<unsigned char>(s[i]) + unsigned{static_cast<unsigned char>(group_order[i])};
        s[i] = static_cast<char>(carry & 0xffU);
        carry >>= 8U;
    }
    return s;
}

struct ed25519_pair {
    jwk key = *jwk::from_json(*json::parse(vectors::okp_key));
    plain::pkey evp = plain::public_key(key);
    [[nodiscard]] bool takes(std::string_view message, std::string_view signature, const char* what) const {
        const bool fast = key.verify(jws_alg::EdDSA, message, signature);
        EXPECT_EQ(fast, plain::verify(jws_alg::EdDSA, evp.get(), message, signature)) << what;
        return fast;
    }
};

TEST(ed25519_fast, agrees_with_evp) {
    const ed25519_pair k;
    const auto good = *k.key.sign(jws_alg::EdDSA, "m");
    const auto r = good.substr(0, 32);
    const auto s = good.substr(32);
    EXPECT_TRUE(k.takes("m", good, "a good signature"));
    const std::string zero(32, '\0');
    const std::string ones(32, '\xff');
    const std::pair<const char*, std::string> wrong[] = {
        {"another s with the same remainder", r + plus_order(s)},
        {"s zero", r + zero},
        {"s the order", r + group_order},
        {"s all ones", r + ones},
        {"r all ones", ones + s},
        {"swapped", s + r},
        {"a byte short", good.substr(1)},
        {"a byte long", good + '\0'},
        {"empty", ""},
    };
    for (const auto& [what, signature] : wrong) EXPECT_FALSE(k.takes("m", signature, what)) << what;
    EXPECT_FALSE(k.takes("n", good, "another message"));
}

// The difference between the two: keys and R of small order, with which OpenSSL accepts one signature for every
// message. No honest signer makes them.
TEST(ed25519_fast, refuses_small_orders_that_evp_takes) {
    const auto identity = '\x01' + std::string(31, '\0');
    const plain::pkey key(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, plain::bytes_of(identity), identity.size()));
    ASSERT_NE(key, nullptr);
    const auto signature = identity + std::string(32, '\0');
    for (const char* message : {"m", "any other"}) {
        EXPECT_TRUE(plain::verify(jws_alg::EdDSA, key.get(), message, signature));
        EXPECT_FALSE(verify_ed25519(identity, message, signature));
    }
}

TEST(fast_paths, agree_with_evp_on_signatures_with_wrong_bits) {
    std::mt19937 random(7515);
    for (const auto& [alg_text, key_text, token] : vectors::foreign_tokens) {
        const auto alg = *parse_alg(alg_text);
        if (alg == jws_alg::HS256) continue;
        const auto key = *jwk::from_json(*json::parse(key_text));
        const auto evp = plain::public_key(key);
        const std::string message(token.substr(0, token.rfind('.')));
        const auto good = *key.sign(alg, message);
        ASSERT_TRUE(key.verify(alg, message, good) && plain::verify(alg, evp.get(), message, good)) << alg_text;
        for (int i = 0; i < 100; ++i) {
            auto signature = good;
            const auto bit = static_cast<std::size_t>(random()) % (signature.size() * 8);
            signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ 1 << bit % 8);
            EXPECT_FALSE(key.verify(alg, message, signature)) << alg_text << " bit " << bit;
            EXPECT_FALSE(plain::verify(alg, evp.get(), message, signature)) << alg_text << " bit " << bit;
        }
    }
}

}  // namespace
}  // namespace assay::oauth
