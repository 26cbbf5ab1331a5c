// The HdrHistogram log format 1.3: text, one line a second and leg, readable by the libraries of every language.
#pragma once

#include <string>

#include "harness/load/measurement/result.hpp"

namespace assay::load {

// Values are microseconds; the tag is the leg; Interval_Max is in milliseconds, as the format's tools print it.
[[nodiscard]] std::string format_hlog(const load_result& r);

}  // namespace assay::load
