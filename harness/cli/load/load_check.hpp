// A check as load: each arrival runs it once, against the one issuer of the load. Not thread-safe.
#pragma once

#include <string>

#include "data/result.hpp"
#include "harness/cli/load/load_target.hpp"

namespace assay::harness {

// `data`: the folder that holds scenarios/; empty: as ever. Errors: usage (no such check, a client check), and of
// run_threaded().
[[nodiscard]] result<load::load_result> run_check_as_load(const load::load_plan& plan, const load_target& target,
                                                          load::run_options options, const std::string& data);

}  // namespace assay::harness
