// Decimal numbers in text that people write: "0.5", "99.9", "1e3". The same in every locale and with every standard
// library. Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace assay {

struct leading_number {
    double number = 0;
    std::size_t length = 0;  // number of characters read
};

// The number at the start of `text`, as JSON writes it (RFC 8259 §6) or as people do ("007", ".5", "1."); nullopt
// when there is none or it does not fit a double.
[[nodiscard]] std::optional<leading_number> read_number(std::string_view text);
// The same, when `text` must be nothing but the number.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

}  // namespace assay
