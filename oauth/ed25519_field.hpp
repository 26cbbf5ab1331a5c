// The field of Ed25519 in eight lanes: numbers mod p = 2^255 - 19 (RFC 8032 §5.1). Elements are between 0 and
// 2p + 2^232. Included only by ed25519_lanes.cpp.
#pragma once

#include "oauth/ifma_element.hpp"

namespace assay::oauth::ed25519 {

using limbs5 = std::array<std::uint64_t, element_limbs>;

inline constexpr limbs5 zero{};
inline constexpr limbs5 prime{0xfffffffffffed, limb_mask, limb_mask, limb_mask, 0x7fffffffffff};
inline constexpr limbs5 twice_prime{0xfffffffffffda, limb_mask, limb_mask, limb_mask, 0xffffffffffff};
inline constexpr int top_bits = 47;  // of the highest limb, below 2^255

ASSAY_IFMA inline lane times19(lane a) {
    return (a << 4) + (a << 1) + a;
}

// What is beyond 2^255 counts 19, and what is beyond 2^260, the upper half of a product, 32 times as much.
ASSAY_IFMA inline element reduced(product p) {
    constexpr int half = element_limbs;
    for (int i = half; i + 1 < 2 * half; ++i) {
        p.column[i + 1] += carry_of(p.column[i]);
        p.column[i] = limb_of(p.column[i]);
    }
    const lane factor = all_lanes(std::uint64_t{19} << 5U);
    const lane beyond = add_high(_mm512_setzero_si512(), p.column[2 * half - 1], factor);
    element out;
    out.limb[0] = add_low(add_low(p.column[0], p.column[half], factor), beyond, factor);
    for (int i = 1; i < half; ++i)
        out.limb[i] = add_high(add_low(p.column[i], p.column[i + half], factor), p.column[i + half - 1], factor);
    out.limb[0] += times19(out.limb[half - 1] >> top_bits);
    out.limb[half - 1] = out.limb[half - 1] & all_lanes((std::uint64_t{1} << top_bits) - 1);
    return carried(out);
}

ASSAY_IFMA inline element operator*(const element& a, const element& b) {
    return reduced(product_of(a, b));
}
ASSAY_IFMA inline element square(const element& a) {
    return reduced(square_of(a));
}

// The same number mod p, settled. For sums and differences of up to 30 elements: subtracts the multiple of p that the
// highest bits ask for, less one, which keeps the result positive.
ASSAY_IFMA inline element settled(element a) {
    const lane q = (a.limb[4] >> top_bits) - all_lanes(1);
    a.limb[0] += times19(q);
    a.limb[4] -= q << top_bits;
    return carried(a);
}

ASSAY_IFMA inline __mmask8 is_zero(const element& a) {
    return static_cast<__mmask8>(equal(a, zero) | equal(a, prime) | equal(a, twice_prime));
}

// Bit 0 of the number from 0 to p - 1 that a product is equal to.
ASSAY_IFMA inline __mmask8 is_odd(element a) {
    element beyond = a;
    beyond.limb[0] += all_lanes(19);
    const lane times = carried(beyond).limb[4] >> top_bits;  // how often a contains p, which is odd
    return _mm512_test_epi64_mask(a.limb[0] + times, all_lanes(1));
}

// a^(2^squarings)
ASSAY_IFMA inline element raised(element a, int squarings) {
    for (int i = 0; i < squarings; ++i) a = square(a);
    return a;
}

// 1/a = a^(p-2), and 0 for 0. p - 2 = 2^255 - 21: 250 ones, then 01011.
ASSAY_IFMA inline element inverse(const element& a) {
    const element a2 = square(a);
    const element a9 = raised(a2, 2) * a;
    const element a11 = a9 * a2;
    const element ones5 = square(a11) * a9;  // a^(2^5 - 1)
    const element ones10 = raised(ones5, 5) * ones5;
    const element ones20 = raised(ones10, 10) * ones10;
    const element ones40 = raised(ones20, 20) * ones20;
    const element ones50 = raised(ones40, 10) * ones10;
    const element ones100 = raised(ones50, 50) * ones50;
    const element ones200 = raised(ones100, 100) * ones100;
    const element ones250 = raised(ones200, 50) * ones50;
    return raised(ones250, 5) * a11;
}

}  // namespace assay::oauth::ed25519
