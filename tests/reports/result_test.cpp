#include "reports/result.hpp"

#include <gtest/gtest.h>

#include "reports/writers.hpp"
#include "tests/reports/sample_run.hpp"

namespace assay::tests {
namespace {

using reports::verdict;

reports::run run_of(std::vector<verdict> verdicts, bool interrupted = false) {
    reports::run r;
    r.interrupted = interrupted;
    for (const verdict v : verdicts) r.rows.emplace_back().verdict = v;
    return r;
}

TEST(exit_code, takes_the_first_that_holds_of_130_3_1_6_0) {
    using enum verdict;
    EXPECT_EQ(exit_code(run_of({})), 3) << "nothing decided is no pass";
    EXPECT_EQ(exit_code(run_of({skip, skip})), 3);
    EXPECT_EQ(exit_code(run_of({pass, warn, info, skip, known})), 0);
    EXPECT_EQ(exit_code(run_of({pass, stale})), 6);
    EXPECT_EQ(exit_code(run_of({stale, fail})), 1);
    EXPECT_EQ(exit_code(run_of({fail, stale, error})), 3);
    EXPECT_EQ(exit_code(run_of({fail, stale, error}, true)), 130);
    EXPECT_EQ(exit_code(run_of({}, true)), 130);
}

TEST(count, counts_each_verdict_apart) {
    const reports::totals t = count(sample_run().rows);
    EXPECT_EQ(t.pass, 7U);
    EXPECT_EQ(t.fail, 3U);
    EXPECT_EQ(t.warn, 1U);
    EXPECT_EQ(t.info, 1U);
    EXPECT_EQ(t.skip, 2U);
    EXPECT_EQ(t.error, 1U);
    EXPECT_EQ(t.known, 1U);
    EXPECT_EQ(t.stale, 1U);
}

TEST(names, read_back) {
    for (const verdict v : {verdict::pass, verdict::fail, verdict::warn, verdict::info, verdict::skip, verdict::error,
                            verdict::known, verdict::stale}) {
        EXPECT_EQ(reports::verdict_named(verdict_name(v)), v);
    }
    using reports::level;
    for (const level l : {level::must, level::should, level::may, level::info, level::rob}) {
        EXPECT_EQ(reports::level_named(level_name(l)), l);
    }
    EXPECT_FALSE(reports::verdict_named("passed"));
}

TEST(json, reads_back_what_was_written) {
    const std::string text = reports::format_json(sample_run());
    const auto document = json::parse(text);
    ASSERT_TRUE(document) << document.error().text();
    const auto read = reports::from_json(*document);
    ASSERT_TRUE(read) << read.error().text();
    EXPECT_EQ(reports::format_json(*read), text);
    EXPECT_EQ(read->rows.size(), sample_run().rows.size());
    EXPECT_EQ(read->rows[2].findings[0].clause, "RFC 7636 §4.6");
    EXPECT_LE(read->rows[3].exchanges[0].response.size(), reports::evidence_limit);
    EXPECT_EQ(document->as_object()->members.front().name, "schema");
}

// The document with the value at one place replaced.
std::string refusal(const std::string& from, const std::string& to) {
    std::string text = json::format(reports::to_json(sample_run()));
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    const auto document = json::parse(text);
    EXPECT_TRUE(document);
    const auto read = reports::from_json(*document);
    return read ? "accepted" : read.error().text();
}

TEST(json, refuses_what_it_cannot_mean) {
    EXPECT_EQ(refusal("\"assay.result/1\"", "\"assay.result/2\"").substr(0, 8), "/schema:");
    EXPECT_EQ(refusal("\"verdict\":\"fail\"", "\"verdict\":\"failed\"").substr(0, 16), "/rows/2/verdict:");
    EXPECT_EQ(refusal("\"time_us\":12345", "\"time_us\":\"12345\""),
              "/rows/0/time_us: expected an integer, found string");
    EXPECT_EQ(refusal("\"rows\":[", "\"row\":[").substr(0, 6), "/rows:");
    EXPECT_EQ(refusal("\"interrupted\":false", "\"interrupted\":false,\"from_the_future\":[1]"), "accepted");
}

}  // namespace
}  // namespace assay::tests
