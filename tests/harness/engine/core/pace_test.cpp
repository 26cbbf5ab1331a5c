#include "harness/engine/core/pace.hpp"

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

using std::chrono::microseconds;

void answers(pace& p, int n, microseconds each) {
    for (int i = 0; i < n; ++i) {
        p.begin();
        p.end(each);
    }
}

TEST(pace, begins_with_one_check_at_a_time) {
    pace p(8, true);
    EXPECT_EQ(p.at_once(), 1U);
    answers(p, 4, microseconds(1000));
    EXPECT_EQ(p.at_once(), 1U);
}

TEST(pace, asks_more_at_once_while_answers_stay_fast_and_never_more_than_allowed) {
    pace p(4, true);
    answers(p, 40, microseconds(1000));
    EXPECT_EQ(p.at_once(), 4U);
}

TEST(pace, asks_fewer_at_once_when_answers_become_slow) {
    pace p(8, true);
    answers(p, 80, microseconds(1000));
    ASSERT_EQ(p.at_once(), 8U);
    answers(p, 60, microseconds(20'000));
    EXPECT_EQ(p.at_once(), 1U);
}

TEST(pace, does_not_adapt_when_a_number_was_asked_for) {
    pace p(3, false);
    EXPECT_EQ(p.at_once(), 3U);
    answers(p, 40, microseconds(90'000));
    EXPECT_EQ(p.at_once(), 3U);
}

TEST(pace, learns_nothing_from_checks_that_sent_nothing) {
    pace p(8, true);
    answers(p, 40, microseconds(0));
    EXPECT_EQ(p.at_once(), 1U);
}

}  // namespace
}  // namespace assay::harness
