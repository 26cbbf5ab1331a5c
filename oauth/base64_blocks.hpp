// Decodes base64 64 characters at a time on a processor with AVX-512 VBMI. Only for oauth/base64url.cpp. Thread-safe:
// a plain function.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay::oauth {

// The six bits of each ASCII character, 0x80 for one outside the alphabet.
using sextet_table = std::array<std::uint8_t, 128>;

// Decodes as many whole blocks of 64 characters as `text` has, into 48 bytes each, and returns the number of
// characters decoded; stops before a block with a wrong character. Elsewhere than on such a processor: 0.
[[nodiscard]] std::size_t decode_blocks(std::string_view text, const sextet_table& sextets, char* out);

}  // namespace assay::oauth
