#include "harness/browser/cookie_jar.hpp"

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

constexpr std::int64_t now = 1'700'000'000;

http::url url(std::string_view text) {
    return http::parse_url(text).value();
}

TEST(cookie_jar, sends_back_by_host_and_path_whatever_the_port) {
    cookie_jar jar;
    jar.store(url("http://127.0.0.1:1/i/a/login"), "s=1; HttpOnly; SameSite=Lax", now);
    jar.store(url("http://127.0.0.1:1/"), "root=2; Path=/", now);
    jar.store(url("http://127.0.0.1:1/"), "other=3; Path=/i/b", now);
    EXPECT_EQ(jar.header(url("http://127.0.0.1:2/i/a/next"), now), "s=1; root=2");
    EXPECT_EQ(jar.header(url("http://127.0.0.1:1/i/ab"), now), "root=2");
    EXPECT_EQ(jar.header(url("http://localhost:1/i/a/x"), now), "");
}

TEST(cookie_jar, replaces_expires_and_forgets) {
    cookie_jar jar;
    const auto at = url("http://h.example/");
    jar.store(at, "a=1", now);
    jar.store(at, "a=2; Max-Age=10", now);
    EXPECT_EQ(jar.header(at, now + 9), "a=2");
    EXPECT_EQ(jar.header(at, now + 10), "");
    jar.store(at, "b=1", now);
    jar.store(at, "b=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", now);
    EXPECT_EQ(jar.header(at, now), "");
    jar.store(at, "c=1; Max-Age=0", now);
    EXPECT_TRUE(jar.all().empty());
}

TEST(cookie_jar, shares_with_subdomains_only_when_told) {
    cookie_jar jar;
    jar.store(url("http://a.example.com/"), "own=1", now);
    jar.store(url("http://a.example.com/"), "wide=2; Domain=.Example.com", now);
    jar.store(url("http://a.example.com/"), "foreign=3; Domain=other.com", now);
    jar.store(url("http://a.example.com/"), "suffix=4; Domain=com", now);
    EXPECT_EQ(jar.header(url("http://b.example.com/"), now), "wide=2");
    EXPECT_EQ(jar.header(url("http://a.example.com/"), now), "own=1; wide=2");
    EXPECT_EQ(jar.header(url("http://badexample.com/"), now), "");
}

TEST(cookie_jar, keeps_secure_ones_to_https_and_loopback) {
    cookie_jar jar;
    jar.store(url("https://h.example/"), "s=1; Secure", now);
    EXPECT_EQ(jar.header(url("http://h.example/"), now), "");
    EXPECT_EQ(jar.header(url("https://h.example/"), now), "s=1");
    jar.store(url("http://127.0.0.1/"), "l=1; secure", now);
    EXPECT_EQ(jar.header(url("http://127.0.0.1/"), now), "l=1");
}

// Found by tests/fuzz/cookie_jar.cpp.
TEST(cookie_jar, ignores_cookies_with_control_characters) {
    const auto from = url("https://app.example/");
    cookie_jar jar;
    for (const char* text : {"a=b\rc", "a=b\nc", "a\x01=b", "a=b\x7f", "a=b; Path=/\r"}) jar.store(from, text, now);
    EXPECT_EQ(jar.header(from, now), "");
    jar.store(from, "a=b\tc", now);
    EXPECT_EQ(jar.header(from, now), "a=b\tc");
}

TEST(cookie_jar, ignores_what_is_no_cookie_and_stays_bounded) {
    cookie_jar jar;
    const auto at = url("http://h.example/");
    for (const char* bad : {"", ";", "=x", "noequals", "  = ; Path=/"}) jar.store(at, bad, now);
    jar.store(at, "big=" + std::string(5000, 'x'), now);
    EXPECT_TRUE(jar.all().empty());
    for (int n = 0; n < 1000; ++n) jar.store(at, "c" + std::to_string(n) + "=1", now);
    EXPECT_EQ(jar.all().size(), 300U);
    EXPECT_EQ(jar.all().back().name, "c999");
    jar.store(at, "eq=a=b=c", now);
    EXPECT_EQ(jar.all().back().value, "a=b=c");
}

TEST(parse_cookie_date, reads_the_three_old_formats_and_refuses_nonsense) {
    EXPECT_EQ(parse_cookie_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777);
    EXPECT_EQ(parse_cookie_date("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777);
    EXPECT_EQ(parse_cookie_date("Sun Nov  6 08:49:37 1994"), 784111777);
    for (const char* bad : {"", "tomorrow", "06 Nov 1994", "Sun, 32 Nov 1994 08:49:37 GMT", "06 Nov 1994 25:00:00"})
        EXPECT_EQ(parse_cookie_date(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace assay::harness
