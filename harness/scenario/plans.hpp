// Test plans of the OpenID Foundation's conformance suite (scenarios/plans.yaml) and the checks that test what their
// modules test (scenarios/coverage.yaml). Thread-safe: plain values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/coverage.hpp"
#include "reports/result.hpp"

namespace assay::harness {

using variant_values = std::map<std::string, std::vector<std::string>>;  // "client_auth_type" -> its values

struct plan_row {
    std::string name;
    std::string side;      // "server" or "client"
    variant_values fixed;  // the plan runs with these only
    std::string partly;    // what no check does in this plan; empty: nothing
    std::vector<std::string> modules;
};
struct plan_book {
    std::string suite;  // name, commit and date of what it was taken from
    variant_values variants;
    std::vector<plan_row> plans;
    std::map<std::string, variant_values> without;  // module -> variants with which it is left out
    std::vector<std::string> review;                // modules whose result a person decides
};
// Errors: bad_yaml.
[[nodiscard]] result<plan_book> load_plans(const yaml::document& d);

// A plan, and the variants of the user's choice.
struct chosen_plan {
    const plan_row* plan = nullptr;
    std::map<std::string, std::string> variants;

    // The value that is chosen or the only one that the plan has; empty: any.
    [[nodiscard]] std::string variant(const std::string& name) const;
};
// "NAME" or "NAME[client_registration=static_client][…]", as the suite's run-test-plan.py takes it. Errors: usage,
// with the nearest name. The result points into `book`.
[[nodiscard]] result<chosen_plan> choose_plan(const plan_book& book, std::string_view text);

// What reports show of the plan: its modules for these variants, each with those of its checks that exist.
[[nodiscard]] reports::test_plan plan_for_reports(const plan_book& book, const chosen_plan& chosen,
                                                  const std::vector<suite>& suites, const std::vector<check>& all);

}  // namespace assay::harness
