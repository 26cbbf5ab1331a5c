// Case, blanks at the ends, and whole numbers.
#include "data/text.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(text, changes_the_case_of_ascii_letters_only) {
    EXPECT_EQ(lowered("AZaz09@[`{ \xc3\x84"), "azaz09@[`{ \xc3\x84");
    EXPECT_EQ(uppered("AZaz09@[`{ \xc3\xa4"), "AZAZ09@[`{ \xc3\xa4");
    EXPECT_EQ(lowered(""), "");
}

TEST(text, trims_both_ends) {
    EXPECT_EQ(trimmed(" \ta b\t "), "a b");
    EXPECT_EQ(trimmed("a"), "a");
    EXPECT_EQ(trimmed(" \t "), "");
    EXPECT_EQ(trimmed(""), "");
    EXPECT_EQ(trimmed("\na\n"), "\na\n") << "a line break is no blank unless it is named";
    EXPECT_EQ(trimmed("\n\ta ", " \t\n"), "a");
}

TEST(text, reads_whole_numbers_and_nothing_else) {
    EXPECT_EQ(whole_number<std::int64_t>("-12"), -12);
    EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551616"), std::nullopt);
    EXPECT_EQ(whole_number<std::uint64_t>("-1"), std::nullopt);
    for (const char* text : {"", " 1", "1 ", "+1", "1.0", "0x1", "1e3", "-"}) {
        EXPECT_EQ(whole_number<std::int64_t>(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace assay
