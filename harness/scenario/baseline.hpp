// The baseline of a server: its expected deviations, each with a reason, in a file beside server.yaml. `assay
// baseline update` adds new deviations of a run without a reason; such a row has no effect until a person has written
// the reason. Pure functions, thread-safe.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/profile.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// All rows, also those without a reason. Errors: bad_yaml, also for a check or variant that does not exist.
[[nodiscard]] result<std::vector<known_row>> load_baseline(const yaml::document& d, const known_row_names& names);

struct baseline_change {
    std::vector<known_row> rows;     // the new baseline, sorted by check and variant
    std::vector<std::string> added;  // keys: "AS-CODE-05", or "AS-CODE-05 [times=8]"
    std::vector<std::string> removed;
    std::size_t unreviewed = 0;  // rows without a reason, the added ones included
};
// The baseline after that run of `subject`: rows of checks that did not run stay; rows that no longer deviate are
// removed, except `sometimes`; new deviations are added, as one row if a check deviates in all its variants.
[[nodiscard]] baseline_change update_baseline(const std::vector<known_row>& old, const reports::run& r,
                                              const std::string& subject);

// The text of the file. A comment above a row without a reason shows what the run found.
[[nodiscard]] std::string format_baseline(const std::vector<known_row>& rows, const reports::run& r,
                                          const std::string& subject);

}  // namespace assay::harness
