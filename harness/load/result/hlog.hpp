// The HdrHistogram log format 1.3: text, one line per second and leg, for libraries of any language.
#pragma once

#include <string>

#include "harness/load/measurement/result.hpp"

namespace assay::load {

// Values are microseconds; the tag is the leg; Interval_Max is in milliseconds, as the format's tools write it.
[[nodiscard]] std::string format_hlog(const load_result& r);

}  // namespace assay::load
