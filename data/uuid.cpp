#include "data/uuid.hpp"

#include <algorithm>

#include "data/hex.hpp"

namespace assay {

uuid random_uuid(std::string_view bytes) {
    uuid out{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), out.size()), out.begin());
    out[6] = static_cast<unsigned char>((out[6] & 0x0fU) | 0x40U);
    out[8] = static_cast<unsigned char>((out[8] & 0x3fU) | 0x80U);
    return out;
}

std::string to_text(const uuid& id) {
    const auto digits = to_hex({reinterpret_cast<const char*>(id.data()), id.size()});
    std::string out(36, '-');
    std::size_t at = 0;
    for (const char digit : digits) {
        if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
        out[at++] = digit;
    }
    return out;
}

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !is_hex_digit(text[i])) return false;
    }
    return true;
}

}  // namespace assay
