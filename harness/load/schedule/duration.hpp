// Durations as written in plans and on the command line: 250us, 20ms, 1.5s, 5m, 1h. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/result.hpp"

namespace assay::load {

// Nanoseconds, from 0 to 30 days. Errors: usage, with the text.
[[nodiscard]] result<std::int64_t> parse_duration(std::string_view text);
// A number and the text after it. Errors: usage.
struct quantity {
    double number = 0;
    std::string unit;
};
[[nodiscard]] result<quantity> parse_quantity(std::string_view text);
// "1.23 ms" from microseconds: three significant digits.
[[nodiscard]] std::string show_us(std::int64_t us);
// "30 s", "1500 ms": the shortest exact form of a duration.
[[nodiscard]] std::string show_duration(std::int64_t ns);
// "5000", "0.5", "1234.6": a rate without unnecessary digits.
[[nodiscard]] std::string show_number(double n);

}  // namespace assay::load
