// What the mock has, as data for lists and explanations. Pure functions.
#pragma once

#include "data/json.hpp"

namespace assay::mock {

// [{name, aliases, title, capabilities, not_enforced}]
[[nodiscard]] json::value describe_dialects();
// [{name, group, at, summary, breaks, correct_party, parameters}]; `at` "endpoint": any, chosen by @ENDPOINT
[[nodiscard]] json::value describe_faults();
// [{name, clause, summary, status, error}]: each can be switched off as {"defect": name}
[[nodiscard]] json::value describe_rules();

}  // namespace assay::mock
