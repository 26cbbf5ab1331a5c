#include "reports/text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/markup.hpp"
#include "data/utf8.hpp"

namespace assay::reports {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

struct range {
    char32_t first, last;
};

template <std::size_t N>
bool within(char32_t c, const std::array<range, N>& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [c](range r) { return r.first <= c && c <= r.last; });
}

// C0 and C1 control characters (a terminal executes them), and characters that reorder or hide text.
bool hidden(char32_t c) {
    constexpr std::array<range, 9> ranges{{{0x00, 0x08},
                                           {0x0B, 0x1F},
                                           {0x7F, 0x9F},
                                           {0xAD, 0xAD},
                                           {0x200B, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2060, 0x2069},
                                           {0xFEFF, 0xFEFF},
                                           {0xE0000, 0xE0FFF}}};
    return within(c, ranges);
}

std::size_t columns_of(char32_t c) {
    constexpr std::array<range, 5> zero{
        {{0x300, 0x36F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}}};
    constexpr std::array<range, 8> wide{{{0x1100, 0x115F},
                                         {0x2E80, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0x1F300, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};
    if (within(c, zero)) return 0;
    return within(c, wide) ? 2 : 1;
}

// The longest prefix of at most `width` columns, but at least one character.
std::size_t prefix_of(std::string_view text, std::size_t width) {
    std::size_t at = 0;
    std::size_t used = 0;
    while (at < text.size()) {
        const code_point c = decode(text, at);
        const std::size_t w = columns_of(c.value);
        if (at > 0 && used + w > width) break;
        used += w;
        at += c.size;
    }
    return at;
}

void wrap_line(std::string_view line, std::size_t width, std::vector<std::string>& out) {
    while (columns(line) > width) {
        std::size_t end = prefix_of(line, width);
        std::size_t next = end;
        // Breaks after a space or after the & of a form body, unless that would leave half of the line empty.
        const std::size_t from = line[end] == ' ' ? end : end - 1;
        const std::size_t space = line.find_last_of(" &", from);
        if (space != std::string_view::npos && space > width / 2) {
            end = line[space] == '&' ? space + 1 : space;
            next = space + 1;
        }
        out.emplace_back(line.substr(0, end));
        line.remove_prefix(next);
    }
    out.emplace_back(line);
}

// The end of the last complete character at or before `size`.
std::size_t character_end(std::string_view text, std::size_t size) {
    if (size >= text.size()) return text.size();
    std::size_t end = size;
    while (end > 0 && size - end < 4 && continuation(text[end])) --end;
    return continuation(text[end]) ? size : end;
}

bool allowed_in_xml(char32_t c) {
    return c == 0x9 || c == 0xA || c == 0xD || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

}  // namespace

code_point decode(std::string_view text, std::size_t at) {
    const std::size_t size = utf8_sequence(text, at);
    if (size == 0) return {0xFFFD, 1};
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    char32_t value = size == 1 ? byte(0) : byte(0) & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) value = (value << 6U) | (byte(i) & 0x3FU);
    return {value, size};
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const code_point c = decode(text, at);
        const bool line_end = c.value == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
        if (c.value == 0xFFFD) {
            out += replacement;
        } else if (hidden(c.value)) {
            const auto code = static_cast<std::uint32_t>(c.value);
            if (!line_end) out += code <= 0xFF ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{{{:x}}}", code);
        } else {
            out += text.substr(at, c.size);
        }
        at += c.size;
    }
    return out;
}

std::string cut(std::string_view text, std::size_t limit) {
    constexpr std::size_t note = 40;
    if (text.size() <= limit) return std::string(text);
    const std::size_t kept = character_end(text, limit > note ? limit - note : 0);
    return fmt::format("{}\n… {} more bytes", text.substr(0, kept), text.size() - kept);
}

std::string excerpt(std::string_view text, std::size_t lines, std::size_t bytes) {
    std::size_t end = 0;
    for (std::size_t n = 0; n < lines && end < text.size(); ++n) {
        const std::size_t line_end = text.find('\n', end);
        end = line_end == std::string_view::npos ? text.size() : line_end + 1;
    }
    if (end > bytes) end = character_end(text, bytes);
    if (end >= text.size()) return std::string(text);
    std::string_view kept = text.substr(0, end);
    if (kept.ends_with('\n')) kept.remove_suffix(1);
    return fmt::format("{}\n… {} more bytes", kept, text.size() - end);
}

std::size_t columns(std::string_view text) {
    std::size_t sum = 0;
    for (std::size_t at = 0; at < text.size();) {
        const code_point c = decode(text, at);
        sum += columns_of(c.value);
        at += c.size;
    }
    return sum;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> out;
    while (true) {
        const std::size_t end = text.find('\n');
        out.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end + 1);
    }
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> out;
    for (const std::string& line : lines_of(text)) wrap_line(line, std::max<std::size_t>(width, 10), out);
    return out;
}

std::string escape_markup(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (std::size_t at = 0; at < text.size();) {
        const code_point c = decode(text, at);
        const std::string_view entity = markup_entity(c.value);
        if (c.value == 0xFFFD) {
            out += replacement;
        } else if (!entity.empty()) {
            out += entity;
        } else if (allowed_in_xml(c.value)) {
            out += text.substr(at, c.size);
        }
        at += c.size;
    }
    return out;
}

std::string escape_attribute(std::string_view text) {
    // XML 1.0 §3.3.3: a literal line break or tab in an attribute would be read as a space.
    std::string out;
    for (const char c : escape_markup(text)) {
        switch (c) {
            case '\n':
                out += "&#10;";
                break;
            case '\r':
                out += "&#13;";
                break;
            case '\t':
                out += "&#9;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string duration(std::int64_t time_us) {
    constexpr std::int64_t ms = 1000;
    constexpr std::int64_t second = 1000 * ms;
    constexpr std::int64_t minute = 60 * second;
    if (time_us < ms) return fmt::format("{} µs", time_us);
    if (time_us < second) return fmt::format("{} ms", time_us / ms);
    if (time_us < minute) return fmt::format("{}.{} s", time_us / second, time_us % second / (100 * ms));
    return fmt::format("{} min {:02} s", time_us / minute, time_us % minute / second);
}

std::string counted(std::size_t n, std::string_view noun) {
    return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

message_parts split_message(std::string_view text) {
    message_parts parts;
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (first) {
            parts.first_line = line;
            first = false;
        } else if (line.empty()) {
            parts.body = text;
            break;
        } else {
            parts.headers.emplace_back(line);
        }
    }
    return parts;
}

std::string shell_word(std::string_view text) {
    constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:.=@,%+-/";
    if (!text.empty() && text.find_first_not_of(harmless) == std::string_view::npos) return std::string(text);
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
    return out + "'";
}

}  // namespace assay::reports
