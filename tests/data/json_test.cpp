// The strict JSON parser: RFC 8259, and inputs that the library below it would accept.
#include "data/json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace assay::json {
namespace {

value parsed(std::string_view text) {
    auto v = parse(text);
    EXPECT_TRUE(v) << text << ": " << (v ? "" : v.error().text());
    return v ? *v : value("did not parse");
}

errc refused(std::string_view text, limits bounds = {}) {
    const auto v = parse(text, bounds);
    EXPECT_FALSE(v) << text;
    return v ? errc::usage : v.error().code;
}

TEST(json_parse, keeps_the_order_of_members) {
    EXPECT_EQ(format(parsed(R"({"z":1,"a":{"y":2,"b":3},"m":[]})")), R"({"z":1,"a":{"y":2,"b":3},"m":[]})");
}

TEST(json_parse, keeps_duplicate_names_and_lists_each_once) {
    const auto v = parsed(R"({"sub":"a","iss":"i","sub":"b","sub":"c","iss":"j","aud":1})");
    ASSERT_NE(v.as_object(), nullptr);
    EXPECT_EQ(v.as_object()->size(), 6U);
    EXPECT_EQ(v.string_at("sub"), "a");
    EXPECT_EQ(v.as_object()->duplicates(), (std::vector<std::string>{"iss", "sub"}));
    EXPECT_TRUE(parsed(R"({"a":{"b":1},"b":2})").as_object()->duplicates().empty());
}

TEST(json_parse, tells_integers_from_decimals) {
    EXPECT_EQ(parsed("3600").kind(), kind::integer);
    EXPECT_EQ(parsed("3600.0").kind(), kind::decimal);
    EXPECT_EQ(parsed("3600.0").as_integer(), std::nullopt);
    EXPECT_EQ(parsed("3600.0").as_number(), 3600.0);
    EXPECT_EQ(parsed("3.6e3").kind(), kind::decimal);
    EXPECT_EQ(format(parsed("[3600.0,3.60e3,-0.5]")), "[3600.0,3.60e3,-0.5]");
    EXPECT_FALSE(parsed("3600") == parsed("3600.0"));
}

TEST(json_parse, keeps_the_ends_of_the_integer_range_and_makes_decimals_beyond) {
    EXPECT_EQ(parsed("9223372036854775807").as_integer(), INT64_MAX);
    EXPECT_EQ(parsed("-9223372036854775808").as_integer(), INT64_MIN);
    EXPECT_EQ(parsed("9223372036854775808").kind(), kind::decimal);
    EXPECT_EQ(format(parsed("9223372036854775808")), "9223372036854775808");
    EXPECT_EQ(format(parsed("-9223372036854775809")), "-9223372036854775809");
    EXPECT_EQ(format(parsed("123456789012345678901234567890")), "123456789012345678901234567890");
}

TEST(json_parse, converts_nothing) {
    EXPECT_EQ(parsed("\"1\"").as_integer(), std::nullopt);
    EXPECT_EQ(parsed("1").as_boolean(), std::nullopt);
    EXPECT_EQ(parsed("true").as_number(), std::nullopt);
    EXPECT_EQ(parsed("1").as_string(), nullptr);
    EXPECT_TRUE(parsed("null").is_null());
    EXPECT_EQ(parsed(R"({"a":1})").string_at("a"), "");
}

TEST(json_parse, refuses_what_is_not_one_value) {
    for (const std::string_view text :
         {"",       " ",       "{",         "[1,]",     "{\"a\":1,}", "{\"a\" 1}", "{a:1}",    "{'a':1}", "01",
          "1.",     ".5",      "+1",        "1e",       "-",          "NaN",       "Infinity", "tru",     "\"a",
          "\"\t\"", "\"\\x\"", "\"\\u12\"", "// no\n1", "/* no */1",  "1 2",       "{}{}",     "[] x"})
        EXPECT_EQ(refused(text), errc::bad_json) << text;
}

TEST(json_parse, refuses_bytes_after_a_nul) {
    EXPECT_EQ(refused(std::string_view("{\"a\":1}\0", 8)), errc::bad_json);
    EXPECT_EQ(refused(std::string_view("{\"a\":1}\0garbage", 15)), errc::bad_json);
    EXPECT_EQ(refused(std::string_view("\"a\0b\"", 5)), errc::bad_json);
    EXPECT_EQ(*parsed(R"("a\u0000b")").as_string(), std::string("a\0b", 3));
}

TEST(json_parse, refuses_a_byte_order_mark) {
    EXPECT_EQ(refused("\xef\xbb\xbf{}"), errc::bad_json);
}

TEST(json_parse, refuses_bytes_that_are_not_utf8) {
    for (const std::string_view text :
         {"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"", R"("\ud800")"})
        EXPECT_EQ(refused(text), errc::bad_json) << text;
    EXPECT_EQ(*parsed(R"("\ud83d\ude00")").as_string(), "\xf0\x9f\x98\x80");
}

TEST(json_parse, says_where_it_stopped) {
    const auto v = parse("{\"abc\": nope}");
    ASSERT_FALSE(v);
    EXPECT_NE(v.error().message.find("byte 10 of 13"), std::string::npos) << v.error().message;
}

TEST(json_parse, holds_its_limits_on_depth_and_size) {
    EXPECT_EQ(refused("[[[]]]", {.depth = 2}), errc::limit);
    EXPECT_TRUE(parse("[[]]", {.depth = 2}));
    EXPECT_EQ(refused("{\"a\":{\"b\":[]}}", {.depth = 2}), errc::limit);
    EXPECT_EQ(refused(std::string(100000, '[')), errc::limit);
    EXPECT_EQ(refused("\"12345\"", {.bytes = 6}), errc::limit);
    EXPECT_TRUE(parse("\"12345\"", {.bytes = 7}));
}

TEST(json_format, escapes_what_must_be_escaped_and_nothing_else) {
    EXPECT_EQ(quote("a\"\\/\n\r\t\x01\x7f"), R"("a\"\\/\n\r\t\u0001\u007f")");
    EXPECT_EQ(quote("gr\xc3\xbc\xc3\x9f"), "\"gr\xc3\xbc\xc3\x9f\"");
    EXPECT_EQ(quote("a\xff"
                    "b\xc3"),
              "\"a\xef\xbf\xbd"
              "b\xef\xbf\xbd\"");
}

TEST(json_format, a_text_written_member_by_member_is_that_of_the_object) {
    object_text text;
    object o;
    EXPECT_EQ(object_text().finish(), format(object{}));
    for (const std::string_view one :
         {"", "plain", "a\"\\", "gr\xc3\xbc\xc3\x9f", "plain\x01 plain", "\xff at the end\xc3"}) {
        text.add(one, one);
        o.append(std::string(one), one);
    }
    text.add("n", std::int64_t{-3600});
    o.append("n", -3600);
    EXPECT_EQ(std::move(text).finish(), format(o));
}

TEST(json_format, writes_decimals_so_that_they_stay_decimals) {
    EXPECT_EQ(format(decimal{3600.0, {}}), "3600.0");
    EXPECT_EQ(format(decimal{0.5, {}}), "0.5");
    EXPECT_EQ(format(decimal{1e300, {}}), "1e+300");
    EXPECT_EQ(parsed(format(decimal{3600.0, {}})).kind(), kind::decimal);
    EXPECT_EQ(parsed(format(decimal{1e300, {}})).as_number(), 1e300);
}

TEST(json_format, pretty_is_two_spaces_and_parses_back) {
    const auto v = parsed(R"({"a":[1,{"b":null}],"c":{},"d":[]})");
    EXPECT_EQ(format_pretty(v),
              "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
    EXPECT_TRUE(parsed(format_pretty(v)) == v);
}

TEST(json_object, sets_the_first_appends_more_and_erases_all) {
    object o{{"a", 1}, {"b", 2}, {"a", 3}};
    o.set("a", 9);
    o.set("c", "new");
    EXPECT_EQ(format(o), R"({"a":9,"b":2,"a":3,"c":"new"})");
    EXPECT_TRUE(o.erase("a"));
    EXPECT_FALSE(o.erase("a"));
    EXPECT_EQ(format(o), R"({"b":2,"c":"new"})");
    EXPECT_EQ(o.find("a"), nullptr);
}

TEST(json_equality, ignores_the_order_of_members_but_not_of_items) {
    EXPECT_TRUE(parsed(R"({"a":1,"b":[1,2]})") == parsed(R"({"b":[1,2],"a":1})"));
    EXPECT_FALSE(parsed("[1,2]") == parsed("[2,1]"));
    EXPECT_FALSE(parsed(R"({"a":1})") == parsed(R"({"a":1,"b":null})"));
    EXPECT_FALSE(parsed("1") == parsed("\"1\""));
    EXPECT_FALSE(parsed("null") == parsed("false"));
}

TEST(json_equality, counts_duplicates) {
    EXPECT_FALSE(parsed(R"({"a":1,"a":1})") == parsed(R"({"a":1,"b":2})"));
    EXPECT_FALSE(parsed(R"({"a":1,"b":2})") == parsed(R"({"a":1,"a":1})"));
    EXPECT_TRUE(parsed(R"({"a":1,"a":2})") == parsed(R"({"a":2,"a":1})"));
}

// RFC 6901 §5: the document and its pointers.
TEST(json_pointer, reads_the_examples_of_the_rfc) {
    const auto v =
        parsed(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");
    EXPECT_EQ(v.at_pointer(""), &v);
    EXPECT_EQ(*v.at_pointer("/foo/0")->as_string(), "bar");
    EXPECT_EQ(v.at_pointer("/")->as_integer(), 0);
    EXPECT_EQ(v.at_pointer("/a~1b")->as_integer(), 1);
    EXPECT_EQ(v.at_pointer("/c%d")->as_integer(), 2);
    EXPECT_EQ(v.at_pointer("/i\\j")->as_integer(), 5);
    EXPECT_EQ(v.at_pointer("/k\"l")->as_integer(), 6);
    EXPECT_EQ(v.at_pointer("/ ")->as_integer(), 7);
    EXPECT_EQ(v.at_pointer("/m~0n")->as_integer(), 8);
}

TEST(json_pointer, finds_nothing_where_nothing_is) {
    const auto v = parsed(R"({"foo":["bar","baz"]})");
    for (const std::string_view pointer :
         {"foo", "/bar", "/foo/2", "/foo/-", "/foo/00", "/foo/01", "/foo/ 0", "/foo/0/x", "/foo/"})
        EXPECT_EQ(v.at_pointer(pointer), nullptr) << pointer;
}

}  // namespace
}  // namespace assay::json
