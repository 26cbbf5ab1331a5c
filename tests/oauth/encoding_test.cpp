// base64url, forms, scope, client credentials, Polar's token format and their primitives.
#include <cctype>
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "oauth/base64url.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/crypto.hpp"
#include "oauth/form.hpp"
#include "oauth/scope.hpp"
#include "oauth/token_format.hpp"

namespace assay::oauth {
namespace {

std::string hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 15U];
    }
    return out;
}

// RFC 4648 §10, without and with padding.
TEST(base64, encodes_and_decodes_the_rfc_vectors) {
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, padded] : vectors) {
        const auto bare = padded.substr(0, padded.find('='));
        EXPECT_EQ(base64_encode(plain), padded);
        EXPECT_EQ(base64_decode(padded).value_or("failed"), plain);
        EXPECT_EQ(base64url_encode(plain), bare);
        EXPECT_EQ(base64url_decode(bare).value_or("failed"), plain);
    }
}

TEST(base64, the_two_alphabets_differ_in_two_characters) {
    EXPECT_EQ(base64url_encode("\xfb\xff\xfe"), "-__-");
    EXPECT_EQ(base64_encode("\xfb\xff\xfe"), "+//+");
    EXPECT_FALSE(base64url_decode("+//+"));
    EXPECT_FALSE(base64_decode("-__-"));
}

TEST(base64, all_bytes_survive) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (std::size_t cut = 0; cut < 3; ++cut) {
        const auto part = all.substr(cut);
        EXPECT_EQ(base64url_decode(base64url_encode(part)).value_or(""), part);
        EXPECT_EQ(base64_decode(base64_encode(part)).value_or(""), part);
    }
}

// Long texts, which are decoded in blocks: each byte at many places, and all lengths.
TEST(base64, long_texts_are_decoded_as_short_ones) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        bytes += static_cast<char>(i * 37 + i / 7);
        EXPECT_EQ(base64url_decode(base64url_encode(bytes)).value_or(""), bytes);
        EXPECT_EQ(base64_decode(base64_encode(bytes)).value_or(""), bytes);
    }
    const auto url = base64url_encode(bytes.substr(0, 192));
    const auto plain = base64_encode(bytes.substr(0, 192));
    for (const std::size_t at : {0U, 1U, 31U, 62U, 63U, 64U, 100U, 127U, 128U, 200U, 254U}) {
        for (int b = 0; b < 256; ++b) {
            const auto with = [&](std::string text) {
                text[at] = static_cast<char>(b);
                return text;
            };
            const bool common = b < 128 && std::isalnum(b) != 0;
            EXPECT_EQ(base64url_decode(with(url)).has_value(), common || b == '-' || b == '_') << b << " at " << at;
            EXPECT_EQ(base64_decode(with(plain)).has_value(), common || b == '+' || b == '/') << b << " at " << at;
        }
    }
}

TEST(base64url, refuses_padding_white_space_and_impossible_lengths) {
    for (const std::string_view text :
         {"Zg==", "Zm8=", "Z", "Zm9vY", "Zm 9v", "Zm9v\n", " Zm9v", "Zm9v!", "Z\xc3\xbc"})
        EXPECT_FALSE(base64url_decode(text)) << text;
    EXPECT_FALSE(base64url_decode(std::string_view("Zm9\0", 4)));
}

// "Zg" and "Zh" would both decode to the byte 'f'.
TEST(base64url, refuses_unused_bits_that_are_not_zero) {
    EXPECT_TRUE(base64url_decode("Zg"));
    for (const std::string_view text : {"Zh", "Zi", "Zo", "Zv", "Zm9vZh"})
        EXPECT_FALSE(base64url_decode(text)) << text;
    EXPECT_TRUE(base64url_decode("Zm8"));
    for (const std::string_view text : {"Zm9", "Zm-", "Zm_"}) EXPECT_FALSE(base64url_decode(text)) << text;
}

TEST(base64, refuses_missing_or_misplaced_padding) {
    for (const std::string_view text : {"Zg", "Zg=", "Zg===", "=", "====", "A===", "Zm=v", "Zg==Zg==", "Zm9v===="})
        EXPECT_FALSE(base64_decode(text)) << text;
}

TEST(form_encode, follows_the_example_of_the_rfc) {
    // RFC 6749 appendix B: SP % & + POUND EURO.
    EXPECT_EQ(form_encode(" %&+\xc2\xa3\xe2\x82\xac"), "+%25%26%2B%C2%A3%E2%82%AC");
    EXPECT_EQ(form_decode("+%25%26%2B%C2%A3%E2%82%AC").value_or(""), " %&+\xc2\xa3\xe2\x82\xac");
    EXPECT_EQ(form_encode("Az09*-._"), "Az09*-._");
    EXPECT_EQ(form_encode("~!'()/:@"), "%7E%21%27%28%29%2F%3A%40");
}

TEST(form_decode, takes_both_cases_of_hex_and_leaves_the_rest) {
    EXPECT_EQ(form_decode("%2f%2F").value_or(""), "//");
    EXPECT_EQ(form_decode("a~b!c").value_or(""), "a~b!c");
    EXPECT_EQ(form_decode("gr\xc3\xbc").value_or(""), "gr\xc3\xbc");
}

TEST(form_decode, refuses_broken_percents_nul_and_what_is_not_utf8) {
    for (const std::string_view text : {"%", "%4", "a%", "a%4", "%zz", "%4g", "%g4", "%%41", "%00", "a%00b", "%ff",
                                        "\xff", "%C3", "%C0%AF", "%ED%A0%80"})
        EXPECT_FALSE(form_decode(text)) << text;
    EXPECT_FALSE(form_decode(std::string_view("a\0b", 3)));
}

TEST(parse_form, keeps_order_repetitions_and_empty_values) {
    const auto f = parse_form("b=2&a=1&b=3&&empty=&bare&x=a=b&=v&");
    ASSERT_TRUE(f);
    const std::vector<form::field> expected{{"b", "2"},   {"a", "1"},   {"b", "3"}, {"empty", ""},
                                            {"bare", ""}, {"x", "a=b"}, {"", "v"}};
    EXPECT_EQ(f->fields, expected);
    EXPECT_EQ(f->count("b"), 2U);
    EXPECT_EQ(f->all("b"), (std::vector<std::string>{"2", "3"}));
    EXPECT_EQ(f->value("b"), "2");
    EXPECT_EQ(f->value("absent"), "");
    EXPECT_EQ(f->find("absent"), nullptr);
    ASSERT_NE(f->find("empty"), nullptr);
}

TEST(parse_form, decodes_names_too_and_round_trips) {
    const form f{{"a b", "c&d=e"}, {"a b", "%"}, {"\xc3\xbc", ""}};
    EXPECT_EQ(format_form(f), "a+b=c%26d%3De&a+b=%25&%C3%BC=");
    const auto back = parse_form(format_form(f));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->fields, f.fields);
    EXPECT_TRUE(parse_form("")->fields.empty());
}

TEST(parse_form, refuses_a_broken_field_and_too_many) {
    EXPECT_EQ(parse_form("a=1&b=%").error().code, errc::malformed);
    EXPECT_EQ(parse_form("%ff=1").error().code, errc::malformed);
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "a=&";
    EXPECT_TRUE(parse_form(many));
    EXPECT_EQ(parse_form(many + "a=").error().code, errc::limit);
}

TEST(form, sets_once_and_erases_all) {
    form f{{"a", "1"}, {"b", "2"}, {"a", "3"}};
    f.set("a", "9");
    f.set("c", "4");
    EXPECT_EQ(format_form(f), "a=9&b=2&c=4");
    f.append("b", "5");
    EXPECT_TRUE(f.erase("b"));
    EXPECT_FALSE(f.erase("b"));
    EXPECT_EQ(format_form(f), "a=9&c=4");
}

TEST(scope, is_a_set_that_remembers_its_order) {
    EXPECT_EQ(parse_scope("openid  email openid user:read "), (scope_set{"openid", "email", "user:read"}));
    EXPECT_TRUE(parse_scope("   ").empty());
    EXPECT_EQ(format_scope({"openid", "email"}), "openid email");
    EXPECT_TRUE(is_subset({"b", "a"}, {"a", "b", "c"}));
    EXPECT_FALSE(is_subset({"a", "d"}, {"a", "b", "c"}));
    EXPECT_TRUE(is_subset({}, {}));
    EXPECT_EQ(intersect({"c", "x", "a"}, {"a", "b", "c"}), (scope_set{"c", "a"}));
    EXPECT_FALSE(has_scope({"Email"}, "email"));
}

// A hostile scope of 1 MB. Compared one by one, these tokens took more than a minute.
TEST(scope, costs_what_its_bytes_cost) {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + " ";
    const auto start = std::chrono::steady_clock::now();
    const scope_set parsed = parse_scope(text + text);
    EXPECT_EQ(parsed.size(), 200'000U);
    EXPECT_TRUE(is_subset(parsed, parsed));
    EXPECT_EQ(intersect(parsed, parsed), parsed);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(scope, is_a_set_whatever_its_size) {
    for (const int size : {15, 16, 17, 18, 40}) {
        std::string text;
        for (int i = 0; i < size; ++i) text += std::to_string(i) + " ";
        EXPECT_EQ(parse_scope(text + text + "0").size(), static_cast<std::size_t>(size));
        EXPECT_FALSE(is_subset({"x"}, parse_scope(text)));
        EXPECT_TRUE(is_subset({"0", "14"}, parse_scope(text)));
    }
}

TEST(scope, token_characters) {
    for (const std::string_view good : {"openid", "user:read", "https://x/y", "!", "~", "a'b"})
        EXPECT_TRUE(is_scope_token(good)) << good;
    for (const std::string_view bad : {"", "a b", "a\"b", "a\\b", "\x7f", "a\tb", "\xc3\xbc"})
        EXPECT_FALSE(is_scope_token(bad)) << bad;
}

// RFC 6749 §2.3.1 has this header for client s6BhdRkqt3 with secret gX1fBat3bV.
TEST(basic, follows_the_example_of_the_rfc) {
    EXPECT_EQ(format_basic("s6BhdRkqt3", "gX1fBat3bV"), "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
    const auto c = parse_basic("bAsIc   czZCaGRSa3F0MzpnWDFmQmF0M2JW");
    ASSERT_TRUE(c);
    EXPECT_EQ(c->client_id, "s6BhdRkqt3");
    EXPECT_EQ(c->client_secret, "gX1fBat3bV");
}

TEST(basic, form_encodes_both_parts) {
    const auto header = format_basic("a:b c", "p+q%\xc3\xbc");
    EXPECT_EQ(base64_decode(header.substr(6)).value_or(""), "a%3Ab+c:p%2Bq%25%C3%BC");
    const auto c = parse_basic(header);
    ASSERT_TRUE(c);
    EXPECT_EQ(c->client_id, "a:b c");
    EXPECT_EQ(c->client_secret, "p+q%\xc3\xbc");
    EXPECT_EQ(parse_basic("Basic " + base64_encode("id:a:b"))->client_secret, "a:b");
    EXPECT_EQ(parse_basic("Basic " + base64_encode("id:"))->client_secret, "");
}

TEST(basic, refuses_everything_else) {
    for (const auto& header :
         {std::string(), std::string("Basic"), std::string("Basic "), std::string("Bearer YTpi"),
          std::string("BasicYTpi"), std::string("Basic YTp"), "Basic " + base64_encode("nocolon"),
          "Basic " + base64_encode("a%:b"), "Basic " + base64_encode("a:%ff"), "Basic " + base64_encode("a:b") + " "})
        EXPECT_FALSE(parse_basic(header)) << header;
}

TEST(bearer, takes_one_b64token) {
    EXPECT_EQ(parse_bearer("Bearer mF_9.B5f-4.1JqM").value_or(""), "mF_9.B5f-4.1JqM");
    EXPECT_EQ(parse_bearer("bearer a~+/==").value_or(""), "a~+/==");
    for (const std::string_view bad : {"", "Bearer", "Bearer ", "Bearer =", "Basic abc", "Bearer a b", "Bearer a,b",
                                       "Bearer a=b", "Bearer\tabc", "Bearer \"a\""})
        EXPECT_FALSE(parse_bearer(bad)) << bad;
}

TEST(polar_token, carries_the_checksum_of_its_random_part) {
    EXPECT_EQ(format_polar_token("polar_at_u_", "0123456789abcdefghijklmnopqrstuvwxyzA"),
              "polar_at_u_0123456789abcdefghijklmnopqrstuvwxyzA4dthEH");
    EXPECT_EQ(format_polar_token("polar_ac_", "MockToken0000000000000000000000000129"),
              "polar_ac_MockToken000000000000000000000000012900SW8d");
}

// Tokens of the published examples: their checksums were computed by other code.
TEST(polar_token, recognises_the_published_examples) {
    EXPECT_TRUE(is_polar_token("polar_ci_", "polar_ci_ExampleClientOneForTheSpecDocument0000lKuYh"));
    EXPECT_TRUE(is_polar_token("polar_ac_", "polar_ac_ExampleAuthCodeForTheSpecDocument00000eVuz2"));
    EXPECT_TRUE(is_polar_token("polar_at_u_", "polar_at_u_ExampleAccessTokForTheSpecDocument0001eHaHA"));
    EXPECT_TRUE(is_polar_token("polar_rt_u_", "polar_rt_u_ExampleRefreshTkForTheSpecDocument0003Bc1rF"));
    EXPECT_TRUE(is_polar_token("polar_crt_", "polar_crt_ExampleRegTokenForTheSpecDocument00000yZJ8O"));
    for (const std::string_view bad : {"polar_at_o_ExampleAccessTokForTheSpecDocument0001eHaHA",
                                       "polar_at_u_ExampleAccessTokForTheSpecDocument0001eHaHB",
                                       "polar_at_u_ExampleAccessTokForTheSpecDocument0002eHaHA",
                                       "polar_at_u_ExampleAccessTokForTheSpecDocument001eHaHA", "polar_at_u_", "",
                                       "polar_at_u_ExampleAccessTokForTheSpecDocument0001eHaHA0"})
        EXPECT_FALSE(is_polar_token("polar_at_u_", bad)) << bad;
}

TEST(polar_token, draws_every_symbol_equally_often) {
    std::string entropy;
    for (int i = 0; i < 37; ++i) entropy += static_cast<char>(i);
    const auto made = random37_from(entropy);
    EXPECT_EQ(made.size(), 37U);
    EXPECT_TRUE(is_polar_token("p_", format_polar_token("p_", made)));
    // 62 and 63 stand for no symbol, in all four quarters of a byte.
    EXPECT_EQ(random37_from("\x3e\x3f\x7e\x7f\xbe\xbf\xfe\xff"), "");
    EXPECT_EQ(random37_from("short").size(), 5U);
    std::string counts(256, '\0');
    for (int i = 0; i < 256; ++i) {
        for (const char c : random37_from(std::string(1, static_cast<char>(i))))
            ++counts[static_cast<unsigned char>(c)];
    }
    for (const char c : std::string_view("09AZaz")) EXPECT_EQ(counts[static_cast<unsigned char>(c)], 4) << c;
}

TEST(crypto, digests_match_their_published_vectors) {
    // FIPS 180-4 example, RFC 4231 §4.2 and §4.7 (a key longer than a block), the zlib check value.
    EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    EXPECT_EQ(crc32("123456789"), 0xcbf43926U);
    EXPECT_EQ(crc32("0123456789abcdefghijklmnopqrstuvwxyzA"), 0xfd902659U);
}

TEST(crypto, compares_whole_texts) {
    EXPECT_TRUE(equal_constant_time("", ""));
    EXPECT_TRUE(equal_constant_time("abc", "abc"));
    for (const std::string_view other : {"", "ab", "abd", "bbc", "abcd"})
        EXPECT_FALSE(equal_constant_time("abc", other)) << other;
}

TEST(crypto, random_bytes_differ) {
    EXPECT_EQ(random_bytes(32).size(), 32U);
    EXPECT_NE(random_bytes(32), random_bytes(32));
    EXPECT_TRUE(random_bytes(0).empty());
}

}  // namespace
}  // namespace assay::oauth
