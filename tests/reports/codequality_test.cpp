// What GitLab reads of a Code Quality report:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "data/json.hpp"
#include "reports/writers.hpp"
#include "tests/reports/sample_run.hpp"

namespace assay::tests {
namespace {

json::array issues_of(const reports::run& r) {
    const auto document = json::parse(reports::format_codequality(r));
    if (!document || document->as_array() == nullptr) {
        ADD_FAILURE() << "no JSON array";
        return {};
    }
    return *document->as_array();
}

TEST(codequality, has_the_members_that_gitlab_reads) {
    const json::array issues = issues_of(sample_run());
    ASSERT_FALSE(issues.empty());
    std::set<std::string> fingerprints;
    for (const json::value& issue : issues) {
        EXPECT_FALSE(issue.string_at("description").empty());
        EXPECT_FALSE(issue.string_at("check_name").empty());
        const std::set<std::string_view> severities{"info", "minor", "major", "critical", "blocker"};
        EXPECT_TRUE(severities.contains(issue.string_at("severity"))) << issue.string_at("severity");
        EXPECT_TRUE(fingerprints.emplace(issue.string_at("fingerprint")).second) << "two issues would be one";
        const json::value* path = issue.at_pointer("/location/path");
        ASSERT_NE(path, nullptr);
        EXPECT_FALSE(path->as_string()->starts_with("./")) << "relative to the repository, without ./";
        const json::value* line = issue.at_pointer("/location/lines/begin");
        ASSERT_NE(line, nullptr);
        EXPECT_GE(line->as_integer().value_or(0), 1);
    }
}

TEST(codequality, holds_what_failed_and_nothing_else) {
    const reports::run r = sample_run();
    std::multiset<std::string> failed, listed;
    for (const reports::row& row : r.rows) {
        if (row.verdict == reports::verdict::fail) failed.insert(row.check);
    }
    for (const json::value& issue : issues_of(r)) listed.emplace(issue.string_at("check_name"));
    EXPECT_EQ(listed, failed);
    EXPECT_TRUE(issues_of({}).empty()) << "an empty list: nothing to show is no missing report";
}

TEST(codequality, points_at_the_line_that_did_not_hold) {
    for (const json::value& issue : issues_of(sample_run())) {
        if (issue.string_at("check_name") != "AS-PKCE-02") continue;
        EXPECT_EQ(*issue.at_pointer("/location/path")->as_string(), "scenarios/server/pkce/AS-PKCE-02.yaml");
        EXPECT_EQ(issue.at_pointer("/location/lines/begin")->as_integer(), 11);
        EXPECT_EQ(issue.string_at("severity"), "major");
    }
}

}  // namespace
}  // namespace assay::tests
