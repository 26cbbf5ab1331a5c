// Plain characters of a JSON string (RFC 8259 §7), eight at a time. Thread-safe: a plain function.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace assay::json {

// How many of the eight bytes come before the first control, quote, backslash or byte beyond ASCII, or fewer. DEL is
// plain in JSON; who escapes it nevertheless says so.
template <bool del_is_plain = true>
[[nodiscard]] std::ptrdiff_t plain_before(const char* eight) {
    std::uint64_t v = 0;
    std::memcpy(&v, eight, sizeof v);
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t highs = 0x8080808080808080;
    const auto zero_byte_in = [](std::uint64_t x) { return (x - ones) & ~x; };
    // Bytes behind the first marked one may be marked wrongly, by a borrow or a carry.
    const auto del = del_is_plain ? 0 : v + ones;
    const auto marked =
        (v | (v - ones * 0x20) | zero_byte_in(v ^ (ones * '"')) | zero_byte_in(v ^ (ones * '\\')) | del) & highs;
    if constexpr (std::endian::native == std::endian::little) return std::countr_zero(marked) / 8;
    return marked == 0 ? 8 : 0;
}

}  // namespace assay::json
