// The fast verification of RS256, alone and in batches, against plain EVP: wrong paddings, numbers out of range,
// other lengths.
#include <optional>
#include <string>

#include "oauth/jwk.hpp"
#include "tests/oauth/batches.hpp"
#include "tests/oauth/numbers.hpp"

namespace assay::oauth {
namespace {

using namespace std::string_literals;

class rsa_pair {
public:
    rsa_pair(unsigned bits, unsigned long exponent) {
        const std::unique_ptr<EVP_PKEY_CTX, plain::freed<EVP_PKEY_CTX_free>> ctx(
            EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
        const number e(BN_new());
        BN_set_word(e.get(), exponent);
        EVP_PKEY* made = nullptr;
        EVP_PKEY_keygen_init(ctx.get());
        EVP_PKEY_CTX_set_rsa_keygen_bits(ctx.get(), static_cast<int>(bits));
        EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx.get(), e.get());
        EXPECT_EQ(EVP_PKEY_keygen(ctx.get(), &made), 1);
        key_.reset(made);
        const std::unique_ptr<BIO, plain::freed<BIO_free>> out(BIO_new(BIO_s_mem()));
        PEM_write_bio_PUBKEY(out.get(), made);
        char* data = nullptr;
        const auto size = BIO_get_mem_data(out.get(), &data);
        fast_.emplace(*jwk::from_pem({data, static_cast<std::size_t>(size)}));
        BIGNUM* n = nullptr;
        EVP_PKEY_get_bn_param(made, "n", &n);
        modulus.reset(n);
    }
    // The signature that decrypts to the block `em`.
    [[nodiscard]] std::string raw(std::string_view em) const {
        const std::unique_ptr<EVP_PKEY_CTX, plain::freed<EVP_PKEY_CTX_free>> ctx(
            EVP_PKEY_CTX_new(key_.get(), nullptr));
        EVP_PKEY_sign_init(ctx.get());
        EVP_PKEY_CTX_set_rsa_padding(ctx.get(), RSA_NO_PADDING);
        std::string out(bytes(), '\0');
        auto size = out.size();
        EXPECT_EQ(EVP_PKEY_sign(ctx.get(), reinterpret_cast<unsigned char*>(out.data()), &size, plain::bytes_of(em),
                                em.size()),
                  1);
        return out;
    }
    [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())); }
    // By both implementations, which must agree; seen() keeps the results.
    [[nodiscard]] bool takes(std::string_view message, std::string_view signature, const std::string& what) const {
        bool both = true;
        for (const auto alg : {jws_alg::RS256, jws_alg::PS256}) {
            const bool fast = fast_->verify(alg, message, signature);
            EXPECT_EQ(fast, plain::verify(alg, key_.get(), message, signature)) << what;
            seen_.push_back({*fast_, alg, std::string(message), std::string(signature), fast, what});
            if (alg == jws_alg::RS256) both = fast;
        }
        return both;
    }
    // What takes() was asked, with its results.
    [[nodiscard]] const std::vector<known_signature>& seen() const { return seen_; }
    number modulus;

private:
    mutable std::vector<known_signature> seen_;
    plain::pkey key_;
    std::optional<jwk> fast_;
};

const std::string digest_info = from_hex("3031300d060960864801650304020105000420");

// 00 01 FF… 00 `rest`, `size` bytes long (RFC 8017 §9.2).
std::string block(std::size_t size, std::string_view rest) {
    return "\x00\x01"s + std::string(size - rest.size() - 3, '\xff') + '\0' + std::string(rest);
}

void hold_blocks_against_evp(const rsa_pair& key) {
    const std::string message = "header.payload";
    const auto digest = digest_of(message);
    const auto size = key.bytes();
    const auto good = block(size, digest_info + digest);
    EXPECT_TRUE(key.takes(message, key.raw(good), "a good signature"));

    const auto with = [&](std::size_t at, char byte) {
        auto em = good;
        em[at] = byte;
        return em;
    };
    const auto no_null = from_hex("302f300b0609608648016503040201") + "\x04\x20"s + digest;
    const auto long_length = from_hex("30813130") + digest_info.substr(3) + digest;
    const auto sha384 = from_hex("3041300d060960864801650304020205000430") + digest + digest.substr(0, 16);
    const std::pair<const char*, std::string> blocks[] = {
        {"first byte not zero", with(0, '\x01')},
        {"block type 2", with(1, '\x02')},
        {"block type 0", with(1, '\x00')},
        {"a padding byte that is not ff", with(2, '\xfe')},
        {"the last padding byte", with(size - 53, '\x00')},
        {"no separator", with(size - 52, '\xff')},
        {"another digest", with(size - 1, static_cast<char>(good.back() ^ 1))},
        {"another algorithm", with(size - 37, '\x02')},
        {"no NULL parameters", block(size, no_null)},
        {"a length in long form", block(size, long_length)},
        {"SHA-384's DigestInfo", block(size, sha384)},
        {"the digest without DigestInfo", block(size, digest)},
        {"bytes behind the digest", block(size, digest_info + digest + "\0\0"s)},
        {"eight bytes of padding, then rubbish",
         "\x00\x01"s + std::string(8, '\xff') + '\0' + digest_info + digest + std::string(size - 62, 'x')},
        {"all zero", std::string(size, '\0')},
        {"one", std::string(size - 1, '\0') + '\x01'},
    };
    for (const auto& [what, em] : blocks) {
        if (em[0] == '\x01') continue;  // may be above the modulus
        EXPECT_FALSE(key.takes(message, key.raw(em), what)) << what;
    }
}

void hold_numbers_against_evp(const rsa_pair& key) {
    const std::string message = "header.payload";
    const auto size = key.bytes();
    const auto good = block(size, digest_info + digest_of(message));
    const auto s = key.raw(good);
    const number n(BN_dup(key.modulus.get()));
    const number beyond(BN_new());
    BN_add(beyond.get(), n.get(), num(s).get());
    const auto n_bytes = bytes(n.get(), static_cast<int>(size));
    BN_sub_word(n.get(), 1);
    std::vector<std::pair<const char*, std::string>> numbers{
        {"zero", std::string(size, '\0')},
        {"one", std::string(size - 1, '\0') + '\x01'},
        {"n - 1", bytes(n.get(), static_cast<int>(size))},
        {"n", n_bytes},
        {"all ones", std::string(size, '\xff')},
        {"empty", ""},
        {"a byte short", s.substr(1)},
        {"a byte short at the end", s.substr(0, size - 1)},
        {"a zero byte before", '\0' + s},
        {"a zero byte behind", s + '\0'},
        {"twice", s + s},
    };
    if (BN_num_bytes(beyond.get()) <= static_cast<int>(size))
        numbers.emplace_back("s + n", bytes(beyond.get(), static_cast<int>(size)));
    for (const auto& [what, signature] : numbers) EXPECT_FALSE(key.takes(message, signature, what)) << what;
    EXPECT_FALSE(key.takes("header.payloae", s, "another message"));
}

void hold_rsa_against_evp(const rsa_pair& key) {
    hold_blocks_against_evp(key);
    hold_numbers_against_evp(key);
    hold_in_batches(key.seen());
}

TEST(rs256_fast, agrees_with_evp_at_2048_bits) {
    hold_rsa_against_evp(rsa_pair(2048, 65537));
}

// Keys of several lengths and exponents in one batch.
TEST(rs256_fast, agrees_with_evp_in_mixed_batches) {
    std::vector<known_signature> all;
    for (const auto& [bits, exponent] : {std::pair(2048U, 65537UL),
                                         {2056U, 65537UL},
                                         {3072U, 65537UL},
                                         {4096U, 65537UL},

                                         {2048U, 3UL}}) {
        const rsa_pair key(bits, exponent);
        hold_blocks_against_evp(key);
        hold_numbers_against_evp(key);
        all.insert(all.end(), key.seen().begin(), key.seen().end());
    }
    hold_in_batches(all);
}

// Random messages, and signatures in which one bit is wrong. 2078 bits are as many as 40 limbs may have, so that
// remainders above the modulus occur.
TEST(rs256_fast, agrees_with_evp_on_random_signatures) {
    const rsa_pair key(2078, 65537);
    std::mt19937 random(8017);
    for (int i = 0; i < 200; ++i) {
        std::string message(random() % 200, '\0');
        for (auto& c : message) c = static_cast<char>(random());
        auto signature = key.raw(block(key.bytes(), digest_info + digest_of(message)));
        EXPECT_TRUE(key.takes(message, signature, "a good signature"));
        const auto bit = random() % (signature.size() * 8);
        signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ 1 << bit % 8);
        EXPECT_FALSE(key.takes(message, signature, "a wrong bit"));
    }
    hold_in_batches(key.seen());
}

// A modulus whose length is not a multiple of the word size.
TEST(rs256_fast, agrees_with_evp_at_an_odd_length) {
    hold_rsa_against_evp(rsa_pair(2056, 65537));
    hold_rsa_against_evp(rsa_pair(2049, 65537));
}

TEST(rs256_fast, leaves_other_exponents_to_evp) {
    const rsa_pair key(2048, 3);
    hold_rsa_against_evp(key);
    // Bleichenbacher's forgery of 2006 for e = 3: a cube that begins with a short padding and the digest, followed by
    // anything. The signature is the cube root of the block, rounded up.
    const std::string message = "header.payload";
    auto em = "\x00\x01"s + std::string(8, '\xff') + '\0' + digest_info + digest_of(message);
    em += std::string(key.bytes() - em.size(), '\xff');
    number low(BN_new());
    number high(num("\x01"s + std::string(88, '\0')));
    const std::unique_ptr<BN_CTX, plain::freed<BN_CTX_free>> ctx(BN_CTX_new());
    const auto target = num(em);
    const number middle(BN_new());
    const number cube(BN_new());
    for (int i = 0; i < 720; ++i) {
        BN_add(middle.get(), low.get(), high.get());
        BN_rshift1(middle.get(), middle.get());
        BN_sqr(cube.get(), middle.get(), ctx.get());
        BN_mul(cube.get(), cube.get(), middle.get(), ctx.get());
        BN_copy(BN_cmp(cube.get(), target.get()) <= 0 ? low.get() : high.get(), middle.get());
    }
    EXPECT_FALSE(key.takes(message, bytes(low.get(), static_cast<int>(key.bytes())), "a cube root"));
}

}  // namespace
}  // namespace assay::oauth
