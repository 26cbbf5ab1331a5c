// Finds one match of an RE2 pattern in a text. Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace assay::harness {

[[nodiscard]] bool is_pattern_with_one_group(const std::string& pattern);
// The group of the first match; empty: no match.
[[nodiscard]] std::string first_in(std::string_view text, const std::string& pattern);

}  // namespace assay::harness
