// Patterns (RE2) that find one thing in a text. Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace assay::harness {

[[nodiscard]] bool is_pattern_with_one_group(const std::string& pattern);
// What the group holds where the pattern first fits; empty: it fits nowhere.
[[nodiscard]] std::string first_in(std::string_view text, const std::string& pattern);

}  // namespace assay::harness
