#include "oauth/ifma.hpp"

#include <algorithm>
#include <cstring>

namespace assay::oauth {

bool has_ifma() {
#if defined(__x86_64__)
    static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
    return has;
#else
    return false;
#endif
}

void to_limbs(std::string_view big_endian, std::uint64_t* out, std::size_t limbs, std::size_t stride) {
    // Eight bytes behind the number can be read, and are zero.
    std::array<unsigned char, number_bytes_max + 16> little;
    const auto size = std::min(big_endian.size(), number_bytes_max);
    std::reverse_copy(big_endian.end() - static_cast<std::ptrdiff_t>(size), big_endian.end(), little.begin());
    std::memset(little.data() + size, 0, 16);
    for (std::size_t i = 0; i < limbs; ++i) {
        const auto bit = i * limb_bits;
        std::uint64_t word = 0;
        // A limb begins at a bit 0 or 4 of its byte, so eight bytes hold all of it. IFMA implies little endian.
        if (bit / 8 <= size) std::memcpy(&word, little.data() + bit / 8, sizeof word);
        out[i * stride] = word >> bit % 8 & limb_mask;
    }
}

}  // namespace assay::oauth
