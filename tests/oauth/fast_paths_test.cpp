// Ed25519 by libsodium and in batches, and all fast implementations together, against plain EVP. RS256 and ES256 have
// their own files.
#include <random>
#include <string>
#include <vector>

#include <sodium.h>

#include "oauth/crypto.hpp"
#include "oauth/ed25519_verify.hpp"
#include "tests/oauth/batches.hpp"
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
        seen.push_back({key, jws_alg::EdDSA, std::string(message), std::string(signature), fast, what});
        return fast;
    }
    mutable std::vector<known_signature> seen;
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
    hold_in_batches(k.seen);
}

TEST(ed25519_fast, agrees_with_evp_on_random_signatures) {
    const ed25519_pair k;
    std::mt19937 random(8032);
    for (int i = 0; i < 200; ++i) {
        std::string message(random() % 200, '\0');
        for (auto& c : message) c = static_cast<char>(random());
        auto signature = *k.key.sign(jws_alg::EdDSA, message);
        EXPECT_TRUE(k.takes(message, signature, "a good signature"));
        const auto bit = random() % (signature.size() * 8);
        signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ 1 << bit % 8);
        EXPECT_FALSE(k.takes(message, signature, "a wrong bit"));
    }
    hold_in_batches(k.seen);
}

using bytes_of_32 = std::array<unsigned char, 32>;

std::string text_of(const bytes_of_32& b) {
    return {b.begin(), b.end()};
}
std::string scalar(std::string wide) {
    wide.resize(64, '\0');
    bytes_of_32 out{};
    crypto_core_ed25519_scalar_reduce(out.data(), plain::bytes_of(wide));
    return text_of(out);
}

// A signature (R, s) by the secret scalar, under a public point that need not belong to it.
std::string crafted(const std::string& r_bytes, const std::string& r, const std::string& secret,
                    std::string_view point, std::string_view message) {
    const auto h = scalar(sha512(r_bytes + std::string(point) + std::string(message)));
    bytes_of_32 s{};
    crypto_core_ed25519_scalar_mul(s.data(), plain::bytes_of(h), plain::bytes_of(secret));
    crypto_core_ed25519_scalar_add(s.data(), s.data(), plain::bytes_of(r));
    return r_bytes + text_of(s);
}

void hold_points_in_batches(const std::string& point, const std::vector<known_signature>& all) {
    const ed25519_verifier key(point);
    for (std::size_t from = 0; from < all.size(); from += 5) {
        std::vector<ed25519_verifier::check> checks;
        for (auto i = from; i < std::min(from + 5, all.size()); ++i)
            checks.push_back({&key, all[i].input, all[i].signature, !all[i].good});
        ed25519_verifier::verify_together(checks);
        for (std::size_t i = 0; i < checks.size(); ++i)
            EXPECT_EQ(checks[i].good, all[from + i].good) << all[from + i].what;
    }
}

// With the point of order two added to the key, the equation without a cofactor holds for every second signature
// only. R of small order are refused although it holds.
TEST(ed25519_fast, batches_take_what_libsodium_takes_beyond_the_subgroup) {
    const auto secret = scalar("any secret number");
    bytes_of_32 point{};
    ASSERT_EQ(crypto_scalarmult_ed25519_base_noclamp(point.data(), plain::bytes_of(secret)), 0);
    // (x, y) + (0, -1) = (-x, -y); p - y by its bytes.
    auto mixed = text_of(point);
    const auto p = num(from_hex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"));
    std::string y(mixed.rbegin(), mixed.rend());
    const bool odd = (static_cast<unsigned char>(y.front()) & 0x80U) != 0;
    y.front() = static_cast<char>(y.front() & 0x7f);
    const number minus_y(BN_new());
    BN_sub(minus_y.get(), p.get(), num(y).get());
    y = bytes(minus_y.get(), 32);
    if (!odd) y.front() = static_cast<char>(static_cast<unsigned char>(y.front()) | 0x80U);
    mixed.assign(y.rbegin(), y.rend());
    const auto identity = '\x01' + std::string(31, '\0');
    for (const auto& key : {text_of(point), mixed}) {
        std::vector<known_signature> all;
        int good = 0;
        for (int i = 0; i < 40; ++i) {
            const auto message = std::to_string(i);
            const auto r = scalar("r" + message);
            bytes_of_32 big_r{};
            ASSERT_EQ(crypto_scalarmult_ed25519_base_noclamp(big_r.data(), plain::bytes_of(r)), 0);
            const auto signature = crafted(text_of(big_r), r, secret, key, message);
            const bool taken = verify_ed25519(key, message, signature);
            good += taken ? 1 : 0;
            all.push_back({*jwk::generate(jws_alg::HS256), jws_alg::EdDSA, message, signature, taken, "crafted"});
            const auto small = crafted(identity, std::string(32, '\0'), secret, key, message);
            EXPECT_FALSE(verify_ed25519(key, message, small));
            all.push_back({all.back().key, jws_alg::EdDSA, message, small, false, "R of small order"});
        }
        EXPECT_TRUE(key == mixed ? good > 5 && good < 35 : good == 40) << good;
        hold_points_in_batches(key, all);
    }
    // Keys of small order, and one that is no point.
    for (const auto& key :
         {identity, std::string(32, '\0'), '\x02' + std::string(31, '\0'), std::string(32, '\xff')}) {
        const auto any = jwk::generate(jws_alg::HS256);
        hold_points_in_batches(key,
                               {{*any, jws_alg::EdDSA, "m", identity + std::string(32, '\0'), false, "a small key"}});
    }
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
