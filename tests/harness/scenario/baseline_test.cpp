#include "harness/scenario/baseline.hpp"

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

reports::row row(const std::string& check, const std::string& variant, reports::verdict v) {
    reports::row out;
    out.check = check;
    out.variant = variant;
    out.subject = "server";
    out.title = "A title";
    out.verdict = v;
    if (v == reports::verdict::fail) out.findings.push_back({"1 token", "status", "400", "200"});
    return out;
}

std::vector<known_row> parsed(const std::string& text) {
    const auto d = yaml::parse(text, "baseline.yaml");
    EXPECT_TRUE(d) << text;
    auto rows = load_baseline(*d, {});
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().text());
    return rows.value_or(std::vector<known_row>{});
}

const std::string old_file =
    "known:\n"
    "  - { check: AS-A-01, reason: \"It is so.\" }\n"
    "  - { check: AS-A-02, reason: gone }\n"
    "  - { check: AS-A-03, reason: did not run }\n"
    "  - { check: AS-A-04, sometimes: true, reason: a race }\n";

reports::run a_run() {
    using enum reports::verdict;
    reports::run r;
    r.rows = {row("AS-A-01", "", known), row("AS-A-02", "", stale),       row("AS-A-04", "", pass),
              row("AS-B-01", "", fail),  row("AS-B-02", "times=2", pass), row("AS-B-02", "times=8", fail),
              row("AS-B-03", "a", warn), row("AS-B-03", "b", fail),       row("AS-B-04", "", skip),
              row("AS-B-05", "", error)};
    return r;
}

TEST(baseline, keeps_what_deviates_or_did_not_run_and_adds_what_is_new) {
    const auto change = update_baseline(parsed(old_file), a_run(), "server");
    EXPECT_EQ(change.added, (std::vector<std::string>{"AS-B-01", "AS-B-02 [times=8]", "AS-B-03"}));
    EXPECT_EQ(change.removed, (std::vector<std::string>{"AS-A-02"}));
    EXPECT_EQ(change.unreviewed, 3U);
    EXPECT_EQ(change.rows.size(), 6U);
}

TEST(baseline, is_of_one_server) {
    const auto change = update_baseline(parsed(old_file), a_run(), "another");
    EXPECT_TRUE(change.added.empty());
    EXPECT_TRUE(change.removed.empty());
}

TEST(baseline, is_read_as_it_was_written) {
    const auto change = update_baseline(parsed(old_file), a_run(), "server");
    const std::string text = format_baseline(change.rows, a_run(), "server");
    EXPECT_NE(
        text.find("  # A title: step 1 token, status: expected 400, was 200\n  - { check: AS-B-01, reason: \"\" }\n"),
        std::string::npos)
        << text;
    const auto again = parsed(text);
    ASSERT_EQ(again.size(), change.rows.size());
    for (std::size_t i = 0; i < again.size(); ++i) {
        EXPECT_EQ(again[i].check, change.rows[i].check);
        EXPECT_EQ(again[i].variant, change.rows[i].variant);
        EXPECT_EQ(again[i].reason, change.rows[i].reason);
        EXPECT_EQ(again[i].sometimes, change.rows[i].sometimes);
    }
    // Deviations without a reason are not added a second time.
    EXPECT_TRUE(update_baseline(again, a_run(), "server").added.empty());
}

TEST(baseline, says_where_it_is_wrong) {
    const auto d = yaml::parse("known:\n  - { chek: AS-A-01, reason: x }\n", "baseline.yaml");
    ASSERT_TRUE(d);
    const auto rows = load_baseline(*d, {});
    ASSERT_FALSE(rows);
    EXPECT_NE(rows.error().text().find("baseline.yaml:2"), std::string::npos) << rows.error().text();
    EXPECT_NE(rows.error().text().find("check"), std::string::npos);
}

check with_variants(std::string id) {
    check c;
    c.id = std::move(id);
    c.matrix = {{"times", {2, 8}}};
    return c;
}

std::string complaint(const std::string& row, const known_row_names& names) {
    const auto d = yaml::parse("known:\n  - { reason: so, " + row + " }\n", "baseline.yaml");
    EXPECT_TRUE(d) << row;
    const auto rows = load_baseline(*d, names);
    return rows ? "" : rows.error().text();
}

TEST(baseline, a_row_about_nothing_is_an_error_at_its_word) {
    const std::vector<check> checks{with_variants("AS-CODE-05")};
    const known_row_names names{&checks, {"server", "other-server"}, {"strict", "polar@2025-02"}};
    EXPECT_EQ(complaint("check: AS-CODE-05, variant: times=8, subject: server, dialect: polar", names), "");
    EXPECT_EQ(complaint("check: AS-CODE-50", names),
              "baseline.yaml:2:26: there is no check 'AS-CODE-50'; did you mean 'AS-CODE-05'?");
    EXPECT_EQ(complaint("check: AS-CODE-05, variant: times=9", names),
              "baseline.yaml:2:47: there is no variant of AS-CODE-05 'times=9'; did you mean 'times=2'?");
    EXPECT_EQ(complaint("check: AS-CODE-05, subject: serve", names),
              "baseline.yaml:2:47: there is no subject 'serve'; did you mean 'server'?");
    EXPECT_EQ(complaint("check: AS-CODE-05, dialect: strickt", names),
              "baseline.yaml:2:47: there is no dialect 'strickt'; did you mean 'strict'?");
}

}  // namespace
}  // namespace assay::harness
