// A load result as one self-contained HTML page: figures, and plots as SVG. Needs no JavaScript. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "harness/load/measurement/result.hpp"

namespace assay::load {

[[nodiscard]] std::string format_page(const load_result& r);

// A page about load with that title (plain text) and content (HTML).
[[nodiscard]] std::string page_with(std::string_view title, std::string_view content);
// A word in the colour of `tone`: pass, warn or fail.
[[nodiscard]] std::string badge(std::string_view tone, std::string_view word);

}  // namespace assay::load
