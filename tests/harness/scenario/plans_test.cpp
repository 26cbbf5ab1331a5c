// Test plans of the conformance suite: the data that ships, and the choice of a plan.
#include "harness/scenario/plans.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/harness/verbs.hpp"

namespace assay::harness {
namespace {

const std::string scenarios = ASSAY_SOURCE_DIR "/scenarios";

plan_book shipped_book() {
    const auto d = yaml::read_file(scenarios + "/plans.yaml");
    EXPECT_TRUE(d) << d.error().text();
    auto book = load_plans(*d);
    EXPECT_TRUE(book) << book.error().text();
    return book ? *book : plan_book{};
}

std::vector<suite> shipped_suites() {
    const auto d = yaml::read_file(scenarios + "/coverage.yaml");
    EXPECT_TRUE(d) << d.error().text();
    return load_suites(*d).value_or(std::vector<suite>{});
}

std::vector<check> shipped_checks() {
    auto checks = load_checks(scenarios, tests::all_verbs());
    EXPECT_TRUE(checks) << checks.error().text();
    return checks.value_or(std::vector<check>{});
}

std::set<std::string> modules_of(const reports::test_plan& plan) {
    std::set<std::string> out;
    for (const auto& m : plan.modules) out.insert(m.name);
    return out;
}

TEST(plans, have_the_modules_of_the_coverage_and_no_others) {
    std::set<std::string> mapped;
    for (const suite& s : shipped_suites()) {
        for (const suite_module& m : s.modules)
            EXPECT_TRUE(mapped.insert(m.name).second) << m.name << " is there twice";
    }
    std::set<std::string> planned;
    const plan_book book = shipped_book();
    for (const plan_row& p : book.plans) planned.insert(p.modules.begin(), p.modules.end());
    EXPECT_EQ(mapped, planned);
    for (const auto& [module, variants] : book.without) EXPECT_TRUE(planned.contains(module)) << module;
    for (const std::string& module : book.review) EXPECT_TRUE(planned.contains(module)) << module;
}

TEST(plans, name_checks_that_exist_or_say_that_they_do_not) {
    const auto all = shipped_checks();
    const auto suites = shipped_suites();
    const plan_book book = shipped_book();
    ASSERT_GT(all.size(), 300U);
    ASSERT_EQ(book.plans.size(), 28U);
    for (const plan_row& p : book.plans) {
        const auto plan = plan_for_reports(book, {&p, {}}, suites, all);
        EXPECT_EQ(plan.modules.size(), p.modules.size());
        for (const auto& m : plan.modules) {
            EXPECT_TRUE(!m.checks.empty() || !m.left_out.empty()) << m.name;
            for (const std::string& id : m.checks)
                EXPECT_TRUE(id.starts_with(p.side == "server" ? "AS-" : "RP-"))
                    << p.name << " " << m.name << " " << id;
        }
    }
}

TEST(plans, say_which_suite_they_were_taken_from) {
    EXPECT_EQ(shipped_book().suite, "conformance-suite 12f2a4d, 2026-08-20");
}

TEST(plans, leave_out_modules_that_do_not_apply_to_a_variant) {
    const plan_book book = shipped_book();
    const auto all = choose_plan(book, "oidcc-basic-certification-test-plan");
    const auto fixed = choose_plan(book, "oidcc-basic-certification-test-plan[client_registration=static_client]");
    ASSERT_TRUE(all && fixed);
    const auto with = modules_of(plan_for_reports(book, *all, {}, {}));
    const auto without = modules_of(plan_for_reports(book, *fixed, {}, {}));
    EXPECT_EQ(with.size(), 38U);
    EXPECT_TRUE(with.contains("oidcc-idtoken-unsigned"));
    EXPECT_FALSE(without.contains("oidcc-idtoken-unsigned"));
    EXPECT_TRUE(without.contains("oidcc-codereuse"));
    EXPECT_EQ(fixed->variant("client_auth_type"), "client_secret_basic") << "fixed by the plan";
    EXPECT_EQ(fixed->variant("server_metadata"), "") << "open";
}

TEST(plans, are_covered_in_part_where_the_checks_use_another_flow) {
    const plan_book book = shipped_book();
    const auto hybrid = choose_plan(book, "oidcc-hybrid-certification-test-plan");
    const auto chosen = choose_plan(book, "oidcc-test-plan[response_type=code id_token]");
    const auto code = choose_plan(book, "oidcc-test-plan[response_type=code]");
    ASSERT_TRUE(hybrid && chosen && code);
    EXPECT_EQ(plan_for_reports(book, *hybrid, {}, {}).partly, "the checks use response_type=code");
    EXPECT_EQ(plan_for_reports(book, *chosen, {}, {}).partly, "the checks use response_type=code");
    EXPECT_EQ(plan_for_reports(book, *code, {}, {}).partly, "");
}

std::string refusal(const std::string& text) {
    const plan_book book = shipped_book();
    const auto chosen = choose_plan(book, text);
    return chosen ? "accepted" : chosen.error().message;
}

TEST(plans, are_chosen_as_the_suite_writes_them) {
    EXPECT_EQ(refusal("oidcc-config-certification-test-plan[client_registration=static_client]"), "accepted");
    EXPECT_EQ(refusal("oidcc-basic-certifcation-test-plan"),
              "--oidf-plan: no test plan here is called 'oidcc-basic-certifcation-test-plan'; did you mean "
              "'oidcc-basic-certification-test-plan'? `assay list plans` lists them all");
    EXPECT_EQ(refusal("oidcc-test-plan[client_registraton=static_client]"),
              "--oidf-plan: [client_registraton=static_client] is no variant of the conformance suite; did you mean "
              "'client_registration'?");
    EXPECT_EQ(refusal("oidcc-test-plan[client_registration=static]"),
              "--oidf-plan: client_registration cannot be 'static'; it is one of: static_client, dynamic_client");
    EXPECT_EQ(
        refusal("oidcc-dynamic-certification-test-plan[client_registration=static_client]"),
        "--oidf-plan: oidcc-dynamic-certification-test-plan runs with client_registration=dynamic_client only, not "
        "with static_client");
    EXPECT_EQ(refusal("oidcc-test-plan[response_type=code][response_type=code]"),
              "--oidf-plan: response_type is given twice; keep one");
    EXPECT_EQ(refusal("oidcc-test-plan[response_type=code"),
              "--oidf-plan: after the name, variants stand in brackets: "
              "oidcc-test-plan[client_registration=static_client]");
}

TEST(plans, refuse_a_plan_without_modules) {
    const auto d = yaml::parse("plans:\n  - { plan: p, side: server }\n", "x.yaml");
    ASSERT_TRUE(d);
    const auto book = load_plans(*d);
    ASSERT_FALSE(book);
    EXPECT_EQ(book.error().where, "x.yaml:2:5");
}

}  // namespace
}  // namespace assay::harness
