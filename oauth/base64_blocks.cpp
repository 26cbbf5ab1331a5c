#include "oauth/base64_blocks.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay::oauth {

#if defined(__x86_64__)
namespace {

constexpr std::size_t block = 64;
constexpr std::size_t block_bytes = block / 4 * 3;

// Where the three bytes of each group are in its 32 bits, which have the first one highest.
constexpr auto places = [] {
    std::array<std::uint8_t, block> out{};
    for (std::size_t i = 0; i < block_bytes; ++i) out[i] = static_cast<std::uint8_t>(i / 3 * 4 + 2 - i % 3);
    return out;
}();

// W. Muła and D. Lemire, Base64 encoding and decoding at almost the speed of a memory copy (2019), §3.
__attribute__((target("avx512f,avx512bw,avx512vbmi"))) std::size_t decode_with_vbmi(std::string_view text,
                                                                                    const sextet_table& sextets,
                                                                                    char* out) {
    const __m512i low = _mm512_loadu_si512(sextets.data());
    const __m512i high = _mm512_loadu_si512(sextets.data() + block);
    const __m512i order = _mm512_loadu_si512(places.data());
    std::size_t done = 0;
    for (; text.size() - done >= block; done += block, out += block_bytes) {
        const __m512i characters = _mm512_loadu_si512(text.data() + done);
        const __m512i values = _mm512_permutex2var_epi8(low, characters, high);
        // Beyond ASCII, or outside the alphabet.
        if (_mm512_movepi8_mask(_mm512_or_si512(characters, values)) != 0) break;
        const __m512i pairs = _mm512_maddubs_epi16(values, _mm512_set1_epi32(0x01400140));
        const __m512i groups = _mm512_madd_epi16(pairs, _mm512_set1_epi32(0x00011000));
        _mm512_mask_storeu_epi8(out, (1ULL << block_bytes) - 1,
                                _mm512_maskz_permutexvar_epi8((1ULL << block_bytes) - 1, order, groups));
    }
    return done;
}

}  // namespace

std::size_t decode_blocks(std::string_view text, const sextet_table& sextets, char* out) {
    static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                            __builtin_cpu_supports("avx512vbmi");
    return has ? decode_with_vbmi(text, sextets, out) : 0;
}
#else
std::size_t decode_blocks(std::string_view, const sextet_table&, char*) {
    return 0;
}
#endif

}  // namespace assay::oauth
