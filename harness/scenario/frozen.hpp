// Dated sets of checks (scenarios/frozen/2026.11.yaml): what there was then, at the levels of then, so that an
// upgrade does not change the gate of somebody who names one. A set that is published is never edited; a test holds
// its checksum. Thread-safe: plain functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

struct frozen_set {
    std::map<std::string, reports::level> levels;  // by id; of the checks that are still there
    std::vector<std::string> withdrawn;  // "ID: why": named by the set and no more (scenarios/withdrawn.yaml)
};

// Errors: bad_yaml (unknown id or level); usage with the nearest name where there is no such set.
[[nodiscard]] result<frozen_set> load_frozen(const std::string& scenarios_dir, const std::string& name,
                                             const std::vector<check>& all);
// All checks as the text of a new set.
[[nodiscard]] std::string format_frozen(const std::string& name, const std::vector<check>& all);
// SHA-256 in hexadecimal digits of "id: level" line by line: what may never change of a set, whatever its comments
// say. Errors: not_found, bad_yaml.
[[nodiscard]] result<std::string> checksum_of_frozen(const std::string& file);

}  // namespace assay::harness
