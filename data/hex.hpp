// Hexadecimal digits, and percent-encoding (RFC 3986 §2.1). Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

// The value of a digit in either case, or -1.
[[nodiscard]] constexpr int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}
[[nodiscard]] constexpr bool is_hex_digit(char c) {
    return hex_digit(c) >= 0;
}

// The byte that "%XX" at offset `at` stands for; -1 where no such triplet begins there.
[[nodiscard]] constexpr int percent_encoded_byte(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size() || text[at] != '%') return -1;
    const int high = hex_digit(text[at + 1]);
    const int low = hex_digit(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Two lower-case digits a byte.
[[nodiscard]] inline std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out(2 * bytes.size(), '0');
    auto at = out.begin();
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        *at++ = digits[byte >> 4U];
        *at++ = digits[byte & 15U];
    }
    return out;
}

}  // namespace assay
