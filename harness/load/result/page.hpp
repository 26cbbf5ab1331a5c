// A load result as one self-contained HTML page: figures, and plots as SVG. Needs no JavaScript. Thread-safe.
#pragma once

#include <string>

#include "harness/load/measurement/result.hpp"

namespace assay::load {

[[nodiscard]] std::string format_page(const load_result& r);

}  // namespace assay::load
