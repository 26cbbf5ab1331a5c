// A run by the modules of a test plan: which state follows from which verdicts, and how it is shown.
#include "reports/modules.hpp"

#include <gtest/gtest.h>

#include "reports/writers.hpp"
#include "tests/reports/sample_run.hpp"

namespace assay::tests {
namespace {

using namespace reports;
using enum module_state;

reports::row ended(std::string check, verdict v, level l = level::must) {
    reports::row r;
    r.check = std::move(check);
    r.verdict = v;
    r.level = l;
    return r;
}

// The state of a module with the checks A and B.
judged_module judged(const std::vector<reports::row>& rows, const plan_module& about, std::string partly = {}) {
    static test_plan plan;
    plan = {};
    plan.partly = std::move(partly);
    plan.modules = {about};
    std::vector<const reports::row*> seen;
    for (const reports::row& r : rows) seen.push_back(&r);
    return judge_modules(plan, seen).front();
}
module_state state(const std::vector<reports::row>& rows, const plan_module& about = {"m", {"A", "B"}}) {
    return judged(rows, about).state;
}

TEST(modules, pass_only_when_all_of_their_checks_did) {
    EXPECT_EQ(state({ended("A", verdict::pass), ended("B", verdict::pass)}), passed);
    EXPECT_EQ(state({ended("A", verdict::pass), ended("B", verdict::info, level::info)}), review)
        << "found to differ where the clause leaves it open: a person decides";
    EXPECT_EQ(state({ended("A", verdict::pass), ended("B", verdict::pass, level::info)}), passed);
    EXPECT_EQ(state({ended("A", verdict::pass), ended("B", verdict::skip)}), partly);
    EXPECT_EQ(state({ended("A", verdict::pass)}), partly) << "B was not run";
    EXPECT_EQ(state({ended("A", verdict::skip), ended("B", verdict::skip)}), skipped);
    EXPECT_EQ(state({ended("A", verdict::skip), ended("A", verdict::pass), ended("B", verdict::pass)}), passed)
        << "another variant of A was decided";
    EXPECT_EQ(state({}), not_run);
    EXPECT_EQ(state({}, {"m", {}, "", "no check"}), not_covered);
    EXPECT_EQ(state({ended("A", verdict::pass), ended("B", verdict::pass)}, {"m", {"A", "B"}, "another flow"}),
              partly);
    EXPECT_EQ(judged({ended("A", verdict::pass)}, {"m", {"A"}}, "another flow").state, partly);
}

TEST(modules, are_as_bad_as_the_worst_variant_of_a_check) {
    EXPECT_EQ(state({ended("A", verdict::pass), ended("A", verdict::fail), ended("B", verdict::pass)}), failed);
    EXPECT_EQ(state({ended("A", verdict::pass), ended("B", verdict::warn, level::should)}), warning);
    EXPECT_EQ(state({ended("A", verdict::pass), ended("B", verdict::error)}), unknown) << "undecided is not passed";
    EXPECT_EQ(state({ended("A", verdict::fail), ended("B", verdict::error)}), failed);
}

TEST(modules, deviate_in_the_suite_even_if_the_baseline_expects_it) {
    const auto m = judged({ended("A", verdict::known), ended("B", verdict::pass)}, {"m", {"A", "B"}});
    EXPECT_EQ(m.state, failed);
    EXPECT_EQ(m.expected, std::vector<std::string_view>{"A"});
    EXPECT_EQ(state({ended("A", verdict::known, level::should), ended("B", verdict::pass)}), warning);
    EXPECT_EQ(state({ended("A", verdict::stale), ended("B", verdict::pass)}), passed) << "it no longer deviates";
}

TEST(modules, that_a_person_decides_end_in_review_unless_something_is_wrong) {
    const plan_module about{"m", {"A"}, "", "", true};
    EXPECT_EQ(state({ended("A", verdict::pass)}, about), review);
    EXPECT_EQ(state({ended("A", verdict::fail)}, about), failed);
}

run run_of_a_plan() {
    run r = sample_run();
    r.plans = {{"oidcc-basic-certification-test-plan[client_registration=static_client]",
                "server",
                "conformance-suite 12f2a4d, 2026-08-20",
                "",
                {{"oidcc-discovery-endpoint-verification", {"AS-DISC-01"}, "claims_supported"},
                 {"oidcc-server", {"AS-PKCE-01", "AS-JWKS-01"}},
                 {"oidcc-ensure-request-with-valid-pkce-succeeds", {"AS-PKCE-01"}},
                 {"oidcc-wrong-verifier", {"AS-PKCE-02", "AS-TRES-05"}},
                 {"oidcc-wrong-verifier-again", {"AS-PKCE-02"}},
                 {"oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported", {"AS-OIDC-16"}},
                 {"oidcc-prompt-login", {"AS-DISC-01"}, "", "", true},
                 {"oidcc-dpop", {"AS-DPOP-01", "AS-DPOP-02"}},
                 {"oidcc-scope-all", {"AS-PKCE-01", "AS-DPOP-01"}},
                 {"oidcc-revoke", {"AS-REV-02"}},
                 {"oidcc-registration-jwks-uri", {}, "", "AS-DCR-11 does not exist (docs/coverage.md)"}}}};
    return r;
}

TEST(oidf, lists_every_module_and_tells_each_row_once) {
    const run r = run_of_a_plan();
    const std::string text = format_oidf(r);
    for (const plan_module& m : r.plans.front().modules) EXPECT_NE(text.find(m.name), std::string::npos) << m.name;
    const auto story = text.find("A wrong code_verifier is refused");
    ASSERT_NE(story, std::string::npos);
    EXPECT_EQ(text.find("A wrong code_verifier is refused", story + 1), std::string::npos);
    EXPECT_NE(text.find("In no module of this plan:\n  FAIL   AS-ERR-02"), std::string::npos) << text;
}

TEST(oidf, says_so_when_the_run_has_no_plan) {
    EXPECT_NE(format_oidf(sample_run()).find("no test plan"), std::string::npos);
}

TEST(oidf, survives_being_written_and_read) {
    const auto again = from_json(to_json(run_of_a_plan()));
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(format_oidf(*again), format_oidf(run_of_a_plan()));
    EXPECT_FALSE(to_json(sample_run()).find("plans"));
}

}  // namespace
}  // namespace assay::tests
