// The field of P-256 in eight lanes: numbers mod p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (FIPS 186-4 D.1.2.3), each
// multiplied by R = 2^260 (Montgomery's form). Elements are between 0 and 2p + 2^232, which is far below R/4, so that
// products need no final subtraction. Included only by p256_lanes.cpp.
#pragma once

#include "oauth/ifma_element.hpp"

namespace assay::oauth::p256 {

using limbs5 = std::array<std::uint64_t, element_limbs>;

inline constexpr limbs5 zero{};
inline constexpr limbs5 prime{0xfffffffffffff, 0x00fffffffffff, 0, 0x0001000000000, 0x0ffffffff0000};
inline constexpr limbs5 twice_prime{0xffffffffffffe, 0x01fffffffffff, 0, 0x0002000000000, 0x1fffffffe0000};

// p/R. As p is -1 mod 2^52, the multiple of p that clears a column is the column itself; of p there remain
// 2^96 (bit 44 of the next column), 2^192 (bit 36 of the third) and 2^256 - 2^224 (in the fourth).
ASSAY_IFMA inline element reduced(product p) {
    const lane bit44 = all_lanes(std::uint64_t{1} << 44U);
    const lane bit36 = all_lanes(std::uint64_t{1} << 36U);
    const lane top = all_lanes(prime[4]);
#pragma GCC unroll 5
    for (int i = 0; i < element_limbs; ++i) {
        const lane q = limb_of(p.column[i]);
        p.column[i + 1] = add_low(p.column[i + 1] + carry_of(p.column[i]), q, bit44);
        p.column[i + 2] = add_high(p.column[i + 2], q, bit44);
        p.column[i + 3] = add_low(p.column[i + 3], q, bit36);
        p.column[i + 4] = add_low(add_high(p.column[i + 4], q, bit36), q, top);
        p.column[i + 5] = add_high(p.column[i + 5], q, top);
    }
    element out;
    for (int i = 0; i < element_limbs; ++i) out.limb[i] = p.column[i + element_limbs];
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
    const lane q = (a.limb[4] >> 48) - all_lanes(1);
    a.limb[0] += q;
    a.limb[1] -= q << 44;
    a.limb[3] -= q << 36;
    a.limb[4] += (q << 16) - (q << 48);
    return carried(a);
}

ASSAY_IFMA inline __mmask8 is_zero(const element& a) {
    return static_cast<__mmask8>(equal(a, zero) | equal(a, prime) | equal(a, twice_prime));
}

}  // namespace assay::oauth::p256
