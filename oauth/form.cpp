#include "oauth/form.hpp"

#include <algorithm>

#include "data/hex.hpp"
#include "data/utf8.hpp"
#include "oauth/form_reading.hpp"

namespace assay::oauth {
namespace {

bool stays(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' || c == '-' ||
           c == '.' || c == '_';
}

void encode_to(std::string& out, std::string_view bytes) {
    static constexpr std::string_view hex = "0123456789ABCDEF";
    for (const char c : bytes) {
        if (stays(c)) {
            out += c;
        } else if (c == ' ') {
            out += '+';
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += hex[byte >> 4U];
            out += hex[byte & 15U];
        }
    }
}

}  // namespace

const std::string* form::find(std::string_view name) const {
    const auto there = std::find_if(fields.begin(), fields.end(), [&](const field& f) { return f.first == name; });
    return there == fields.end() ? nullptr : &there->second;
}

std::string_view form::value(std::string_view name) const {
    const auto* there = find(name);
    return there == nullptr ? std::string_view{} : std::string_view(*there);
}

std::size_t form::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(fields.begin(), fields.end(), [&](const field& f) { return f.first == name; }));
}

std::vector<std::string> form::all(std::string_view name) const {
    std::vector<std::string> out;
    for (const auto& [n, v] : fields) {
        if (n == name) out.push_back(v);
    }
    return out;
}

void form::set(std::string name, std::string value) {
    const auto there = std::find_if(fields.begin(), fields.end(), [&](const field& f) { return f.first == name; });
    if (there == fields.end()) {
        append(std::move(name), std::move(value));
        return;
    }
    there->second = std::move(value);
    fields.erase(std::remove_if(there + 1, fields.end(), [&](const field& f) { return f.first == name; }),
                 fields.end());
}

void form::append(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
}

bool form::erase(std::string_view name) {
    return std::erase_if(fields, [&](const field& f) { return f.first == name; }) > 0;
}

std::string form_encode(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    encode_to(out, bytes);
    return out;
}

bool decodes_to_itself(std::string_view text) {
    unsigned char other = 0;  // no branch for each byte, so that the compiler looks at many at once
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        other |= static_cast<unsigned char>((byte == '+') | (byte == '%') | (byte == 0) | (byte >= 0x80));
    }
    return other == 0;
}

result<std::string> form_decode(std::string_view text) {
    if (decodes_to_itself(text)) return std::string(text);
    std::string out(text.size(), '\0');
    char* to = out.data();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            *to++ = ' ';
            continue;
        }
        if (text[i] != '%') {
            *to++ = text[i];
            continue;
        }
        const int byte = percent_encoded_byte(text, i);
        if (byte < 0) return fail(errc::malformed, "a '%' must be followed by two hex digits; encode it as %25");
        *to++ = static_cast<char>(byte);
        i += 2;
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
    if (out.find('\0') != std::string::npos)
        return fail(errc::malformed, "a form value holds a NUL byte; leave it out");
    if (!is_utf8(out)) return fail(errc::malformed, "a form value is not UTF-8; encode it as UTF-8 first");
    return out;
}

std::string format_form(const form& f) {
    std::string out;
    for (const auto& [name, value] : f.fields) {
        if (!out.empty()) out += '&';
        encode_to(out, name);
        out += '=';
        encode_to(out, value);
    }
    return out;
}

result<form> parse_form(std::string_view text) {
    auto read = read_form(text);
    if (!read.bad.empty()) return fail(errc::malformed, std::move(read.bad.front().why));
    if (read.too_many) return fail(errc::limit, "a form holds more than 1000 fields; send fewer");
    return std::move(read.fields);
}

}  // namespace assay::oauth
