// Versions, ranges of versions, and the list of advisories.
#include "harness/cli/about/about.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace assay::cli_tests {
namespace {

namespace about = harness::about;

struct range_row {
    const char* version;
    const char* range;
    bool inside;
};

TEST(version_range, compares_number_by_number) {
    for (const range_row& row : {range_row{"3.0.19", ">=3.0.0 <3.0.21", true},
                                 {"3.0.21", ">=3.0.0 <3.0.21", false},
                                 {"3.0.9", "<3.0.10", true},
                                 {"3.0.10", "<3.0.9", false},
                                 {"2.9.14", "<2.11.8", true},
                                 {"1.81", "<1.81.1", true},
                                 {"1.81.0", "=1.81", true},
                                 {"20220601", ">20211101", true},
                                 {"1.1.1k", "<1.1.1l", true},
                                 {"1.1.1", "<1.1.1a", true},
                                 {"1.1.1a", "<=1.1.1", false},
                                 {"3.5.7", ">=3.5.0 <3.5.7", false},
                                 {"3.5.6", ">3.5.6", false}}) {
        const auto got = about::is_in(row.version, row.range);
        ASSERT_TRUE(got) << row.version << " in " << row.range << ": " << got.error().text();
        EXPECT_EQ(*got, row.inside) << row.version << " in " << row.range;
    }
}

TEST(version_range, that_makes_no_sense_is_an_error) {
    for (const auto& [version, range] : {std::pair{"3.0.1", "3.0.2"},
                                         {"3.0.1", "<"},
                                         {"3.0.1", "< 3"},
                                         {"", "<3"},
                                         {"three", "<3"},
                                         {"3.0.1", "<>3"},
                                         {"99999999999999999999999", "<3"}}) {
        EXPECT_FALSE(about::is_in(version, range)) << version << " in " << range;
    }
}

TEST(advisories, of_this_binary_are_about_its_libraries_and_each_says_where_it_is_from) {
    const auto list = about::known_advisories();
    ASSERT_TRUE(list) << list.error().text();
    EXPECT_EQ(list->looked_up.size(), 10U);
    std::set<std::string> names, ids;
    for (const auto& one : about::libraries()) {
        names.insert(one.name);
        EXPECT_TRUE(about::is_in(one.version, ">0")) << one.name << " " << one.version;
    }
    EXPECT_EQ(names.size(), 11U);
    for (const auto& row : list->rows) {
        EXPECT_TRUE(names.contains(row.library)) << row.id;
        EXPECT_TRUE(row.source.starts_with("https://")) << row.id;
        EXPECT_TRUE(ids.insert(row.id).second) << row.id << " is there twice";
        EXPECT_FALSE(row.affected.empty() || row.fixed.empty() || row.why.empty()) << row.id;
        for (const auto& fixed : row.fixed) {
            if (!about::is_in(fixed, ">0")) continue;  // in words
            for (const auto& range : row.affected)
                EXPECT_EQ(about::is_in(fixed, range), false) << row.id << " " << fixed;
        }
    }
}

TEST(advisories, are_told_for_the_versions_that_they_affect) {
    const auto list = about::read_advisories(
        "looked_up: 2026-01-01\nadvisories:\n  - { id: CVE-1, library: A, affected: [\"<2\", \">=3 <3.1\"], fixed: "
        "[2, 3.1], what: w, "
        "concerns: true, why: y, source: s }\n",
        "list");
    ASSERT_TRUE(list) << list.error().text();
    const auto told = [&](const char* version) {
        const json::value all(about::describe({{"A", version}, {"B", version}}, *list));
        return json::format(*all.find("libraries"));
    };
    EXPECT_NE(told("1.9").find("CVE-1"), std::string::npos);
    EXPECT_NE(told("3.0.5").find("CVE-1"), std::string::npos);
    EXPECT_NE(told("unknown").find("CVE-1"), std::string::npos) << "it cannot be excluded";
    EXPECT_EQ(told("2.5").find("CVE-1"), std::string::npos);
    EXPECT_EQ(told("3.1").find("CVE-1"), std::string::npos);
}

TEST(advisories, with_a_mistake_are_refused_with_its_place) {
    const std::string head = "looked_up: 2026-01-01\nadvisories:\n";
    for (const char* row :
         {"  - { id: CVE-1 }\n",
          "  - { id: CVE-1, library: A, affected: [2], fixed: [2], what: w, concerns: true, why: y, source: s }\n",
          "  - { id: CVE-1, library: A, affected: [\"<2\"], fixed: [2], what: w, concerns: so, why: y, source: s }\n",
          "  - { id: CVE-1, cve: A }\n"}) {
        const auto list = about::read_advisories(head + row, "list");
        ASSERT_FALSE(list) << row;
        EXPECT_NE(list.error().text().find("list:3:"), std::string::npos) << list.error().text();
    }
}

}  // namespace
}  // namespace assay::cli_tests
