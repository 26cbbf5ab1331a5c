// Case, blanks at the ends and whole numbers in ASCII text, the same in every locale: what the syntax of protocols,
// files and commands needs. Bytes above 127 stay as they are. Thread-safe: plain functions.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace assay {

[[nodiscard]] constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr char to_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] inline std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = to_lower(c);
    return out;
}

[[nodiscard]] inline std::string uppered(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = to_upper(c);
    return out;
}

// A part of `text`: without the characters of `blanks` at its ends. By default these are the optional white space of
// HTTP (RFC 9110 §5.6.3).
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") {
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The decimal integer that `text` is, from its first character to its last; nullopt where it is none or does not fit.
// A minus is for signed types only, a plus for none.
template <class T>
[[nodiscard]] std::optional<T> whole_number(std::string_view text) {
    T out{};
    const char* const end = text.data() + text.size();
    const auto [last, bad] = std::from_chars(text.data(), end, out);
    if (bad != std::errc{} || last != end) return std::nullopt;
    return out;
}

}  // namespace assay
