#include "data/number.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(number, is_read_whole) {
    EXPECT_EQ(parse_number("0"), 0.0);
    EXPECT_EQ(parse_number("99.9"), 99.9);
    EXPECT_EQ(parse_number("-2.5e-1"), -0.25);
    EXPECT_EQ(parse_number("1E3"), 1000.0);
    EXPECT_EQ(parse_number("007"), 7.0);
    EXPECT_EQ(parse_number(".5"), 0.5);
    EXPECT_EQ(parse_number("1."), 1.0);
}

TEST(number, is_nothing_where_it_is_none) {
    for (const char* bad : {"", " 1", "1 ", "+1", ".", "-.", "1e", "-", "0x10", "inf", "nan", "1,5", "1e999", "99p"})
        EXPECT_FALSE(parse_number(bad)) << bad;
}

TEST(number, leaves_its_unit) {
    const auto read = read_number("20.5ms");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->number, 20.5);
    EXPECT_EQ(read->length, 4U);
    EXPECT_EQ(read_number("1es")->length, 1U);
    EXPECT_FALSE(read_number("ms"));
}

}  // namespace
}  // namespace assay
