// Lists of dialects, faults and rules as JSON. Thread-safe: pure functions.
#pragma once

#include <string>

#include "data/json.hpp"

namespace assay::mock {

// [{name, aliases, title, capabilities, not_enforced}]
[[nodiscard]] json::value describe_dialects();
// [{name, group, at, summary, breaks, correct_party, parameters, url, try}]; `at` "endpoint": any endpoint, chosen by
// @ENDPOINT; `url`: the issuer at `origin` with that fault; `try`: shell lines that show the fault (shell_lines.hpp
// lists their requirements).
[[nodiscard]] json::value describe_faults(const std::string& origin = "http://127.0.0.1:8080");
// [{name, clause, summary, status, error}]; each rule can be switched off as {"defect": name}.
[[nodiscard]] json::value describe_rules();

}  // namespace assay::mock
