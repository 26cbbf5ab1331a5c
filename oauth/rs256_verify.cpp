#include "oauth/rs256_verify.hpp"

#include <array>
#include <cstring>

#include <openssl/crypto.h>
#include <openssl/err.h>

namespace assay::oauth {
namespace {

constexpr int squarings = 16;                // 65537 = 2^16 + 1
constexpr std::size_t bytes_max = 8192 / 8;  // largest modulus, as jwk allows

// DER of DigestInfo with SHA-256 and NULL parameters, up to the digest (RFC 8017 §9.2, note 1).
constexpr std::array<unsigned char, 19> digest_info{0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                                    0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

using bn_ctx = std::unique_ptr<BN_CTX, freed_by<BN_CTX_free>>;

// The scratch numbers of each thread.
BN_CTX* scratch() {
    thread_local const bn_ctx own(BN_CTX_new());
    return own.get();
}

// R^(2^16 + 1) mod n, where R is the power of two that every Montgomery product divides by.
bool correction_of(BIGNUM* out, const BIGNUM* n, const BN_MONT_CTX* montgomery, BN_CTX* ctx) {
    const std::unique_ptr<BIGNUM, freed_by<BN_free>> r(BN_new());
    const std::unique_ptr<BIGNUM, freed_by<BN_free>> power(BN_new());
    // One in Montgomery form is R.
    return r && power && BN_to_montgomery(r.get(), BN_value_one(), const_cast<BN_MONT_CTX*>(montgomery), ctx) == 1 &&
           BN_set_word(power.get(), (1UL << squarings) + 1) == 1 &&
           BN_mod_exp(out, r.get(), power.get(), n, ctx) == 1;
}

}  // namespace

rs256_verifier::rs256_verifier(const EVP_PKEY* key) {
    const auto n = rsa_number(key, "n");
    if (rsa_number(key, "e") != std::string("\x01\x00\x01", 3) || n.size() > bytes_max) return;
    if (n.size() < digest_info.size() + sha256_digest{}.size() + 11) return;  // RFC 8017 §9.2 (3)
    modulus_.reset(BN_bin2bn(reinterpret_cast<const unsigned char*>(n.data()), static_cast<int>(n.size()), nullptr));
    montgomery_.reset(BN_MONT_CTX_new());
    correction_.reset(BN_new());
    if (!modulus_ || !montgomery_ || !correction_ || scratch() == nullptr ||
        BN_MONT_CTX_set(montgomery_.get(), modulus_.get(), scratch()) != 1 ||
        !correction_of(correction_.get(), modulus_.get(), montgomery_.get(), scratch())) {
        montgomery_.reset();
        ERR_clear_error();
        return;
    }
    modulus_bytes_ = n;
    block_.assign(n.size() - sha256_digest{}.size(), '\xff');
    block_[0] = '\x00';
    block_[1] = '\x01';
    std::memcpy(block_.data() + block_.size() - digest_info.size(), digest_info.data(), digest_info.size());
    block_[block_.size() - digest_info.size() - 1] = '\x00';
}

// RFC 8017 §8.2.2 (1), §5.2.2 (1): a signature of another length is refused, and a number out of range is not
// reduced.
bool rs256_verifier::in_range(std::string_view signature) const {
    return signature.size() == modulus_bytes_.size() && signature < modulus_bytes_;
}

bool rs256_verifier::verify(const sha256_digest& digest, std::string_view signature) const {
    if (!in_range(signature)) return false;
    const auto size = signature.size();
    BN_CTX* const ctx = scratch();
    BN_CTX_start(ctx);
    BIGNUM* const s = BN_CTX_get(ctx);
    BIGNUM* const t = BN_CTX_get(ctx);
    BN_MONT_CTX* const m = montgomery_.get();
    std::array<unsigned char, bytes_max> out;
    bool ok = t != nullptr && BN_bin2bn(reinterpret_cast<const unsigned char*>(signature.data()),
                                        static_cast<int>(size), s) != nullptr;
    ok = ok && BN_mod_mul_montgomery(t, s, s, m, ctx) == 1;
    for (int i = 1; ok && i < squarings; ++i) ok = BN_mod_mul_montgomery(t, t, t, m, ctx) == 1;
    ok = ok && BN_mod_mul_montgomery(t, t, s, m, ctx) == 1 &&
         BN_mod_mul_montgomery(t, t, correction_.get(), m, ctx) == 1 &&
         BN_bn2binpad(t, out.data(), static_cast<int>(size)) == static_cast<int>(size);
    BN_CTX_end(ctx);
    return ok && CRYPTO_memcmp(out.data(), block_.data(), block_.size()) == 0 &&
           CRYPTO_memcmp(out.data() + block_.size(), digest.data(), digest.size()) == 0;
}

const rsa_modulus* rs256_verifier::for_lanes() const {
    std::call_once(once_, [this] {
        if (usable()) lanes_ = lanes_of(modulus_.get());
    });
    return lanes_.get();
}

void rs256_verifier::verify_together(std::span<check> checks) {
    std::array<std::string, lanes> blocks;
    std::array<rsa_power, lanes> powers;
    std::array<check*, lanes> of_power{};
    std::size_t count = 0;
    for (auto& c : checks) {
        c.good = false;
        if (!c.key->in_range(c.signature)) continue;
        blocks[count] = c.key->block_;
        blocks[count].append(c.digest.begin(), c.digest.end());
        powers[count] = {c.key->for_lanes(), c.signature, blocks[count]};
        of_power[count++] = &c;
    }
    if (count == 0) return;
    const auto equal = equal_powers(std::span(powers).first(count));
    for (std::size_t i = 0; i < count; ++i) of_power[i]->good = (equal >> i & 1U) != 0;
}

}  // namespace assay::oauth
