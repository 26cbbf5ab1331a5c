// Expected deviations become known, and those that no longer occur become stale: for servers and clients.
#include "harness/engine/core/known.hpp"

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

using reports::verdict;

reports::row row_of(const char* variant, verdict v) {
    reports::row r;
    r.check = "AS-X-01";
    r.variant = variant;
    r.subject = "ours (public)";
    r.dialect = "polar@2026-01";
    r.verdict = v;
    return r;
}

known_row expected() {
    known_row k;
    k.check = "AS-X-01";
    k.reason = "a reason";
    k.place = "baseline.yaml:3:5";
    return k;
}

std::vector<verdict> after(std::vector<reports::row> rows, const known_row& k) {
    apply_known(rows, {k});
    std::vector<verdict> out;
    for (const reports::row& r : rows) out.push_back(r.verdict);
    return out;
}

TEST(known, covers_what_deviates_and_leaves_the_rest) {
    const auto of = after({row_of("a", verdict::fail), row_of("b", verdict::pass)}, expected());
    EXPECT_EQ(of, (std::vector{verdict::known, verdict::pass})) << "one variant that deviates is enough";
}

TEST(known, is_stale_where_nothing_deviates_but_for_what_happens_sometimes) {
    known_row k = expected();
    EXPECT_EQ(after({row_of("a", verdict::info), row_of("b", verdict::pass)}, k),
              (std::vector{verdict::stale, verdict::stale}));
    k.sometimes = true;
    EXPECT_EQ(after({row_of("a", verdict::pass)}, k), std::vector{verdict::pass});
}

TEST(known, looks_at_variant_subject_and_dialect) {
    for (const auto member : {&known_row::variant, &known_row::subject, &known_row::dialect}) {
        known_row k = expected();
        k.*member = "another";
        EXPECT_EQ(after({row_of("a", verdict::fail)}, k), std::vector{verdict::fail});
    }
    known_row k = expected();
    k.dialect = "polar";
    EXPECT_EQ(after({row_of("a", verdict::fail)}, k), std::vector{verdict::known}) << "every polar@…";
}

TEST(known, can_expect_one_verdict_alone) {
    known_row k = expected();
    k.verdict = verdict::warn;
    EXPECT_EQ(after({row_of("a", verdict::fail)}, k), std::vector{verdict::fail});
    EXPECT_EQ(after({row_of("a", verdict::warn)}, k), std::vector{verdict::known});
    EXPECT_EQ(after({row_of("a", verdict::info)}, k), std::vector{verdict::info});
    EXPECT_EQ(after({row_of("a", verdict::pass)}, k), std::vector{verdict::stale});
}

TEST(known, takes_an_undecided_row_and_no_run_that_could_not_begin) {
    reports::row undecided = row_of("a", verdict::error);
    undecided.cause = "precondition: the server asks for a captcha";
    reports::row broken = row_of("b", verdict::error);
    broken.cause = "precondition of the run: nobody can sign in";
    EXPECT_EQ(after({undecided, broken}, expected()), (std::vector{verdict::known, verdict::error}));
}

}  // namespace
}  // namespace assay::harness
