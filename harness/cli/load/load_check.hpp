// A check as load: each arrival runs it once, on the one issuer of the load. Not thread-safe.
#pragma once

#include <string>

#include "data/result.hpp"
#include "harness/cli/load/load_target.hpp"

namespace assay::harness {

// `data`: the folder with scenarios/; empty: the default folder. Errors: usage (unknown check, a client check), and
// those of run_threaded().
[[nodiscard]] result<load::load_result> run_check_as_load(const load::load_plan& plan, const load_target& target,
                                                          load::run_options options, const std::string& data);

}  // namespace assay::harness
