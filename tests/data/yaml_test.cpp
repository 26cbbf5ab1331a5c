// The strict YAML parser: what yaml-cpp accepts silently is an error with a place here.
#include "data/yaml.hpp"

#include <array>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/folder.hpp"

namespace assay::yaml {
namespace {

document parsed(std::string_view text) {
    auto d = parse(text, "t.yaml");
    EXPECT_TRUE(d) << text << "\n" << (d ? "" : d.error().text());
    return d ? *d : document{};
}

// "where: message" of an input that must be refused.
std::string refused(std::string_view text) {
    const auto d = parse(text, "t.yaml");
    EXPECT_FALSE(d) << text;
    return d ? "" : d.error().text();
}

std::string as_json_text(std::string_view text) {
    const auto d = parsed(text);
    const auto v = as_json(d, d.root);
    EXPECT_TRUE(v) << text;
    return v ? json::format(*v) : "";
}

TEST(yaml_parse, keeps_order_and_places) {
    const auto d = parsed("b: 1\na:\n  - x\n  - k: [p, q]\n");
    ASSERT_EQ(d.root.entries.size(), 2U);
    EXPECT_EQ(d.root.entries[0].key, "b");
    EXPECT_EQ(d.root.entries[1].key, "a");
    EXPECT_EQ(d.root.entries[1].at.line, 2);
    EXPECT_EQ(d.root.entries[1].at.column, 1);
    const auto& second = d.root.find("a")->items[1];
    EXPECT_EQ(second.entries[0].at.line, 4);
    EXPECT_EQ(second.entries[0].at.column, 5);
    const auto& q = second.find("k")->items[1];
    EXPECT_EQ(q.at.line, 4);
    EXPECT_EQ(q.at.column, 12);
    EXPECT_EQ(d.error_at(q.at, "no").text(), "t.yaml:4:12: no");
}

TEST(yaml_parse, refuses_a_key_that_stands_there_twice) {
    EXPECT_EQ(refused("a: 1\nb: 2\na: 3\n"), "t.yaml:3:1: the key 'a' is here twice; keep one of them");
    EXPECT_EQ(refused("x: {k: 1, \"k\": 2}"), "t.yaml:1:11: the key 'k' is here twice; keep one of them");
    parsed("a: {k: 1}\nb: {k: 1}\nk: 2\n");
}

TEST(yaml_parse, refuses_anchors_aliases_and_merge_keys) {
    EXPECT_NE(refused("a: &x 1\n").find("t.yaml:1:4: anchors"), std::string::npos);
    EXPECT_NE(refused("a: &x {b: 1}\n").find("anchors"), std::string::npos);
    EXPECT_NE(refused("a: &x\n").find("anchors"), std::string::npos);
    EXPECT_NE(refused("a: 1\n<<: {b: 1}\n").find("t.yaml:2:1: merge keys"), std::string::npos);
    EXPECT_NE(refused("a: 1\nb: *a\n").find("t.yaml:2:"), std::string::npos);
}

TEST(yaml_parse, refuses_a_second_document) {
    EXPECT_NE(refused("a: 1\n---\nb: 2\n").find("one document"), std::string::npos);
    parsed("---\na: 1\n");
    parsed("---\na: 1\n...\n");
}

TEST(yaml_parse, keeps_local_tags_and_refuses_all_others) {
    const auto d = parsed("a: !absent\nb: !contains no-store\nc: !one_of [x, y]\nd: !all {e: f}\n");
    EXPECT_EQ(d.root.find("a")->tag, "!absent");
    EXPECT_EQ(d.root.find("a")->scalar, "");
    EXPECT_EQ(d.root.find("b")->tag, "!contains");
    EXPECT_EQ(d.root.find("b")->scalar, "no-store");
    EXPECT_EQ(d.root.find("c")->tag, "!one_of");
    EXPECT_EQ(d.root.find("c")->items.size(), 2U);
    EXPECT_EQ(d.root.find("d")->tag, "!all");
    for (const std::string_view text : {"a: !!str 1", "a: !!binary x", "a: !<tag:x> 1", "a: !e!x 1", "!!map {a: 1}",
                                        "%TAG ! tag:example.com,2000:\n---\na: !x 1\n"})
        EXPECT_NE(refused(text).find("is not supported; write one '!'"), std::string::npos) << text;
}

TEST(yaml_parse, tells_quoted_from_plain_also_behind_a_tag) {
    const auto d = parsed("a: 8\nb: \"8\"\nc: '8'\nd: !not 8\ne: !not \"8\"\nf: !not\n  '8'\ng: |\n  8\n");
    for (const auto* name : {"a", "d"}) EXPECT_FALSE(d.root.find(name)->quoted) << name;
    for (const auto* name : {"b", "c", "e", "f", "g"}) EXPECT_TRUE(d.root.find(name)->quoted) << name;
    EXPECT_EQ(d.root.find("f")->scalar, "8");
}

TEST(yaml_parse, counts_quotes_right_behind_a_byte_order_mark) {
    const auto d = parsed("\xef\xbb\xbfkey: !not \"8\"\n");
    EXPECT_TRUE(d.root.find("key")->quoted);
    EXPECT_EQ(d.root.entries[0].at.column, 1);
}

TEST(yaml_parse, puts_a_missing_value_at_its_key) {
    const auto d = parsed("steps:\n  - sign_in:\n    expect:\nnext: 1\n");
    const auto& step = d.root.find("steps")->items[0];
    EXPECT_EQ(step.find("sign_in")->kind, kind::null);
    EXPECT_EQ(step.find("sign_in")->at.line, 2);
    EXPECT_EQ(step.find("sign_in")->at.column, 5);
    EXPECT_EQ(step.find("expect")->at.line, 3);
    const auto written = parsed("a:\n  null\n");
    EXPECT_EQ(written.root.find("a")->at.line, 2);
}

TEST(yaml_parse, wants_null_spelled_in_one_way) {
    for (const std::string_view text : {"a: ~\n", "a: Null\n", "a: NULL\n", "- ~\n", "[~]", "~"})
        EXPECT_NE(refused(text).find("write null"), std::string::npos) << text;
    EXPECT_EQ(as_json_text("[null, \"~\", nullable, ~x]"), R"([null,"~","nullable","~x"])");
    EXPECT_EQ(as_json_text("a:\n  -\nNull_: 1\nb: {c: , d: 1}\n"), R"({"a":[null],"Null_":1,"b":{"c":null,"d":1}})");
}

TEST(yaml_parse, refuses_bytes_that_would_end_the_file_early) {
    EXPECT_EQ(refused("a: 1\nb: \x04\nc: 3\n").substr(0, 11), "t.yaml:2:4:");
    EXPECT_EQ(refused(std::string_view("a: 1\0", 5)).substr(0, 11), "t.yaml:1:5:");
    EXPECT_NE(refused("a: \xff\n").find("UTF-8"), std::string::npos);
    EXPECT_NE(refused(std::string_view("\xff\xfe"
                                       "a\0:\0 \0"
                                       "1\0",
                                       10))
                  .find("UTF-8"),
              std::string::npos);
}

TEST(yaml_parse, says_where_the_syntax_breaks) {
    EXPECT_EQ(refused("a: 1\nb: [1, 2\n").substr(0, 9), "t.yaml:3:");
    EXPECT_EQ(refused("a: b: c\n").substr(0, 9), "t.yaml:1:");
    for (const std::string_view text :
         {"a: \"x\n", "a: 'x\n", "a: \"x \n\n", "a: 'x ", "a: 'x\t", "a: 1\nb: '2\nc: 3\n", "a: [\"x\n"})
        EXPECT_NE(refused(text).find("this is not YAML"), std::string::npos) << text;
    EXPECT_NE(refused("{a: 1}: 2\n").find("a key must be a plain word"), std::string::npos);
    EXPECT_NE(refused("!x a: 2\n").find("a key must be a plain word"), std::string::npos);
}

TEST(yaml_parse, leaves_the_last_line_as_it_is) {
    for (const std::string_view text :
         {"a: x", "a: x\n", "a: x \n", "a: x ", "a: x\t", "a: 'x'\n", "a: \"x\" ", "a: x\n# c\n"})
        EXPECT_EQ(as_json_text(text), R"({"a":"x"})") << text;
    EXPECT_EQ(as_json_text("a: |\n  x\n"), R"({"a":"x\n"})");
    EXPECT_EQ(as_json_text("a: |+\n  x\n\n"), R"({"a":"x\n\n"})");
    EXPECT_EQ(as_json_text("a: >-\n  x\n  y\n"), R"({"a":"x y"})");
}

TEST(yaml_parse, holds_its_limits) {
    const auto deep = parse(std::string(70, '['), "t.yaml");
    ASSERT_FALSE(deep);
    EXPECT_NE(deep.error().message.find("too deep"), std::string::npos);
    const auto big = parse("# " + std::string((4U << 20U) + 1, 'x'), "t.yaml");
    ASSERT_FALSE(big);
    EXPECT_EQ(big.error().code, errc::limit);
}

TEST(yaml_parse, takes_an_empty_file_for_null) {
    EXPECT_EQ(parsed("").root.kind, kind::null);
    EXPECT_EQ(parsed("# only a comment\n").root.at.line, 1);
}

TEST(yaml_read_file, names_the_file_and_says_when_it_is_not_there) {
    const auto none = read_file("/nonexistent/x.yaml");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, errc::not_found);
    EXPECT_NE(none.error().message.find("/nonexistent/x.yaml"), std::string::npos);
    EXPECT_FALSE(read_file("/"));
    const tests::folder own;
    const auto path = own.file("a.yaml");
    std::ofstream(path) << "a: 1\n";
    const auto d = read_file(path);
    ASSERT_TRUE(d);
    EXPECT_EQ(d->name, path);
    EXPECT_EQ(d->root.find("a")->scalar, "1");
}

TEST(yaml_as_json, follows_json_and_nothing_else) {
    EXPECT_EQ(as_json_text("[yes, no, on, off, y, True, TRUE, true, false]"),
              R"(["yes","no","on","off","y","True","TRUE",true,false])");
    EXPECT_EQ(as_json_text("[0123, 0o17, 0x1f, 1_000, +1, 12:30, 2001-12-14, .5, 1., .inf, .nan]"),
              R"(["0123","0o17","0x1f","1_000","+1","12:30","2001-12-14",".5","1.",".inf",".nan"])");
    EXPECT_EQ(as_json_text("[0, -7, 3600.0, 1e3, \"8\", '8', 9223372036854775808]"),
              R"([0,-7,3600.0,1e3,"8","8",9223372036854775808])");
    EXPECT_EQ(as_json_text("a: {b: [], c: {}}\nd:\n"), R"({"a":{"b":[],"c":{}},"d":null})");
    const auto d = parsed("a: !contains x\n");
    EXPECT_FALSE(as_json(d, d.root));
}

TEST(yaml_typed, reads_only_what_is_written_so) {
    const auto d = parsed(
        "n: 12\nq: \"12\"\nz: 0123\nneg: -3\nbig: 9223372036854775808\nt: true\nyes: yes\nqt: 'true'\nl: [a, b]\nm: "
        "{}\nx: !absent\n");
    const auto at = [&](const char* key) -> const node& { return *d.root.find(key); };
    EXPECT_EQ(as_integer(d, at("n")).value_or(0), 12);
    EXPECT_EQ(as_integer(d, at("neg")).value_or(0), -3);
    for (const auto* key : {"q", "z", "big", "t", "l", "m", "x"}) EXPECT_FALSE(as_integer(d, at(key))) << key;
    EXPECT_EQ(as_boolean(d, at("t")).value_or(false), true);
    for (const auto* key : {"yes", "qt", "n", "l"}) EXPECT_FALSE(as_boolean(d, at(key))) << key;
    EXPECT_EQ(as_text(d, at("z")).value_or(""), "0123");
    for (const auto* key : {"l", "m", "x"}) EXPECT_FALSE(as_text(d, at(key))) << key;
    EXPECT_EQ(as_texts(d, at("l")).value_or(std::vector<std::string>{}), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(as_texts(d, at("n")).value_or(std::vector<std::string>{}), (std::vector<std::string>{"12"}));
    EXPECT_FALSE(as_texts(d, at("m")));
    EXPECT_EQ(as_integer(d, at("z")).error().text(), "t.yaml:3:4: expected a whole number, found '0123'");
    EXPECT_EQ(as_boolean(d, at("yes")).error().text(), "t.yaml:7:6: expected true or false, found 'yes'");
}

TEST(yaml_typed, quotes_a_text_of_several_lines_on_one) {
    const auto d = parsed("n: |\n  one\n  two\n");
    EXPECT_EQ(as_integer(d, *d.root.find("n")).error().text(),
              "t.yaml:1:4: expected a whole number, found 'one two '");
}

TEST(yaml_only_keys, names_the_nearest_valid_key_at_its_place) {
    const auto d = parsed("title: x\nlevl: must\n");
    static constexpr std::array<std::string_view, 3> allowed{"id", "title", "level"};
    const auto bad = only_keys(d, d.root, allowed, "a check");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().text(), "t.yaml:2:1: unknown key 'levl' in a check; did you mean 'level'?");
    const auto good = parsed("title: x\nlevel: must\n");
    EXPECT_TRUE(only_keys(good, good.root, allowed, "a check"));
    const auto list = parsed("- a\n");
    EXPECT_FALSE(only_keys(list, list.root, allowed, "a check"));
}

}  // namespace
}  // namespace assay::yaml
