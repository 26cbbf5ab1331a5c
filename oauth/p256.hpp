// The curve P-256 and owners for OpenSSL's numbers and points, shared by signing and verifying ES256. Thread-safe:
// the group is made once and only read.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "oauth/evp.hpp"

namespace assay::oauth {

using bn_ctx = std::unique_ptr<BN_CTX, freed_by<BN_CTX_free>>;
using ec_group = std::unique_ptr<EC_GROUP, freed_by<EC_GROUP_free>>;
using ec_point = std::unique_ptr<EC_POINT, freed_by<EC_POINT_free>>;

using secret_number = std::unique_ptr<BIGNUM, freed_by<BN_clear_free>>;

constexpr std::size_t p256_field = 32;  // bytes of a coordinate, and of a number below the order

// nullptr: this OpenSSL does not have the curve.
[[nodiscard]] inline const EC_GROUP* p256_group() {
    static const ec_group curve(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    return curve.get();
}

// A modulus with its Montgomery context.
struct montgomery_modulus {
    secret_number value{BN_new()};
    std::unique_ptr<BN_MONT_CTX, freed_by<BN_MONT_CTX_free>> form{BN_MONT_CTX_new()};

    [[nodiscard]] bool prepare(BN_CTX* ctx) const { return BN_MONT_CTX_set(form.get(), value.get(), ctx) == 1; }
    // a*b/R
    [[nodiscard]] bool product(BIGNUM* out, const BIGNUM* a, const BIGNUM* b, BN_CTX* ctx) const {
        return BN_mod_mul_montgomery(out, a, b, form.get(), ctx) == 1;
    }
    // Reduces a number that is below twice the modulus.
    [[nodiscard]] bool reduce(BIGNUM* n) const {
        return BN_ucmp(n, value.get()) < 0 || BN_usub(n, n, value.get()) == 1;
    }
};

// Inverts numbers in Montgomery form with a single inversion (Montgomery's trick).
template <std::size_t count>
bool invert_all(std::array<secret_number, count>& numbers, std::array<secret_number, count>& before,
                const montgomery_modulus& m, BIGNUM* rest, BN_CTX* ctx) {
    bool ok = BN_copy(before[0].get(), numbers[0].get()) != nullptr;
    for (std::size_t i = 1; ok && i < count; ++i)
        ok = m.product(before[i].get(), before[i - 1].get(), numbers[i].get(), ctx);
    ok = ok && BN_from_montgomery(rest, before[count - 1].get(), m.form.get(), ctx) == 1 &&
         BN_mod_inverse(rest, rest, m.value.get(), ctx) != nullptr &&
         BN_to_montgomery(rest, rest, m.form.get(), ctx) == 1;
    for (std::size_t i = count - 1; ok && i > 0; --i) {
        ok = m.product(before[i].get(), rest, before[i - 1].get(), ctx) &&
             m.product(rest, rest, numbers[i].get(), ctx) && BN_copy(numbers[i].get(), before[i].get()) != nullptr;
    }
    return ok && BN_copy(numbers[0].get(), rest) != nullptr;
}

template <std::size_t count>
std::array<secret_number, count> secret_numbers() {
    std::array<secret_number, count> out;
    for (auto& n : out) n.reset(BN_new());
    return out;
}

}  // namespace assay::oauth
