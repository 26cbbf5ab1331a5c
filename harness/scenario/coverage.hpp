// The coverage of the checks: clauses, by the checks' `source`, and test modules of the OpenID Foundation's
// conformance suite, by scenarios/coverage.yaml. Thread-safe: plain values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

struct suite_module {
    std::string name;
    std::vector<std::string> checks;  // ids that together cover the module
    std::string partly;               // what they do not cover; empty: nothing
    std::string left_out;             // why it has no checks
};
struct suite {
    std::string name;
    std::vector<suite_module> modules;
};

// Errors: bad_yaml.
[[nodiscard]] result<std::vector<suite>> load_suites(const yaml::document& d);

// Every id of the module is the id of a check, and no part needs a person.
[[nodiscard]] bool covers(const std::vector<check>& all, const suite_module& m);

// "RFC 6749" -> "§4.1.2" -> ids of the checks that cite it. A source without § has the clause "".
using clause_index = std::map<std::string, std::map<std::string, std::vector<std::string>>>;
[[nodiscard]] clause_index clauses_of(const std::vector<check>& all);

}  // namespace assay::harness
