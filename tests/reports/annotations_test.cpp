// The workflow commands that GitHub Actions shows as annotations:
// https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "data/json.hpp"
#include "reports/writers.hpp"
#include "tests/reports/sample_run.hpp"

namespace assay::tests {
namespace {

std::vector<std::string> annotations_of(const reports::run& r) {
    std::istringstream text(reports::format_annotations(r));
    std::vector<std::string> out;
    for (std::string line; std::getline(text, line);) out.push_back(line);
    return out;
}

reports::row failed_row(const std::string& title, const std::string& actual) {
    reports::row r;
    r.check = "RP-CB-01";
    r.title = title;
    r.subject = "mine";
    r.verdict = reports::verdict::fail;
    reports::finding f;
    f.step = "1 callback";
    f.at = "outcome";
    f.expected = "rejected";
    f.actual = actual;
    f.place = "scenarios/client/RP-CB-01.yaml:10:16";
    r.findings.push_back(f);
    return r;
}

TEST(annotations, are_one_line_each_and_hold_no_secret) {
    const auto lines = annotations_of(sample_run());
    ASSERT_FALSE(lines.empty());
    for (const std::string& line : lines) {
        EXPECT_TRUE(line.starts_with("::error ") || line.starts_with("::warning ")) << line;
        for (const auto secret : secrets) EXPECT_EQ(line.find(secret), std::string::npos) << line;
    }
    EXPECT_EQ(reports::format_annotations(reports::run{}), "");
}

TEST(annotations, are_the_ten_worst) {
    reports::run r;
    for (int n = 0; n < 12; ++n) {
        r.rows.push_back(failed_row("A row", "accepted"));
        r.rows.back().verdict = n < 3 ? reports::verdict::warn : reports::verdict::fail;
    }
    const auto lines = annotations_of(r);
    ASSERT_EQ(lines.size(), 10U);
    EXPECT_TRUE(lines[8].starts_with("::error ")) << lines[8];
    EXPECT_TRUE(lines[9].starts_with("::warning ")) << lines[9];
}

TEST(annotations, escape_what_would_end_a_command_or_a_property) {
    reports::run r;
    r.rows.push_back(failed_row("One, two: 100 %", "a\n::error::b"));
    const auto lines = annotations_of(r);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_TRUE(
        lines[0].starts_with("::error file=scenarios/client/RP-CB-01.yaml,line=10,"
                             "title=fail%3A RP-CB-01 One%2C two%3A 100 %25::mine"))
        << lines[0];
    EXPECT_EQ(lines[0].find('\n'), std::string::npos);
}

TEST(annotations, and_other_places_point_at_the_file_of_the_user_if_there_is_one) {
    reports::run r;
    r.rows.push_back(failed_row("A row", "accepted"));
    r.location = "oauth/client.yaml";
    EXPECT_TRUE(annotations_of(r)[0].starts_with("::error file=oauth/client.yaml,line=1,title="));
    const auto sarif = json::parse(reports::format_sarif(r)).value();
    EXPECT_EQ(*sarif.at_pointer("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/uri")->as_string(),
              "oauth/client.yaml");
    const auto quality = json::parse(reports::format_codequality(r)).value();
    EXPECT_EQ(*quality.at_pointer("/0/location/path")->as_string(), "oauth/client.yaml");
}

}  // namespace
}  // namespace assay::tests
