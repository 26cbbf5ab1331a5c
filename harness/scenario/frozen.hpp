// Dated sets of checks (scenarios/frozen/2026.11.yaml): what there was then, at the levels of then, so that an
// upgrade does not change the gate of somebody who names one. A set that is published is never edited. Thread-safe:
// plain functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

using frozen_set = std::map<std::string, reports::level>;  // by id

// Errors: bad_yaml (unknown id or level); usage with the nearest name where there is no such set.
[[nodiscard]] result<frozen_set> load_frozen(const std::string& scenarios_dir, const std::string& name,
                                             const std::vector<check>& all);
// All checks as the text of a new set.
[[nodiscard]] std::string format_frozen(const std::string& name, const std::vector<check>& all);

}  // namespace assay::harness
