#include "data/number.hpp"

#include <cmath>
#include <cstdlib>
#include <string>

namespace assay {
namespace {

// Removes leading digits from `rest`; true if there were any.
bool take_digits(std::string_view& rest) {
    const std::size_t end = rest.find_first_not_of("0123456789");
    const std::size_t length = end == std::string_view::npos ? rest.size() : end;
    rest.remove_prefix(length);
    return length > 0;
}

bool take_one_of(std::string_view& rest, std::string_view characters) {
    if (rest.empty() || characters.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
}

std::size_t length_of_number(std::string_view text) {
    std::string_view rest = text;
    take_one_of(rest, "-");
    const bool whole = take_digits(rest);
    auto fraction = rest;
    if (take_one_of(fraction, ".") && (take_digits(fraction) || whole)) {
        rest = fraction;
    } else if (!whole) {
        return 0;
    }
    auto exponent = rest;
    if (take_one_of(exponent, "eE")) {
        take_one_of(exponent, "+-");
        if (take_digits(exponent)) rest = exponent;
    }
    return text.size() - rest.size();
}

}  // namespace

std::optional<leading_number> read_number(std::string_view text) {
    const std::size_t length = length_of_number(text);
    if (length == 0) return std::nullopt;
    // The program never leaves the "C" locale. std::from_chars would fit, but libc++ has it only for integers.
    const double number = std::strtod(std::string(text.substr(0, length)).c_str(), nullptr);
    if (!std::isfinite(number)) return std::nullopt;
    return leading_number{number, length};
}

std::optional<double> parse_number(std::string_view text) {
    const auto read = read_number(text);
    if (!read || read->length != text.size()) return std::nullopt;
    return read->number;
}

}  // namespace assay
