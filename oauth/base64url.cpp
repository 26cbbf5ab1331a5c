#include "oauth/base64url.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "oauth/base64_blocks.hpp"
#include "oauth/base64url_to.hpp"

namespace assay::oauth {
namespace {

constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view plain_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The four digits of a group, each shifted to its place in the 24 bits. A character that is not a digit sets a bit
// above the 24.
using digit_table = std::array<std::uint32_t, 256>;
constexpr std::uint32_t no_digit = 1U << 31U;

constexpr std::array<digit_table, 4> digits_of(std::string_view alphabet) {
    std::array<digit_table, 4> tables{};
    for (auto& table : tables) table.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        for (std::size_t place = 0; place < tables.size(); ++place)
            tables[place][static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint32_t>(i)
                                                                     << (18U - 6U * place);
    }
    return tables;
}

constexpr sextet_table sextets_of(std::string_view alphabet) {
    sextet_table table{};
    table.fill(0x80);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    return table;
}

struct decoding {
    std::array<digit_table, 4> digits;
    sextet_table sextets;
};
constexpr decoding url_decoding{digits_of(url_alphabet), sextets_of(url_alphabet)};
constexpr decoding plain_decoding{digits_of(plain_alphabet), sextets_of(plain_alphabet)};

void encode_to(std::string& out, std::string_view bytes, std::string_view alphabet) {
    const auto before = out.size();
    out.resize(before + (bytes.size() * 4 + 2) / 3);
    char* to = out.data() + before;
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const auto n = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
        *to++ = alphabet[n >> 18U];
        *to++ = alphabet[n >> 12U & 63U];
        *to++ = alphabet[n >> 6U & 63U];
        *to++ = alphabet[n & 63U];
    }
    if (i + 1 == bytes.size()) {
        *to++ = alphabet[byte(i) >> 2U];
        *to++ = alphabet[byte(i) << 4U & 63U];
    } else if (i + 2 == bytes.size()) {
        const auto n = byte(i) << 8U | byte(i + 1);
        *to++ = alphabet[n >> 10U];
        *to++ = alphabet[n >> 4U & 63U];
        *to++ = alphabet[n << 2U & 63U];
    }
}

enum class flaw { none, length, alphabet, unused_bits };

// `text` without padding into decoded_size(text.size()) bytes at `out`.
flaw decode_to(std::string_view text, const decoding& by, char* out) {
    if (text.size() % 4 == 1) return flaw::length;
    const auto digit = [&](std::size_t i, std::size_t place) {
        return by.digits[place][static_cast<unsigned char>(text[i])];
    };
    std::uint32_t seen = 0;
    std::size_t i = decode_blocks(text, by.sextets, out);
    out += i / 4 * 3;
    for (; i + 4 <= text.size(); i += 4) {
        const auto n = digit(i, 0) | digit(i + 1, 1) | digit(i + 2, 2) | digit(i + 3, 3);
        seen |= n;
        *out++ = static_cast<char>(n >> 16U & 255U);
        *out++ = static_cast<char>(n >> 8U & 255U);
        *out++ = static_cast<char>(n & 255U);
    }
    std::uint32_t unused = 0;
    if (const auto rest = text.size() - i; rest != 0) {
        const auto n = digit(i, 0) | digit(i + 1, 1) | (rest == 3 ? digit(i + 2, 2) : 0U);
        seen |= n;
        *out++ = static_cast<char>(n >> 16U & 255U);
        if (rest == 3) *out++ = static_cast<char>(n >> 8U & 255U);
        unused = n & (rest == 3 ? 0xffU : 0xffffU);
    }
    if ((seen & no_digit) != 0) return flaw::alphabet;
    // RFC 4648 §3.5: otherwise two texts would decode to the same bytes, and one signature could be written in two
    // ways.
    return unused != 0 ? flaw::unused_bits : flaw::none;
}

result<std::string> decode(std::string_view text, const decoding& by, const char* what) {
    const auto refuse = [&](const char* why) {
        return fail(errc::malformed, std::string(what) + " is malformed: " + why);
    };
    std::string out(base64url_decoded_size(text.size()), '\0');
    switch (decode_to(text, by, out.data())) {
        case flaw::none:
            break;
        case flaw::length:
            return refuse("its length fits no byte string");
        case flaw::alphabet:
            return refuse("it holds a character outside its alphabet");
        case flaw::unused_bits:
            return refuse("its unused last bits are not zero");
    }
    return out;
}

}  // namespace

std::string base64url_encode(std::string_view bytes) {
    std::string out;
    encode_to(out, bytes, url_alphabet);
    return out;
}

void base64url_append(std::string& out, std::string_view bytes) {
    encode_to(out, bytes, url_alphabet);
}

result<std::string> base64url_decode(std::string_view text) {
    return decode(text, url_decoding, "base64url text");
}

bool base64url_decode_to(std::string_view text, char* out) {
    return decode_to(text, url_decoding, out) == flaw::none;
}

std::string base64_encode(std::string_view bytes) {
    std::string out;
    encode_to(out, bytes, plain_alphabet);
    while (out.size() % 4 != 0) out += '=';
    return out;
}

result<std::string> base64_decode(std::string_view text) {
    if (text.size() % 4 != 0) return fail(errc::malformed, "base64 text is malformed: its padding is missing");
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    return decode(text, plain_decoding, "base64 text");
}

}  // namespace assay::oauth
