// The steps of a server check, walked one after the other. Thread-safe: each call has its own flow and row.
#pragma once

#include "harness/engine/server/flow.hpp"
#include "harness/scenario/check.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// Adds findings to `out`; sets its verdict, reason and cause where the walk ends otherwise (ending.hpp). True: it
// ended because no answer came.
[[nodiscard]] bool walk_steps(const check& c, flow& f, reports::row& out);

}  // namespace assay::harness
