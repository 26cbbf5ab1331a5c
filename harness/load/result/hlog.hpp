// The HdrHistogram log format 1.3: text, one line per second and kind of request, for libraries of any language.
#pragma once

#include <string>

#include "harness/load/measurement/result.hpp"

namespace assay::load {

// Values are microseconds; the tag is the name of the request; Interval_Max is in milliseconds, as the format's tools
// write it.
[[nodiscard]] std::string format_hlog(const load_result& r);

}  // namespace assay::load
