#include "oauth/form_reading.hpp"

#include <algorithm>

#include "data/hex.hpp"
#include "data/utf8.hpp"

namespace assay::oauth {
namespace {

constexpr std::size_t fields_max = 1000;

// Calls `take` with the undecoded name and value of each field, until it returns false.
template <class Take>
void each_piece(std::string_view text, const Take& take) {
    while (!text.empty()) {
        const auto end = std::min(text.find('&'), text.size());
        const auto piece = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (piece.empty()) continue;
        const auto equals = std::min(piece.find('='), piece.size());
        if (!take(piece.substr(0, equals), piece.substr(std::min(equals + 1, piece.size())))) return;
    }
}

std::string decode_leniently(std::string_view text) {
    if (auto good = form_decode(text)) return std::move(*good);
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int byte = percent_encoded_byte(text, i);
        if (byte >= 0) {
            bytes += static_cast<char>(byte);
            i += 2;
        } else {
            bytes += text[i] == '+' ? ' ' : text[i];
        }
    }
    std::string out;
    for (std::size_t i = 0; i < bytes.size();) {
        const auto length = bytes[i] == '\0' ? 0 : utf8_sequence(bytes, i);
        out += length == 0 ? "\xEF\xBF\xBD" : bytes.substr(i, length);
        i += std::max<std::size_t>(length, 1);
    }
    return out;
}

}  // namespace

form_reading read_form(std::string_view text, undecodable how) {
    form_reading out;
    const auto pieces = static_cast<std::size_t>(1 + std::count(text.begin(), text.end(), '&'));
    out.fields.fields.reserve(text.empty() ? 0 : std::min(pieces, fields_max));
    const bool plain = decodes_to_itself(text);
    std::size_t count = 0;
    each_piece(text, [&](std::string_view sent_name, std::string_view sent_value) {
        out.too_many = ++count > fields_max;
        if (out.too_many) return false;
        if (plain || (decodes_to_itself(sent_name) && decodes_to_itself(sent_value))) {  // most do
            out.fields.fields.emplace_back(sent_name, sent_value);
            return true;
        }
        auto name = form_decode(sent_name);
        auto value = form_decode(sent_value);
        if (name && value) {
            out.fields.append(std::move(*name), std::move(*value));
            return true;
        }
        if (how == undecodable::kept) out.fields.append(decode_leniently(sent_name), decode_leniently(sent_value));
        out.bad.push_back(
            {name.value_or(std::string(sent_name)), name ? value.error().message : name.error().message});
        return true;
    });
    return out;
}

}  // namespace assay::oauth
