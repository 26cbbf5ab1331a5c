#include "oauth/base64url.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace assay::oauth {
namespace {

constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view plain_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> digits_of(std::string_view alphabet) {
    std::array<std::uint8_t, 256> table{};
    table.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return table;
}

constexpr auto url_digits = digits_of(url_alphabet);
constexpr auto plain_digits = digits_of(plain_alphabet);

std::string encode(std::string_view bytes, std::string_view alphabet) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const auto n = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
        out += alphabet[n >> 18U];
        out += alphabet[n >> 12U & 63U];
        out += alphabet[n >> 6U & 63U];
        out += alphabet[n & 63U];
    }
    if (i + 1 == bytes.size()) {
        out += alphabet[byte(i) >> 2U];
        out += alphabet[byte(i) << 4U & 63U];
    } else if (i + 2 == bytes.size()) {
        const auto n = byte(i) << 8U | byte(i + 1);
        out += alphabet[n >> 10U];
        out += alphabet[n >> 4U & 63U];
        out += alphabet[n << 2U & 63U];
    }
    return out;
}

// `text` without padding.
result<std::string> decode(std::string_view text, const std::array<std::uint8_t, 256>& digits, const char* what) {
    const auto refuse = [&](const char* why) {
        return fail(errc::malformed, std::string(what) + " is malformed: " + why);
    };
    if (text.size() % 4 == 1) return refuse("its length fits no byte string");
    std::string out;
    out.resize(text.size() / 4 * 3 + (text.size() % 4 == 0 ? 0 : text.size() % 4 - 1));
    const auto digit = [&](std::size_t i) {
        return static_cast<std::uint32_t>(digits[static_cast<unsigned char>(text[i])]);
    };
    std::uint32_t seen = 0;
    std::size_t to = 0;
    std::size_t i = 0;
    for (; i + 4 <= text.size(); i += 4) {
        const auto a = digit(i);
        const auto b = digit(i + 1);
        const auto c = digit(i + 2);
        const auto d = digit(i + 3);
        seen |= a | b | c | d;
        const auto n = a << 18U | b << 12U | c << 6U | d;
        out[to++] = static_cast<char>(n >> 16U & 255U);
        out[to++] = static_cast<char>(n >> 8U & 255U);
        out[to++] = static_cast<char>(n & 255U);
    }
    std::uint32_t unused = 0;
    if (text.size() - i == 2) {
        const auto n = digit(i) << 6U | digit(i + 1);
        seen |= digit(i) | digit(i + 1);
        out[to++] = static_cast<char>(n >> 4U & 255U);
        unused = n & 15U;
    } else if (text.size() - i == 3) {
        const auto n = digit(i) << 12U | digit(i + 1) << 6U | digit(i + 2);
        seen |= digit(i) | digit(i + 1) | digit(i + 2);
        out[to++] = static_cast<char>(n >> 10U & 255U);
        out[to++] = static_cast<char>(n >> 2U & 255U);
        unused = n & 3U;
    }
    // Only no_digit has a bit above the sixth.
    if ((seen & 0xc0U) != 0) return refuse("it holds a character outside its alphabet");
    // RFC 4648 §3.5: two texts for the same bytes would be two spellings of one signature.
    if (unused != 0) return refuse("its unused last bits are not zero");
    return out;
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
    return encode(bytes, url_alphabet);
}

result<std::string> base64url_decode(std::string_view text) {
    return decode(text, url_digits, "base64url text");
}

std::string base64_encode(std::string_view bytes) {
    auto out = encode(bytes, plain_alphabet);
    while (out.size() % 4 != 0) out += '=';
    return out;
}

result<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return fail(errc::malformed, "base64 text is malformed: its padding is missing");
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return decode(text, plain_digits, "base64 text");
}

}  // namespace assay::oauth
