// The tests of significance against known values, from tables and from counting.
#include "harness/load/measurement/significance.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace assay::load {
namespace {

TEST(mann_whitney, is_exact_for_small_samples) {
    // All of b are above all of a: 2 of C(6, 3) = 20 orders are as extreme.
    EXPECT_NEAR(mann_whitney({1, 2, 3}, {4, 5, 6}), 0.1, 1e-9);
    // 2 of C(10, 5) = 252.
    EXPECT_NEAR(mann_whitney({1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}), 2.0 / 252, 1e-9);
    // U = 10 of 20 is the middle: no other order is less extreme.
    EXPECT_NEAR(mann_whitney({1, 4, 5, 8}, {2, 3, 6, 7}), 1, 1e-9);
    EXPECT_NEAR(mann_whitney({1, 2, 3}, {4, 5, 6}), mann_whitney({4, 5, 6}, {1, 2, 3}), 1e-12);
    EXPECT_EQ(mann_whitney({}, {1}), 1);
    EXPECT_EQ(mann_whitney({2, 2, 2}, {2, 2, 2}), 1);
}

TEST(mann_whitney, inflation_makes_it_more_careful) {
    std::vector<double> a, b;
    for (int i = 0; i < 30; ++i) {
        a.push_back(i);
        b.push_back(i + 8.5);
    }
    EXPECT_LT(mann_whitney(a, b), mann_whitney(a, b, 4));
    EXPECT_EQ(inflation_of({1, 2}), 1);
    EXPECT_GT(inflation_of({1, 1, 1, 1, 5, 5, 5, 5}), 2);
    EXPECT_EQ(inflation_of({1, 5, 1, 5, 1, 5}), 1);
}

TEST(student, gives_the_values_of_the_tables) {
    // Differences 1, 2, 3: t = 2 / (1 / sqrt 3) = 3.4641 with 2 degrees of freedom.
    EXPECT_NEAR(paired({0, 0, 0}, {1, 2, 3}), 0.0742, 1e-4);
    // Means 2 and 5, variances 1 and 1: t = 3 / sqrt(2/3) = 3.6742, 4 degrees of freedom.
    EXPECT_NEAR(welch({1, 2, 3}, {4, 5, 6}), 0.0213, 1e-4);
    // Unequal variances, 1 and 100, n = 3: t = 10 / sqrt(101/3) = 1.7235, 2.04 degrees of freedom
    // (Welch-Satterthwaite).
    EXPECT_NEAR(welch({1, 2, 3}, {2, 12, 22}), 0.2247, 1e-3);
    EXPECT_NEAR(welch({1, 2, 3}, {4, 5, 6}), welch({4, 5, 6}, {1, 2, 3}), 1e-12);
    EXPECT_EQ(welch({1}, {2, 3}), 1);
    EXPECT_EQ(paired({1, 2}, {1, 2, 3}), 1);
    EXPECT_EQ(paired({1, 2}, {1, 2}), 1);
    EXPECT_EQ(welch({1, 1}, {2, 2}), 0) << "no spread at all: certain";
}

TEST(holm, stops_at_the_first_that_fails) {
    EXPECT_EQ(holm({0.04, 0.001, 0.02}, 0.05), (std::vector<bool>{true, true, true}));
    EXPECT_EQ(holm({0.04, 0.001, 0.03}, 0.05), (std::vector<bool>{false, true, false}));
    EXPECT_TRUE(holm({}, 0.05).empty());
}

TEST(median, is_the_middle) {
    EXPECT_EQ(median_of({3, 1, 2}), 2);
    EXPECT_EQ(median_of({4, 1, 2, 3}), 2.5);
    EXPECT_EQ(median_of({}), 0);
}

}  // namespace
}  // namespace assay::load
