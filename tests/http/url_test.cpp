#include "http/url.hpp"

#include <gtest/gtest.h>

namespace assay::http {
namespace {

TEST(parse_url, takes_a_url_apart_and_keeps_the_text) {
    const auto u = parse_url("HTTPS://Example.com:8443/a%2Fb/../c?x=%41&y#frag?");
    ASSERT_TRUE(u) << u.error().text();
    EXPECT_EQ(u->scheme, "https");
    EXPECT_EQ(u->host, "Example.com");
    EXPECT_EQ(u->port, "8443");
    EXPECT_EQ(u->path, "/a%2Fb/../c");
    EXPECT_EQ(u->query, "x=%41&y");
    EXPECT_EQ(u->fragment, "frag?");
    EXPECT_EQ(u->origin(), "https://Example.com:8443");
    EXPECT_EQ(u->target(), "/a%2Fb/../c?x=%41&y");
}

TEST(is_written_as_uri, takes_the_characters_of_rfc_3986_and_whole_escapes) {
    for (const char* good : {"https://h/a?b=c#d", "com.example:/cb", "%41%2f", "a-._~:/?#[]@!$&'()*+,;="})
        EXPECT_TRUE(is_written_as_uri(good)) << good;
    for (const char* bad : {"", "a b", "a\"b", "<a>", "a\\b", "%4", "%", "%4g", "h/\xc3\xa9", "{a}", "a|b", "a^b`"})
        EXPECT_FALSE(is_written_as_uri(bad)) << bad;
}

TEST(parse_url, tells_an_empty_query_from_none) {
    const auto none = parse_url("http://h");
    ASSERT_TRUE(none);
    EXPECT_EQ(none->path, "/");
    EXPECT_FALSE(none->has_query);
    EXPECT_FALSE(none->has_fragment);
    const auto empty = parse_url("http://h/?#");
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->has_query);
    EXPECT_TRUE(empty->has_fragment);
    EXPECT_EQ(empty->target(), "/?");
}

TEST(parse_url, refuses_what_is_no_absolute_url_with_a_host) {
    for (const char* bad :
         {"", "/path", "example.com/x", "http:", "http:///x", "http://h/a b", "http://h/\x80", "http://[::1/x",
          "http://h:port/", "http://h:80x/", "http://[::1]x/", "mailto:a@b", "http://h/%zz", "http://h/\r\nX: y"}) {
        const auto u = parse_url(bad);
        ASSERT_FALSE(u) << bad;
        EXPECT_EQ(u.error().code, errc::malformed);
    }
    EXPECT_FALSE(parse_url("http://h/" + std::string(70'000, 'a')));
}

TEST(url, knows_loopback_by_address_or_by_localhost) {
    for (const char* yes : {"http://127.0.0.1/", "http://127.8.9.1:80/", "http://[::1]:1/", "http://LocalHost/"}) {
        EXPECT_TRUE(parse_url(yes)->is_loopback()) << yes;
    }
    for (const char* no : {"http://128.0.0.1/", "http://127.0.0.1.example/", "http://localhost.example/",
                           "http://[::2]/", "http://0.0.0.0/", "http://127.1/"}) {
        EXPECT_FALSE(parse_url(no)->is_loopback()) << no;
    }
}

struct reference {
    const char* text;
    const char* target;
};

// RFC 3986 §5.4
TEST(resolve_url, follows_the_examples_of_rfc_3986) {
    const reference examples[] = {
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
    };
    for (const reference& e : examples) {
        const auto joined = resolve_url("http://a/b/c/d;p?q", e.text);
        ASSERT_TRUE(joined) << e.text;
        EXPECT_EQ(*joined, e.target) << e.text;
    }
}

TEST(resolve_url, keeps_escapes_and_refuses_control_characters) {
    EXPECT_EQ(*resolve_url("https://h:1/x?y", "/cb?u=http%3A%2F%2Fz&s=%20"), "https://h:1/cb?u=http%3A%2F%2Fz&s=%20");
    EXPECT_EQ(*resolve_url("https://h", "cb"), "https://h/cb");
    EXPECT_FALSE(resolve_url("https://h/", "a\r\nb"));
    EXPECT_FALSE(resolve_url("/relative", "a"));
    EXPECT_FALSE(resolve_url("https://h/", "//g:80x/"));
}

TEST(add_query, joins_before_any_fragment) {
    EXPECT_EQ(add_query("http://h/cb", "a=1"), "http://h/cb?a=1");
    EXPECT_EQ(add_query("http://h/cb?x=y", "a=1"), "http://h/cb?x=y&a=1");
    EXPECT_EQ(add_query("http://h/cb?", "a=1"), "http://h/cb?a=1");
    EXPECT_EQ(add_query("http://h/cb#f?", "a=1"), "http://h/cb?a=1#f?");
    EXPECT_EQ(add_query("http://h/cb?x#f", ""), "http://h/cb?x#f");
}

}  // namespace
}  // namespace assay::http
