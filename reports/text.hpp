// Text functions of the writers: make foreign bytes safe to print; wrap, cut and escape text. Thread-safe: plain
// functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

// The UTF-8 character at `at`; an invalid byte is U+FFFD of size 1.
struct code_point {
    char32_t value = 0;
    std::size_t size = 1;
};
[[nodiscard]] code_point decode(std::string_view text, std::size_t at);

// Text that is safe on a terminal or page: CRLF becomes a newline, newline and tab are kept; other control characters
// and those that reorder or hide text (bidirectional overrides, zero width) become "\x1b" or "\u{202e}"; bytes that
// are not UTF-8 become U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);

// At most `limit` bytes, cut between characters; the last line "… 1234 more bytes" is within the limit.
[[nodiscard]] std::string cut(std::string_view text, std::size_t limit);
// At most `lines` lines and `bytes` bytes, with a last line that says how much was left out.
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t lines, std::size_t bytes);

// Columns on a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks.
[[nodiscard]] std::size_t columns(std::string_view text);
// Lines of at most `width` columns, broken at spaces, or inside a word that is too long; newlines always break.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);
[[nodiscard]] std::vector<std::string> lines_of(std::string_view text);

// For element content and attribute values in XML and HTML: & < > " ' and line breaks in attributes become
// references; characters that XML 1.0 §2.2 does not allow are dropped.
[[nodiscard]] std::string escape_markup(std::string_view text);
[[nodiscard]] std::string escape_attribute(std::string_view text);

// "420 µs", "12 ms", "3.4 s", "2 min 05 s".
[[nodiscard]] std::string duration(std::int64_t time_us);
// "1 check", "2 checks".
[[nodiscard]] std::string counted(std::size_t n, std::string_view noun);

// The parts of an HTTP message; headers as "name: value" lines.
struct message_parts {
    std::string first_line;
    std::vector<std::string> headers;
    std::string body;
};
[[nodiscard]] message_parts split_message(std::string_view text);
// One word for a shell, quoted if necessary.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace assay::reports
