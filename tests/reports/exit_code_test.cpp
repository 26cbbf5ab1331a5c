// Which exit code wins, and that a run without a decision is not a pass.
#include "reports/exit_code.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "reports/result.hpp"
#include "reports/view.hpp"

namespace assay::reports {
namespace {

int first_of(std::vector<int> codes) {
    return first_exit_code(codes);
}

TEST(first_exit_code, is_not_the_greatest_number) {
    EXPECT_EQ(first_of({}), 0);
    EXPECT_EQ(first_of({0, 4}), 4);
    EXPECT_EQ(first_of({4, 5}), 5);
    EXPECT_EQ(first_of({5, 6}), 6);
    EXPECT_EQ(first_of({6, 1}), 1);
    EXPECT_EQ(first_of({1, 3}), 3);
    EXPECT_EQ(first_of({3, 2}), 2);
    EXPECT_EQ(first_of({2, 130}), 130);
    EXPECT_EQ(first_of({0, 4, 5, 6, 1, 3, 2, 130}), 130);
    EXPECT_EQ(first_of({1, 77}), 77) << "a code that is none of ours";
}

run of(std::vector<verdict> all) {
    run r;
    for (const verdict v : all) {
        row one;
        one.verdict = v;
        r.rows.push_back(one);
    }
    return r;
}

TEST(headline, says_that_nothing_was_decided) {
    using enum verdict;
    EXPECT_EQ(headline(of({skip, skip})),
              "Nothing was decided: all 2 checks were skipped, and their reasons say what is missing.");
    EXPECT_EQ(headline(of({skip})),
              "Nothing was decided: the one check was skipped, and their reasons say what is missing.");
    EXPECT_EQ(headline(of({error, error})), "2 could not be decided.");
}

}  // namespace
}  // namespace assay::reports
