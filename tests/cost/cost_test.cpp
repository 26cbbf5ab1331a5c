// No parser and no endpoint costs more than in proportion to what it is sent: sixteen times the size may take at most
// sixty-four times as long. What is quadratic takes 256 times as long. bench/cost prints the times.
#include <algorithm>
#include <limits>
#include <ostream>

#include <gtest/gtest.h>

#include "tests/cost/rows.hpp"

namespace assay::cost {

void PrintTo(const row& r, std::ostream* out) {
    *out << r.name;
}

namespace {

constexpr std::size_t times = 16;
constexpr double most = 64;
// What takes less says nothing about growth.
constexpr double seconds_min = 2e-3;
// A neighbour on the same core makes a measurement longer, never shorter: the least of several counts.
constexpr int tries_max = 5;

class cost : public testing::TestWithParam<row> {};

TEST_P(cost, GrowsNoFasterThanTheSize) {
    const row& r = GetParam();
    const auto n = r.last / times;
    double large = std::numeric_limits<double>::max(), small = large;
    for (int tries = 0; tries < tries_max; ++tries) {
        large = std::min(large, seconds_of(r, r.last));
        if (large < seconds_min) return;
        small = std::min(small, std::max(seconds_of(r, n), seconds_min / most));
        if (large < small * most) return;
    }
    FAIL() << r.last << " take " << large * 1e3 << " ms, " << n << " take " << small * 1e3 << " ms";
}

INSTANTIATE_TEST_SUITE_P(parsers, cost, testing::ValuesIn(parser_rows().begin(), parser_rows().end()));
INSTANTIATE_TEST_SUITE_P(requests, cost, testing::ValuesIn(mock_rows().begin(), mock_rows().end()));

}  // namespace
}  // namespace assay::cost
