// One check, run once: steps walked, findings gathered, a verdict. Thread-safe: each call stands alone.
#pragma once

#include "data/json.hpp"
#include "harness/engine/server/subject.hpp"
#include "harness/scenario/check.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// `faults`: what the mock does wrong meanwhile (an empty array: nothing). `unmet`: what prepare() found; a check that
// builds on it is undecided and sends nothing.
[[nodiscard]] reports::row run_check(server_subject& subject, const check& c, const variant& v,
                                     const json::value& faults, const obstacle* unmet = nullptr);

}  // namespace assay::harness
