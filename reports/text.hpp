// Text as the writers need it: bytes of a stranger made safe to print, wrapped, cut and escaped.
// Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

// One character of UTF-8 text at `at`: a byte that starts none is U+FFFD of size 1.
struct code_point {
    char32_t value = 0;
    std::size_t size = 1;
};
[[nodiscard]] code_point decode(std::string_view text, std::size_t at);

// What a terminal or a page may show: CRLF as a newline, newline and tab kept; other control characters, and the
// characters that reorder or hide text (bidirectional overrides, zero width), as "\x1b" or "\u{202e}"; U+FFFD for
// bytes that are no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);

// At most `limit` bytes, cut between characters, with a last line "… 1234 more bytes" within the limit.
[[nodiscard]] std::string cut(std::string_view text, std::size_t limit);
// At most `lines` lines of at most `width` bytes each, with a last line that says how much more there is.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t lines, std::size_t bytes);

// Columns on a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks.
[[nodiscard]] std::size_t columns(std::string_view text);
// Lines of at most `width` columns, broken at spaces, or anywhere in a word that is longer; at newlines always.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

// For element content and attribute values in XML and HTML: & < > " ' and line breaks in attributes are references;
// characters that XML 1.0 §2.2 does not allow are dropped.
[[nodiscard]] std::string escape_markup(std::string_view text);
[[nodiscard]] std::string escape_attribute(std::string_view text);

// "420 µs", "12 ms", "3.4 s", "2 min 05 s".
[[nodiscard]] std::string duration(std::int64_t time_us);
// "1 check", "2 checks".
[[nodiscard]] std::string counted(std::size_t n, std::string_view noun);

// An HTTP message in parts; headers as "name: value" lines.
struct message_parts {
    std::string first_line;
    std::vector<std::string> headers;
    std::string body;
};
[[nodiscard]] message_parts split_message(std::string_view text);
// For a shell to read as one word: in quotes where it needs them.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace assay::reports
