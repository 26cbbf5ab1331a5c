// Numbers of 260 bits in eight lanes, for the fields of P-256 and Ed25519. A field adds how its products are reduced.
// Included only by *_lanes.cpp, on x86-64.
#pragma once

#include "oauth/ifma_code.hpp"

namespace assay::oauth {

inline constexpr int element_limbs = 5;

// Settled: each limb is from 0 to 2^52 - 1, as factors must be. Sums and differences are made limb by limb, so that
// their limbs may be negative or too large until the field settles them.
struct element {
    lane limb[element_limbs];
};

ASSAY_IFMA inline element operator+(const element& a, const element& b) {
    element out;
    for (int i = 0; i < element_limbs; ++i) out.limb[i] = a.limb[i] + b.limb[i];
    return out;
}
ASSAY_IFMA inline element operator-(const element& a, const element& b) {
    element out;
    for (int i = 0; i < element_limbs; ++i) out.limb[i] = a.limb[i] - b.limb[i];
    return out;
}
// 2^bits * a, limb by limb.
ASSAY_IFMA inline element shifted(const element& a, int bits) {
    element out;
    for (int i = 0; i < element_limbs; ++i) out.limb[i] = a.limb[i] << bits;
    return out;
}
ASSAY_IFMA inline element chosen(__mmask8 where, const element& there, const element& elsewhere) {
    element out;
    for (int i = 0; i < element_limbs; ++i)
        out.limb[i] = _mm512_mask_mov_epi64(elsewhere.limb[i], where, there.limb[i]);
    return out;
}
ASSAY_IFMA inline element loaded(const lane_numbers<element_limbs>& from) {
    element out;
    for (int i = 0; i < element_limbs; ++i) out.limb[i] = load(from.limb[static_cast<std::size_t>(i)]);
    return out;
}
ASSAY_IFMA inline element in_all_lanes(const std::array<std::uint64_t, element_limbs>& number) {
    element out;
    for (int i = 0; i < element_limbs; ++i) out.limb[i] = all_lanes(number[static_cast<std::size_t>(i)]);
    return out;
}
// The lanes in which a settled element has exactly these limbs.
ASSAY_IFMA inline __mmask8 equal(const element& a, const std::array<std::uint64_t, element_limbs>& number) {
    __mmask8 out = 0xff;
    for (int i = 0; i < element_limbs; ++i)
        out = _mm512_mask_cmpeq_epi64_mask(out, a.limb[i], all_lanes(number[static_cast<std::size_t>(i)]));
    return out;
}

// Moves what is beyond 52 bits to the next limb.
ASSAY_IFMA inline element carried(element a) {
    for (int i = 0; i + 1 < element_limbs; ++i) {
        a.limb[i + 1] += carry_of(a.limb[i]);
        a.limb[i] = limb_of(a.limb[i]);
    }
    return a;
}

// The columns of a product of two settled elements; column i counts 2^(52*i).
struct product {
    lane column[2 * element_limbs];
};

ASSAY_IFMA inline product product_of(const element& a, const element& b) {
    product p;
    for (auto& c : p.column) c = _mm512_setzero_si512();
#pragma GCC unroll 5
    for (int i = 0; i < element_limbs; ++i) {
#pragma GCC unroll 5
        for (int j = 0; j < element_limbs; ++j) {
            p.column[i + j] = add_low(p.column[i + j], a.limb[i], b.limb[j]);
            p.column[i + j + 1] = add_high(p.column[i + j + 1], a.limb[i], b.limb[j]);
        }
    }
    return p;
}

// Each product of two different limbs is computed once and counted twice.
ASSAY_IFMA inline product square_of(const element& a) {
    product p;
    for (auto& c : p.column) c = _mm512_setzero_si512();
#pragma GCC unroll 5
    for (int i = 0; i < element_limbs; ++i) {
#pragma GCC unroll 5
        for (int j = i + 1; j < element_limbs; ++j) {
            p.column[i + j] = add_low(p.column[i + j], a.limb[i], a.limb[j]);
            p.column[i + j + 1] = add_high(p.column[i + j + 1], a.limb[i], a.limb[j]);
        }
    }
    for (auto& c : p.column) c += c;
#pragma GCC unroll 5
    for (int i = 0; i < element_limbs; ++i) {
        p.column[2 * i] = add_low(p.column[2 * i], a.limb[i], a.limb[i]);
        p.column[2 * i + 1] = add_high(p.column[2 * i + 1], a.limb[i], a.limb[i]);
    }
    return p;
}

}  // namespace assay::oauth
