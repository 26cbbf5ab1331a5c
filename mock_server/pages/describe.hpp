// What the mock has, as data for lists and explanations. Pure functions.
#pragma once

#include <string>

#include "data/json.hpp"

namespace assay::mock {

// [{name, aliases, title, capabilities, not_enforced}]
[[nodiscard]] json::value describe_dialects();
// [{name, group, at, summary, breaks, correct_party, parameters, url, try}]; `at` "endpoint": any, chosen by
// @ENDPOINT; `url`: the issuer at `origin` that has the fault, `try`: lines for a
// shell that meet it (shell_lines.hpp says what they need).
[[nodiscard]] json::value describe_faults(const std::string& origin = "http://127.0.0.1:8080");
// [{name, clause, summary, status, error}]: each can be switched off as {"defect": name}
[[nodiscard]] json::value describe_rules();

}  // namespace assay::mock
