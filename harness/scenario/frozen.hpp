// Dated sets of checks (scenarios/frozen/2026.11.yaml) with the levels of that date, so that an upgrade does not
// change the result of users who name a set. A published set is never edited; a test compares its checksum.
// Thread-safe: plain functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/file_tree.hpp"
#include "data/result.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

struct frozen_set {
    std::map<std::string, reports::level> levels;  // by id; of the checks that still exist
    std::vector<std::string> withdrawn;  // "ID: why": named by the set but withdrawn (scenarios/withdrawn.yaml)
};

// Errors: bad_yaml (unknown id or level); usage (no such set, with the nearest name).
[[nodiscard]] result<frozen_set> load_frozen(const file_tree& scenarios, const std::string& name,
                                             const std::vector<check>& all);
// A new set of all checks, as text.
[[nodiscard]] std::string format_frozen(const std::string& name, const std::vector<check>& all);
// SHA-256 in hexadecimal digits of "id: level" lines: the part of a set that must never change, without comments.
// Errors: not_found, bad_yaml.
[[nodiscard]] result<std::string> checksum_of_frozen(const std::string& file);

}  // namespace assay::harness
