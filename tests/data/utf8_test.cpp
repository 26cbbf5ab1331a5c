#include "data/utf8.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(utf8, accepts_the_first_and_last_of_each_length) {
    for (const std::string_view text : {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                                        "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
        EXPECT_TRUE(is_utf8(text)) << text;
}

TEST(utf8, refuses_overlong_surrogate_truncated_and_beyond) {
    for (const std::string_view text :
         {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2g", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
          "\xe2\x82", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"})
        EXPECT_FALSE(is_utf8(text)) << text;
}

TEST(utf8, gives_the_length_of_a_sequence) {
    constexpr std::string_view text = "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80";
    EXPECT_EQ(utf8_sequence(text, 0), 1U);
    EXPECT_EQ(utf8_sequence(text, 1), 2U);
    EXPECT_EQ(utf8_sequence(text, 2), 0U);
    EXPECT_EQ(utf8_sequence(text, 3), 3U);
    EXPECT_EQ(utf8_sequence(text, 6), 4U);
    EXPECT_EQ(utf8_sequence(text, text.size()), 0U);
}

}  // namespace
}  // namespace assay
