// Decimal numbers in text that people write: "0.5", "99.9", "1e3". The same in every locale and with every standard
// library. Thread-safe: plain functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace assay {

struct leading_number {
    double number = 0;
    std::size_t length = 0;  // how many characters it takes
};

// The number that `text` begins with, as JSON writes it (RFC 8259 §6), or as people do ("007", ".5", "1."); nothing
// where it begins with something else or does not fit a double.
[[nodiscard]] std::optional<leading_number> read_number(std::string_view text);
// The same, where nothing may follow.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

}  // namespace assay
