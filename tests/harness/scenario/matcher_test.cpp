#include "harness/scenario/matcher.hpp"

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

matcher parsed(const std::string& yaml_text) {
    const auto d = yaml::parse("m: " + yaml_text + "\n", "test.yaml");
    EXPECT_TRUE(d) << yaml_text;
    auto m = parse_matcher(*d, *d->root.find("m"));
    EXPECT_TRUE(m) << yaml_text << ": " << (m ? "" : m.error().text());
    return m ? *m : matcher{};
}

bool holds(const std::string& m, const char* document) {
    if (document == nullptr) return !match(parsed(m), nullptr);
    const auto v = json::parse(document);
    EXPECT_TRUE(v) << document;
    return !match(parsed(m), &*v);
}

TEST(matcher, compares_literals_with_their_type) {
    EXPECT_TRUE(holds("3600", "3600"));
    EXPECT_FALSE(holds("3600", "\"3600\""));
    EXPECT_FALSE(holds("\"3600\"", "3600"));
    EXPECT_FALSE(holds("3600", "3600.5"));
    EXPECT_FALSE(holds("true", "\"true\""));
    EXPECT_FALSE(holds("x", nullptr));
}

TEST(matcher, tells_absent_from_null) {
    EXPECT_TRUE(holds("!absent", nullptr));
    EXPECT_FALSE(holds("!absent", "null"));
    EXPECT_TRUE(holds("!present", "null"));
    EXPECT_FALSE(holds("!present", nullptr));
}

TEST(matcher, knows_each_tag_both_ways) {
    const struct {
        const char *m, *yes, *no;
    } rows[] = {
        {"!one_of [a, b]", "\"b\"", "\"c\""},
        {"!matches '[a-z]+'", "\"abc\"", "\"abc1\""},
        {"!contains bc", "\"abcd\"", "\"acbd\""},
        {"!contains RS256", "[\"ES256\",\"RS256\"]", "[\"ES256\"]"},
        {"!type integer", "3", "3.5"},
        {"!type string", "\"3\"", "3"},
        {"!range [1, 3]", "3", "4"},
        {"!count 2", "[1,2]", "[1]"},
        {"!every [!type string]", "[\"a\",\"b\"]", "[\"a\",1]"},
        {"!every { kty: RSA }", "[{\"kty\":\"RSA\",\"n\":\"x\"}]", "[{\"kty\":\"RSA\"},{\"kty\":\"EC\"}]"},
        {"!every [!type string]", "[]", "\"a\""},
        {"!every [{ ok: true }]", "{\"a\":{\"ok\":true}}", "{\"a\":{\"ok\":true},\"b\":{\"ok\":false}}"},
        {"!unique kid", "[{\"kid\":\"1\"},{\"kid\":\"2\"},{}]", "[{\"kid\":\"1\"},{\"kid\":\"1\"}]"},
        {"!unique [kid, kty]", "[{\"kid\":\"1\",\"kty\":\"RSA\"},{\"kid\":\"1\",\"kty\":\"EC\"}]",
         "[{\"kid\":\"1\",\"kty\":\"EC\"},{\"kid\":\"1\",\"kty\":\"EC\"}]"},
        {"!not [a]", "\"b\"", "\"a\""},
        {"!all [!type string, !matches 'a.*']", "\"ab\"", "\"b\""},
        {"!one_of [!absent, x]", "\"x\"", "\"y\""},
        {"{ a: 1, /b/c: !present }", "{\"a\":1,\"b\":{\"c\":0},\"d\":9}", "{\"a\":1,\"b\":{}}"},
        {"[1, !type string]", "[1,\"x\"]", "[1,\"x\",2]"},
    };
    for (const auto& row : rows) {
        EXPECT_TRUE(holds(row.m, row.yes)) << row.m << " against " << row.yes;
        EXPECT_FALSE(holds(row.m, row.no)) << row.m << " against " << row.no;
    }
}

TEST(matcher, says_where_a_shape_differs) {
    const auto v = json::parse(R"({"a":{"b":"x"}})");
    const auto wrong = match(parsed("{ a: { b: y } }"), &*v);
    ASSERT_TRUE(wrong);
    EXPECT_EQ(wrong->at, "/a/b");
    EXPECT_NE(wrong->actual.find('x'), std::string::npos);
}

TEST(matcher, says_which_element_differs) {
    const auto v = json::parse(R"({"a":{"ok":true},"b":{"ok":false}})");
    const auto wrong = match(parsed("!every [{ ok: true }]"), &*v);
    ASSERT_TRUE(wrong);
    EXPECT_EQ(wrong->at, "/b/ok");
    EXPECT_EQ(wrong->actual, "false");
}

TEST(matcher, refuses_what_cannot_be_meant) {
    for (const char* bad : {"!oneof [a]", "!matches '['", "!range [3, 1]", "!range 3", "!count x", "!type strng"}) {
        const auto d = yaml::parse(std::string("m: ") + bad + "\n", "test.yaml");
        ASSERT_TRUE(d) << bad;
        const auto m = parse_matcher(*d, *d->root.find("m"));
        ASSERT_FALSE(m) << bad;
        EXPECT_NE(m.error().text().find("test.yaml:1:"), std::string::npos) << m.error().text();
    }
}

}  // namespace
}  // namespace assay::harness
