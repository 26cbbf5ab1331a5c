// The fast verification of ES256, alone and in batches, against plain EVP: numbers out of range, other encodings,
// points for which an addition formula fails. The crafted points need EC_KEY and EC_POINT calls, some of which are
// deprecated in OpenSSL 3.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <openssl/ec.h>

#include "oauth/es256_verify.hpp"
#include "tests/oauth/numbers.hpp"

namespace assay::oauth {
namespace {

using namespace std::string_literals;
using curve_point = std::unique_ptr<EC_POINT, plain::freed<EC_POINT_free>>;

class p256_pair {
public:
    p256_pair() : key_(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)) { EC_KEY_generate_key(key_.get()); }
    explicit p256_pair(const EC_POINT* q) : key_(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)) {
        EXPECT_EQ(EC_KEY_set_public_key(key_.get(), q), 1);
    }
    [[nodiscard]] const EC_GROUP* curve() const { return EC_KEY_get0_group(key_.get()); }
    [[nodiscard]] const BIGNUM* order() const { return EC_GROUP_get0_order(curve()); }
    [[nodiscard]] const EC_POINT* point() const { return EC_KEY_get0_public_key(key_.get()); }
    [[nodiscard]] const BIGNUM* secret() const { return EC_KEY_get0_private_key(key_.get()); }
    [[nodiscard]] std::string sign(std::string_view digest) const {
        const std::unique_ptr<ECDSA_SIG, plain::freed<ECDSA_SIG_free>> sig(
            ECDSA_do_sign(plain::bytes_of(digest), static_cast<int>(digest.size()), key_.get()));
        return bytes(ECDSA_SIG_get0_r(sig.get()), 32) + bytes(ECDSA_SIG_get0_s(sig.get()), 32);
    }
    ~p256_pair() { hold_together(); }
    p256_pair(const p256_pair&) = delete;
    p256_pair& operator=(const p256_pair&) = delete;
    // Before there is a table, with the table, and by EVP; all must agree, and together with others hold_together().
    [[nodiscard]] bool takes(std::string_view digest, std::string_view signature, const std::string& what) {
        if (!pkey_) {
            pkey_.reset(EVP_PKEY_new());
            EVP_PKEY_set1_EC_KEY(pkey_.get(), key_.get());
            // The fast path reads coordinates, which a legacy key does not provide by name: converted through DER.
            unsigned char* der = nullptr;
            const int size = i2d_PUBKEY(pkey_.get(), &der);
            const unsigned char* at = der;
            pkey_.reset(d2i_PUBKEY(nullptr, &at, size));
            OPENSSL_free(der);
            before_.emplace(pkey_.get());
            with_table_.emplace(pkey_.get());
            with_table_->build_table();
        }
        sha256_digest d;
        std::copy(digest.begin(), digest.end(), d.begin());
        const bool fast = with_table_->verify(d, signature);
        EXPECT_EQ(fast, plain::verify_digest(pkey_.get(), digest, signature)) << what;
        EXPECT_EQ(fast, before_->verify(d, signature)) << what;
        seen_.push_back({d, std::string(signature), fast, what});
        return fast;
    }

private:
    struct known {
        sha256_digest digest;
        std::string signature;
        bool good;
        std::string what;
    };
    // What takes() saw, in random groups of one to eight.
    void hold_together() const {
        std::mt19937 random(186);
        for (std::size_t i = 0; i < seen_.size() / 2 + 8 && !seen_.empty(); ++i) {
            std::vector<es256_verifier::check> checks;
            std::vector<const known*> of;
            for (auto size = 1 + random() % 8; checks.size() < size;) {
                of.push_back(&seen_[random() % seen_.size()]);
                checks.push_back({&*before_, of.back()->digest, of.back()->signature, !of.back()->good});
            }
            es256_verifier::verify_together(checks);
            for (std::size_t k = 0; k < checks.size(); ++k) EXPECT_EQ(checks[k].good, of[k]->good) << of[k]->what;
        }
    }

    std::vector<known> seen_;
    std::unique_ptr<EC_KEY, plain::freed<EC_KEY_free>> key_;
    plain::pkey pkey_;
    std::optional<es256_verifier> before_;
    std::optional<es256_verifier> with_table_;
};

std::string signature_of(const BIGNUM* r, const BIGNUM* s) {
    return bytes(r, 32) + bytes(s, 32);
}

TEST(es256_fast, agrees_with_evp_on_numbers_out_of_range) {
    p256_pair key;
    const auto digest = digest_of("header.payload");
    const auto good = key.sign(digest);
    EXPECT_TRUE(key.takes(digest, good, "a good signature"));
    const auto r = good.substr(0, 32);
    const auto s = good.substr(32);
    const auto n = bytes(key.order(), 32);
    const number high(BN_new());
    BN_sub(high.get(), key.order(), num(s).get());
    // RFC 7518 §3.4 does not require a low s: n - s is valid, too.
    EXPECT_TRUE(key.takes(digest, r + bytes(high.get(), 32), "high s"));
    const std::string zero(32, '\0');
    const auto one = std::string(31, '\0') + '\x01';
    const std::string ones(32, '\xff');
    const number less(BN_dup(key.order()));
    BN_sub_word(less.get(), 1);
    const std::string all[] = {zero, one, n, bytes(less.get(), 32), ones, r, s};
    for (const auto& a : all) {
        for (const auto& b : all) {
            if (a == r && b == s) continue;
            EXPECT_FALSE(key.takes(digest, a + b, "numbers")) << "a pair of odd numbers";
        }
    }
    for (const auto& [what, text] :
         {std::pair("a byte short", good.substr(1)), std::pair("a byte long", good + '\0'), std::pair("empty", ""s),
          std::pair("DER", plain::der_of(good)), std::pair("twice", good + good)})
        EXPECT_FALSE(key.takes(digest, text, what)) << what;
}

TEST(es256_fast, agrees_with_evp_on_odd_digests) {
    p256_pair key;
    for (const auto& digest :
         {std::string(32, '\0'), std::string(32, '\xff'), bytes(key.order(), 32), std::string(31, '\0') + '\x01'}) {
        const auto signature = key.sign(digest);
        EXPECT_TRUE(key.takes(digest, signature, "odd digest"));
        EXPECT_FALSE(key.takes(digest_of("x"), signature, "another digest"));
    }
}

// Random digests, and signatures in which one bit is wrong.
TEST(es256_fast, agrees_with_evp_on_random_signatures) {
    std::mt19937 random(7518);
    for (int k = 0; k < 4; ++k) {
        p256_pair key;
        for (int i = 0; i < 50; ++i) {
            std::string digest(32, '\0');
            for (auto& c : digest) c = static_cast<char>(random());
            auto signature = key.sign(digest);
            EXPECT_TRUE(key.takes(digest, signature, "a good signature"));
            const auto bit = random() % (signature.size() * 8);
            signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ 1 << bit % 8);
            EXPECT_FALSE(key.takes(digest, signature, "a wrong bit"));
        }
    }
}

// R = u1*G + u2*Q, s = r/u2 and e = u1*s is a good signature, for any factors.
void hold_factors(p256_pair& key, const BIGNUM* u1, const BIGNUM* u2) {
    const std::unique_ptr<BN_CTX, plain::freed<BN_CTX_free>> ctx(BN_CTX_new());
    const curve_point sum(EC_POINT_new(key.curve()));
    EC_POINT_mul(key.curve(), sum.get(), u1, key.point(), u2, ctx.get());
    if (EC_POINT_is_at_infinity(key.curve(), sum.get()) == 1) return;
    const number r(BN_new());
    const number s(BN_mod_inverse(nullptr, u2, key.order(), ctx.get()));
    const number e(BN_new());
    EC_POINT_get_affine_coordinates(key.curve(), sum.get(), r.get(), nullptr, ctx.get());
    BN_nnmod(r.get(), r.get(), key.order(), ctx.get());
    BN_mod_mul(s.get(), s.get(), r.get(), key.order(), ctx.get());
    BN_mod_mul(e.get(), u1, s.get(), key.order(), ctx.get());
    EXPECT_TRUE(key.takes(bytes(e.get(), 32), signature_of(r.get(), s.get()), "odd factors"));
    BN_add_word(e.get(), 1);
    EXPECT_FALSE(key.takes(bytes(e.get(), 32), signature_of(r.get(), s.get()), "odd factors, another digest"));
}

// Factors whose digits are at the borders. Where Q is a small multiple of G, sums meet on the way, too.
TEST(es256_fast, agrees_with_evp_on_odd_factors) {
    const p256_pair any;
    std::vector<number> factors;
    for (const auto& text :
         {"\x01"s, "\x02"s, "\x08"s, "\x80"s, "\x01\x00"s, std::string(31, '\xff'), std::string(32, '\x80'),
          std::string(32, '\x88'), std::string(32, '\x7f'), '\x80' + std::string(31, '\0')})
        factors.push_back(num(text));
    factors.emplace_back(BN_dup(any.order()));
    BN_sub_word(factors.back().get(), 1);
    std::vector<number> secrets;
    for (const auto& text : {"\x01"s, "\x02"s, "\x03"s, "\x10"s, digest_of("any")}) secrets.push_back(num(text));
    secrets.emplace_back(BN_dup(factors.back().get()));
    for (const auto& secret : secrets) {
        const curve_point q(EC_POINT_new(any.curve()));
        EC_POINT_mul(any.curve(), q.get(), secret.get(), nullptr, nullptr, nullptr);
        p256_pair key(q.get());
        for (const auto& u1 : factors) {
            for (const auto& u2 : factors) hold_factors(key, u1.get(), u2.get());
        }
    }
}

// u1*G and u2*Q are one point (the addition must double) or opposite points (the sum is at infinity).
TEST(es256_fast, agrees_with_evp_where_points_meet) {
    p256_pair key;
    const std::unique_ptr<BN_CTX, plain::freed<BN_CTX_free>> ctx(BN_CTX_new());
    const number k(BN_new());
    const number r(BN_new());
    const number rd(BN_new());
    const number s(BN_new());
    BN_rand_range(k.get(), key.order());
    const curve_point kg(EC_POINT_new(key.curve()));
    EC_POINT_mul(key.curve(), kg.get(), k.get(), nullptr, nullptr, ctx.get());
    EC_POINT_get_affine_coordinates(key.curve(), kg.get(), r.get(), nullptr, ctx.get());
    BN_nnmod(r.get(), r.get(), key.order(), ctx.get());
    BN_mod_mul(rd.get(), r.get(), key.secret(), key.order(), ctx.get());
    // e = r*d: s = (e + r*d) / k
    const number inverse(BN_mod_inverse(nullptr, k.get(), key.order(), ctx.get()));
    BN_mod_add(s.get(), rd.get(), rd.get(), key.order(), ctx.get());
    BN_mod_mul(s.get(), s.get(), inverse.get(), key.order(), ctx.get());
    EXPECT_TRUE(key.takes(bytes(rd.get(), 32), signature_of(r.get(), s.get()), "one point twice"));
    // e = -r*d: u1 + u2*d = 0
    const number minus(BN_new());
    BN_sub(minus.get(), key.order(), rd.get());
    EXPECT_FALSE(key.takes(bytes(minus.get(), 32), signature_of(r.get(), s.get()), "the point at infinity"));
}

// R whose x is not below the group's order: r = x - n is right, and x itself out of range (FIPS 186-4 §6.4.2).
TEST(es256_fast, agrees_with_evp_where_x_is_above_the_order) {
    const p256_pair any;
    const EC_GROUP* curve = any.curve();
    const std::unique_ptr<BN_CTX, plain::freed<BN_CTX_free>> ctx(BN_CTX_new());
    const number x(BN_dup(any.order()));
    const number r(BN_new());
    const curve_point big(EC_POINT_new(curve));
    do {
        BN_add_word(x.get(), 1);
        BN_add_word(r.get(), 1);
    } while (EC_POINT_set_compressed_coordinates(curve, big.get(), x.get(), 0, ctx.get()) != 1);
    ERR_clear_error();
    // Q = (s*R - e*G) / r verifies (r, s) for the digest e.
    const auto digest = digest_of("header.payload");
    const auto s = num(digest_of("any s will do"));
    const number minus_e(BN_new());
    BN_mod_sub(minus_e.get(), any.order(), num(digest).get(), any.order(), ctx.get());
    const curve_point q(EC_POINT_new(curve));
    const number inverse(BN_mod_inverse(nullptr, r.get(), any.order(), ctx.get()));
    EC_POINT_mul(curve, q.get(), minus_e.get(), big.get(), s.get(), ctx.get());
    EC_POINT_mul(curve, q.get(), nullptr, q.get(), inverse.get(), ctx.get());
    p256_pair key(q.get());
    EXPECT_TRUE(key.takes(digest, signature_of(r.get(), s.get()), "r = x - n"));
    EXPECT_FALSE(key.takes(digest, signature_of(x.get(), s.get()), "r = x"));
}

TEST(es256_fast, builds_its_table_after_enough_signatures) {
    const auto key = *jwk::generate(jws_alg::ES256);
    const auto signature = *key.sign(jws_alg::ES256, "m");
    for (std::uint32_t i = 0; i < es256_verifier::table_after + 5; ++i) {
        ASSERT_TRUE(key.verify(jws_alg::ES256, "m", signature)) << i;
        ASSERT_FALSE(key.verify(jws_alg::ES256, "n", signature)) << i;
    }
}

}  // namespace
}  // namespace assay::oauth
