// Eight numbers side by side in the registers of AVX-512, in limbs of 52 bits, which its instructions for integers
// (IFMA) multiply: a signature in each lane. Only signatures and public keys are computed with, so nothing here needs
// constant time. Elsewhere than on such a processor nothing of it runs. Only for oauth/*.cpp. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay::oauth {

inline constexpr std::size_t lanes = 8;
inline constexpr unsigned limb_bits = 52;
inline constexpr std::uint64_t limb_mask = (std::uint64_t{1} << limb_bits) - 1;

// limb[i][lane], least significant limb first.
template <std::size_t limbs>
struct alignas(64) lane_numbers {
    std::array<std::array<std::uint64_t, lanes>, limbs> limb;
};

// This processor has the instructions, and the operating system saves their registers.
[[nodiscard]] bool has_ifma();

// Writes the first `limbs` limbs of a big-endian number to out[0], out[stride], … The number has at most
// `number_bytes_max` bytes.
inline constexpr std::size_t number_bytes_max = 4096 / 8;
void to_limbs(std::string_view big_endian, std::uint64_t* out, std::size_t limbs, std::size_t stride);

using bytes32 = std::array<unsigned char, 32>;  // a number, big-endian

// The digits of a number, least significant first, from -2^(width-1) to 2^(width-1): half as many multiples are
// needed as for digits without a sign. out[i][lane].
template <unsigned width, std::size_t count>
void write_digits(lane_numbers<count>& out, std::size_t lane_index, const bytes32& number) {
    unsigned carry = 0;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        const auto bit = i * width;
        const auto digit = (number[number.size() - 1 - bit / 8] >> bit % 8 & ((1U << width) - 1)) + carry;
        carry = digit > 1U << (width - 1) ? 1 : 0;
        out.limb[i][lane_index] = std::uint64_t{digit} - (std::uint64_t{carry} << width);
    }
    out.limb[count - 1][lane_index] = carry;
}

}  // namespace assay::oauth
