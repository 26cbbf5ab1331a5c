#include "data/utf8.hpp"

#include <algorithm>

namespace assay {

std::size_t utf8_sequence(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t k) {
        return at + k < text.size() ? static_cast<unsigned char>(text[at + k]) : static_cast<unsigned char>(0);
    };
    const auto tail = [&](std::size_t k) { return (byte(k) & 0xc0U) == 0x80U; };
    const unsigned lead = byte(0);
    if (at >= text.size()) return 0;
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf && tail(1)) return 2;
    if (lead >= 0xe0 && lead <= 0xef && tail(1) && tail(2)) {
        const bool overlong = lead == 0xe0 && byte(1) < 0xa0;
        const bool surrogate = lead == 0xed && byte(1) > 0x9f;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4 && tail(1) && tail(2) && tail(3)) {
        const bool overlong = lead == 0xf0 && byte(1) < 0x90;
        const bool beyond = lead == 0xf4 && byte(1) > 0x8f;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

bool is_utf8(std::string_view text) {
    const auto ascii = [](char ch) { return static_cast<unsigned char>(ch) < 0x80; };
    auto i = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), ascii) - text.begin());
    while (i < text.size()) {
        const auto length = utf8_sequence(text, i);
        if (length == 0) return false;
        i += length;
    }
    return true;
}

}  // namespace assay
