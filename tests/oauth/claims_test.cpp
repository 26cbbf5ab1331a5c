// The streaming reader of claims against the strict JSON parser, on documents that could distinguish them.
#include "oauth/claims.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/oauth/against_json.hpp"

namespace assay::oauth {
namespace {

using namespace std::string_literals;

constexpr std::string_view id_token =
    R"({"iss":"https://issuer.example","sub":"5f0c1a9e","aud":["client-1","api"],"exp":1767229300,"iat":1767225700.5,)"
    R"("nonce":"n-0S6_WzA2Mj","name":"Ada \"the\" L\u00f6velace \ud83d\ude00","nested":{"a":[1,{"b":null}]},)"
    R"("email_verified":true,"locale":"d\u0065","big":123456789012345678901,"neg":-12,"exp10":1e3,"e":""})";

const std::string documents[] = {
    std::string(id_token),
    "{}",
    " {\n} ",
    "{ }x",
    "",
    " ",
    "null",
    "[]",
    "[{}]",
    "\"a\"",
    "1",
    "{",
    "}",
    "{,}",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1}{",
    "{\"a\":1}\0"s,
    "\0{\"a\":1}"s,
    "{\"a\":\"\0\"}"s,
    "\xef\xbb\xbf{}",
    "{a:1}",
    "{'a':1}",
    // Numbers
    R"({"a":0,"b":-0,"c":0.0,"d":10,"e":-10})",
    R"({"a":00})",
    R"({"a":01})",
    R"({"a":-})",
    R"({"a":+1})",
    R"({"a":.5})",
    R"({"a":1.})",
    R"({"a":1e})",
    R"({"a":1e+})",
    R"({"a":1E+2,"b":1e-2})",
    R"({"a":1e400})",
    R"({"a":1e-400})",
    R"({"a":NaN})",
    R"({"a":9223372036854775807,"b":9223372036854775808,"c":-9223372036854775808,"d":-9223372036854775809})",
    R"({"a":18446744073709551616,"b":999999999999999999,"c":1000000000000000000})",
    R"({"a":1-2})",
    R"({"a":0x10})",
    R"({"a":1 })",
    // Words
    R"({"a":true,"b":false,"c":null})",
    R"({"a":True})",
    R"({"a":nul})",
    R"({"a":nulll})",
    R"({"a":t})",
    // Strings
    R"({"a":"\"\\\/\b\f\n\r\t"})",
    R"({"a":"\x"})",
    R"({"a":"\u12"})",
    R"({"a":"\u12G4"})",
    R"({"a":"\u0000"})",
    R"({"a":"\uD83D\uDE00"})",
    R"({"a":"\uD83D"})",
    R"({"a":"\uD83D\u0041"})",
    R"({"a":"\uDE00"})",
    R"({"a":"\uD83Dx"})",
    R"({"a":"\)",
    R"({"a":"\u)",
    R"({"a":"x)",
    "{\"a\":\"\t\"}",
    "{\"a\":\"\x1f\"}",
    "{\"a\":\"\x7f\"}",
    "{\"a\":\"\xc3\xb6\xf0\x9f\x98\x80\"}",
    "{\"a\":\"\xc3\"}",
    "{\"a\":\"\xc0\x80\"}",
    "{\"a\":\"\xed\xa0\x80\"}",
    "{\"a\":\"\xf5\x80\x80\x80\"}",
    "{\"a\":\"12345678\xff\"}",
    "{\"a\":\"1234567\x01\"}",
    R"({"abcdefgh\u0041ijklmnopqrstuvwxyz":"0123456789abcdef\n0123456789abcdef"})",
    "{\"\xc3\xb6\":\"\xc3\xb6\\u00f6\"}",
    // Repeated names, also in another spelling; nested names are not claims
    R"({"a":1,"a":2})",
    R"({"aud":"x","\u0061ud":"y"})",
    R"({"a":{"b":1,"b":2},"c":3})",
    R"({"abcdefghi":1,"abcdefghj":2,"abcdefgh":3})",
    R"({"":1,"":2})",
    // Structure
    R"({"a":[1,2,]})",
    R"({"a":[,1]})",
    R"({"a":[1 2]})",
    R"({"a":[}})",
    R"({"a":{]})",
    R"({"a":[[[[]]]],"b":[{}]})",
    R"({"a":{"b":"\u0061"}})",
    R"({"a":["\uD83D"]})",
    R"({"a":["\u0061\"",{"x":"y\\"}]})",
};

TEST(claims, agree_with_the_json_door) {
    for (const auto& text : documents) EXPECT_EQ(disagreement(text), "") << text;
}

TEST(claims, agree_about_depth) {
    for (std::size_t depth = 60; depth < 70; ++depth) {
        EXPECT_EQ(disagreement("{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}"), "") << depth;
        std::string objects;
        for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
        EXPECT_EQ(disagreement(objects + "1" + std::string(depth, '}')), "") << depth;
    }
    claims c;
    const auto deep = c.read("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}");
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().code, errc::limit);
}

// Bytes replaced, removed, doubled and swapped, by a fixed sequence.
TEST(claims, agree_about_damaged_documents) {
    std::mt19937 random(7519);
    const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
    static constexpr std::string_view likely = "{}[]\",:\\u0eE+-.tfn \x01\xc3\xb6\x80";
    for (const auto& original : documents) {
        for (int round = 0; round < 60 && !original.empty(); ++round) {
            auto text = original;
            for (std::size_t edits = 1 + below(3); edits > 0 && !text.empty(); --edits) {
                const auto at = below(text.size());
                switch (below(4)) {
                    case 0:
                        text[at] = likely[below(likely.size())];
                        break;
                    case 1:
                        text.erase(at, 1 + below(3));
                        break;
                    case 2:
                        text.insert(at, 1, likely[below(likely.size())]);
                        break;
                    default:
                        text.insert(at, text.substr(below(text.size()), below(12)));
                }
            }
            ASSERT_EQ(disagreement(text), "") << text;
        }
    }
}

TEST(claims, of_an_id_token) {
    claims c;
    ASSERT_TRUE(c.read(id_token));
    EXPECT_EQ(c.text("iss"), "https://issuer.example");
    EXPECT_EQ(c.text("name"), "Ada \"the\" L\xc3\xb6velace \xf0\x9f\x98\x80");
    EXPECT_EQ(c.text("locale"), "de");
    EXPECT_EQ(c.text("exp"), std::nullopt);
    EXPECT_EQ(c.number("exp"), 1767229300);
    EXPECT_EQ(c.number("iat"), 1767225700.5);
    EXPECT_EQ(c.number("iss"), std::nullopt);
    EXPECT_EQ(c.find("absent"), nullptr);
    EXPECT_TRUE(c.holds("aud", "client-1") && c.holds("aud", "api") && c.holds("sub", "5f0c1a9e"));
    EXPECT_FALSE(c.holds("aud", "client") || c.holds("aud", "") || c.holds("nested", "a") || c.holds("absent", ""));
    EXPECT_EQ(c.duplicate(), std::nullopt);
    ASSERT_NE(c.find("nested"), nullptr);
    EXPECT_EQ(json::format(c.find("nested")->value()), R"({"a":[1,{"b":null}]})");
}

TEST(claims, an_audience_is_an_element_and_nothing_else) {
    claims c;
    for (const char* aud : {R"({"aud":[["x"]]})", R"({"aud":[{"x":"x"}]})", R"({"aud":["\\x"]})",
                            R"({"aud":["x\""]})", R"({"aud":[",x,"]})", R"({"aud":{"x":"x"}})", R"({"aud":[1,true]})",
                            R"({"aud":[]})", R"({"aud":["x "]})"}) {
        ASSERT_TRUE(c.read(aud));
        EXPECT_FALSE(c.holds("aud", "x")) << aud;
    }
    for (const char* aud : {R"({"aud":"x"})", R"({"aud":["y","x"]})", R"({"aud":["\u0078"]})",
                            R"({"aud":[["y"],"x"]})", R"({"aud":[1,"x"]})"}) {
        ASSERT_TRUE(c.read(aud));
        EXPECT_TRUE(c.holds("aud", "x")) << aud;
    }
}

TEST(claims, many_names_are_compared_too) {
    std::string text = "{";
    for (int i = 0; i < 100; ++i) text += "\"a" + std::to_string(i) + "\":1,";
    claims c;
    ASSERT_TRUE(c.read(text + "\"b\":1}"));
    EXPECT_EQ(c.duplicate(), std::nullopt);
    ASSERT_TRUE(c.read(text + "\"a7\":1}"));
    EXPECT_EQ(c.duplicate(), "a7");
}

TEST(claims, move_and_are_read_again) {
    claims first;
    ASSERT_TRUE(first.read(R"({"sub":"ada"})"));
    auto second = std::move(first);
    EXPECT_EQ(second.text("sub"), "ada");
    EXPECT_FALSE(second.read("[]"));
    EXPECT_TRUE(second.all().empty());
    ASSERT_TRUE(second.read(R"({"sub":"bob"})"));
    EXPECT_EQ(second.text("sub"), "bob");
}

}  // namespace
}  // namespace assay::oauth
