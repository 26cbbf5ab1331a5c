// Runs one check once: its steps, findings and verdict. Thread-safe: calls are independent.
#pragma once

#include <functional>

#include "harness/engine/core/evidence.hpp"
#include "harness/engine/server/subject.hpp"
#include "harness/scenario/check.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// Shown the issuer and every exchange of a run with its secrets, before it is closed.
using run_witness = std::function<void(const issuer_view& at, const evidence_log& log)>;

// `unmet`: from prepare(); a check that builds on it is undecided and sends nothing.
[[nodiscard]] reports::row run_check(server_subject& subject, const check& c, const variant& v,
                                     const check_setup& how, const obstacle* unmet = nullptr,
                                     const run_witness& shown = {});

}  // namespace assay::harness
