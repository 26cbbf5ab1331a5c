// The baseline of a server: the deviations that are expected of it, each with its reason, in a file of its own beside
// server.yaml. `assay baseline update` adds what a run found, without a reason; such a row counts only once a person
// has written why. Pure functions, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/profile.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// Rows as they stand, those without a reason too. Errors: bad_yaml, also for a check or variant that is not there.
[[nodiscard]] result<std::vector<known_row>> load_baseline(const yaml::document& d, const known_row_names& names);

struct baseline_change {
    std::vector<known_row> rows;     // the new baseline, sorted by check and variant
    std::vector<std::string> added;  // keys: "AS-CODE-05", or "AS-CODE-05 [times=8]"
    std::vector<std::string> removed;
    std::size_t unreviewed = 0;  // rows without a reason, the added ones included
};
// What the baseline becomes after that run of `subject`: rows of checks that did not run stay; those that no longer
// deviate go, but for `sometimes`; new deviations come, one row for a check that deviates in all its variants.
[[nodiscard]] baseline_change update_baseline(const std::vector<known_row>& old, const reports::run& r,
                                              const std::string& subject);

// The file. A comment above a row without a reason says what the run found.
[[nodiscard]] std::string format_baseline(const std::vector<known_row>& rows, const reports::run& r,
                                          const std::string& subject);

}  // namespace assay::harness
