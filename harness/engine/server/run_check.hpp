// Runs one check once: its steps, findings and verdict. Thread-safe: calls are independent.
#pragma once

#include "data/json.hpp"
#include "harness/engine/server/subject.hpp"
#include "harness/scenario/check.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// `faults`: of the mock during the run (an empty array: none). `unmet`: from prepare(); a check that builds on it is
// undecided and sends nothing.
[[nodiscard]] reports::row run_check(server_subject& subject, const check& c, const variant& v,
                                     const json::value& faults, const obstacle* unmet = nullptr);

}  // namespace assay::harness
