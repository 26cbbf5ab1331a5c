// Hexadecimal digits, percent-encoding, UUIDs, and the entities of markup.
#include "data/hex.hpp"

#include <gtest/gtest.h>

#include "data/markup.hpp"
#include "data/uuid.hpp"

namespace assay {
namespace {

TEST(hex, reads_digits_of_either_case) {
    EXPECT_EQ(hex_digit('0'), 0);
    EXPECT_EQ(hex_digit('f'), 15);
    EXPECT_EQ(hex_digit('F'), 15);
    for (const char c : {'g', 'G', '/', ':', '@', '`', '\0'}) EXPECT_EQ(hex_digit(c), -1) << c;
    EXPECT_EQ(to_hex(std::string("\x00\x7f\xff", 3)), "007fff");
}

TEST(hex, reads_a_percent_encoded_byte_where_one_is_whole) {
    EXPECT_EQ(percent_encoded_byte("a%2Fb", 1), 0x2F);
    EXPECT_EQ(percent_encoded_byte("%ff", 0), 0xFF);
    for (const auto* text : {"", "%", "%2", "%2g", "%g2", "2F0", "%-1"})
        EXPECT_EQ(percent_encoded_byte(text, 0), -1) << text;
    EXPECT_EQ(percent_encoded_byte("%2F", 7), -1) << "beyond the end";
}

TEST(uuid, is_written_with_version_and_variant) {
    const uuid id = random_uuid(std::string(16, '\xff'));
    EXPECT_EQ(to_text(id), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    EXPECT_EQ(to_text(random_uuid("")), "00000000-0000-4000-8000-000000000000");
    EXPECT_TRUE(is_uuid(to_text(id)));
}

TEST(uuid, is_known_by_its_groups) {
    EXPECT_TRUE(is_uuid("F81D4FAE-7dec-11d0-a765-00a0c91e6bf6"));
    for (const auto* text : {"", "f81d4fae7dec11d0a76500a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
                             "f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "f81d4fae-7dec-11d0-a765000a0c91e6bf6"})
        EXPECT_FALSE(is_uuid(text)) << text;
}

TEST(markup, has_an_entity_for_what_ends_text_or_a_value) {
    EXPECT_EQ(markup_entity(U'<'), "&lt;");
    EXPECT_EQ(markup_entity(U'\''), "&#39;");
    EXPECT_EQ(markup_entity(U'a'), "");
    EXPECT_EQ(markup_entity(U'\u2026'), "");
}

}  // namespace
}  // namespace assay
