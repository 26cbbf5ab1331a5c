// The instructions for eight lanes under readable names; + - & >> of the compilers work on lanes, too. ASSAY_IFMA
// marks every function that uses them, so that the compiler emits them there only and the program starts on any
// x86-64. Included only by *_lanes.cpp, on x86-64.
#pragma once

#include <immintrin.h>

#include "oauth/ifma.hpp"

#define ASSAY_IFMA __attribute__((target("avx512f,avx512ifma")))

namespace assay::oauth {

using lane = __m512i;

ASSAY_IFMA inline lane load(const std::array<std::uint64_t, lanes>& from) {
    return _mm512_load_si512(from.data());
}
ASSAY_IFMA inline void store(std::array<std::uint64_t, lanes>& to, lane value) {
    _mm512_store_si512(to.data(), value);
}
ASSAY_IFMA inline lane all_lanes(std::uint64_t value) {
    return _mm512_set1_epi64(static_cast<long long>(value));
}
// sum + the low (high) 52 bits of the product of the low 52 bits of a and b.
ASSAY_IFMA inline lane add_low(lane sum, lane a, lane b) {
    return _mm512_madd52lo_epu64(sum, a, b);
}
ASSAY_IFMA inline lane add_high(lane sum, lane a, lane b) {
    return _mm512_madd52hi_epu64(sum, a, b);
}
// The part of a limb that belongs to the next one; signed, as differences are.
ASSAY_IFMA inline lane carry_of(lane limb) {
    return limb >> limb_bits;
}
ASSAY_IFMA inline lane limb_of(lane value) {
    return value & all_lanes(limb_mask);
}

// Of digits, which are signed.
ASSAY_IFMA inline __mmask8 negative(lane digit) {
    return _mm512_cmplt_epi64_mask(digit, _mm512_setzero_si512());
}
ASSAY_IFMA inline lane size_of(lane digit) {
    return _mm512_mask_sub_epi64(digit, negative(digit), _mm512_setzero_si512(), digit);
}

}  // namespace assay::oauth
