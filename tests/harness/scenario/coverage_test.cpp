// Coverage of modules and clauses, and sets of checks that do not change.
#include "harness/scenario/coverage.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "harness/scenario/loader.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;
const std::string scenarios = ASSAY_SOURCE_DIR "/scenarios";

check with(const std::string& id, std::vector<std::string> source) {
    check c;
    c.id = id;
    c.source = std::move(source);
    return c;
}

TEST(coverage, counts_a_module_only_when_all_of_its_checks_are_there) {
    const std::vector<check> all{with("AS-A-01", {}), with("AS-A-02", {})};
    suite_module m;
    m.name = "m";
    m.checks = {"AS-A-01", "AS-A-02"};
    EXPECT_TRUE(covers(all, m));
    m.checks.emplace_back("AS-A-03");
    EXPECT_FALSE(covers(all, m));
    m.checks = {"AS-A-01"};
    m.partly = "a person has to look at a page";
    EXPECT_FALSE(covers(all, m)) << "a person has to look";
    EXPECT_FALSE(covers(all, suite_module{"m", {}, {}, "out of scope"}));
}

TEST(coverage, finds_the_clause_of_a_source) {
    const auto found = clauses_of({with("AS-A-01", {"OIDC Core §3.1.3.7 (3)", "RFC 6749 §4.1"}),
                                   with("AS-A-02", {"OIDC Core §3.1.3.7 (5)", "Polar connect"})});
    EXPECT_EQ(found.at("OIDC Core").at("§3.1.3.7"), (std::vector<std::string>{"AS-A-01", "AS-A-02"}));
    EXPECT_EQ(found.at("RFC 6749").at("§4.1"), std::vector<std::string>{"AS-A-01"});
    EXPECT_EQ(found.at("Polar connect").at(""), std::vector<std::string>{"AS-A-02"});
}

TEST(coverage, the_mapping_that_ships_loads) {
    const auto d = yaml::read_file(scenarios + "/coverage.yaml");
    ASSERT_TRUE(d) << d.error().text();
    const auto suites = load_suites(*d);
    ASSERT_TRUE(suites) << suites.error().text();
    ASSERT_EQ(suites->size(), 5U);
    EXPECT_EQ(suites->front().modules.size(), 77U);
}

TEST(coverage, refuses_a_module_without_checks_and_without_a_reason) {
    const auto d = yaml::parse("suites:\n  - name: s\n    modules:\n      - { module: m }\n", "x.yaml");
    ASSERT_TRUE(d);
    const auto suites = load_suites(*d);
    ASSERT_FALSE(suites);
    EXPECT_NE(suites.error().text().find("x.yaml:4"), std::string::npos) << suites.error().text();
}

}  // namespace
}  // namespace assay::harness
