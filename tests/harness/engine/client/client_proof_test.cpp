// What counts as a proof of a client check.
#include "harness/engine/client/client_proof.hpp"

#include <gtest/gtest.h>

#include "harness/relying_party/relying_party.hpp"

namespace assay::harness {
namespace {

reports::row row_with(reports::verdict v) {
    reports::row r;
    r.verdict = v;
    return r;
}

TEST(client_proof, is_a_verdict_of_the_check) {
    using reports::verdict;
    for (const verdict v : {verdict::fail, verdict::warn, verdict::info})
        EXPECT_TRUE(proves(row_with(v), fall::none, 0, mutant_end::answers));
    for (const verdict v : {verdict::pass, verdict::skip, verdict::error, verdict::known, verdict::stale})
        EXPECT_FALSE(proves(row_with(v), fall::none, 0, mutant_end::answers));
}

TEST(client_proof, is_no_crash_and_no_hang_but_that_of_the_duty) {
    const reports::row fails = row_with(reports::verdict::fail);
    for (const mutant_end meant : {mutant_end::answers, mutant_end::dies, mutant_end::hangs}) {
        EXPECT_FALSE(proves(fails, fall::killed, 0, meant));
        EXPECT_EQ(proves(fails, fall::hung, 0, meant), meant == mutant_end::hangs);
        EXPECT_EQ(proves(fails, fall::exited, mutant_exit, meant), meant == mutant_end::dies);
        EXPECT_FALSE(proves(fails, fall::exited, 1, meant)) << "an exit that nobody meant";
    }
}

TEST(validations, that_end_the_program_say_so) {
    for (const validation_row& row : validations()) {
        const bool ends = row.without.starts_with("Ends ");
        if (ends) {
            EXPECT_EQ(row.end, mutant_end::dies) << row.name;
        }
    }
}

}  // namespace
}  // namespace assay::harness
