#include "data/mask.hpp"

#include <gtest/gtest.h>

namespace assay::tests {
namespace {

std::string masked(const std::string& text) {
    return mask{}.apply(text);
}

struct example {
    std::string text, expected;
};

TEST(mask, hides_parameters_that_carry_secrets) {
    const std::vector<example> examples{
        {"grant_type=authorization_code&code=abc&code_verifier=xyz&state=s",
         "grant_type=authorization_code&code=***&code_verifier=***&state=s"},
        {"GET /cb?code=abc&state=s HTTP/1.1", "GET /cb?code=***&state=s HTTP/1.1"},
        {"Location: http://c/cb?error=access_denied&error_code=7",
         "Location: http://c/cb?error=access_denied&error_code=7"},
        {"return_to=http%3A%2F%2Fc%3Fcode%3Dabc%26state%3Ds", "return_to=http%3A%2F%2Fc%3Fcode%3D***%26state%3Ds"},
        {"#access_token=abc&token_type=Bearer", "#access_token=***&token_type=Bearer"},
        {"username=ada&password=p%20w", "username=ada&password=***"},
        {"CLIENT_SECRET=abc", "CLIENT_SECRET=***"},
        {"assay --password=abc --client-secret=x", "assay --password=*** --client-secret=***"},
        {"response_type=code&scope=openid", "response_type=code&scope=openid"},
        {"code_challenge=abc&code_challenge_method=S256", "code_challenge=abc&code_challenge_method=S256"},
        {"grant_type=web&session_token=abc&sub_type=user", "grant_type=web&session_token=***&sub_type=user"},
        {"client_assertion=abc&client_assertion_type=urn", "client_assertion=***&client_assertion_type=urn"},
    };
    for (const example& e : examples) EXPECT_EQ(masked(e.text), e.expected);
}

TEST(mask, hides_members_of_json) {
    EXPECT_EQ(masked(R"({"access_token":"abc","token_type":"Bearer"})"),
              R"({"access_token":"***","token_type":"Bearer"})");
    EXPECT_EQ(masked("{\"id_token\" :\n \"a\\\"b\" }"), "{\"id_token\" :\n \"***\" }");
    EXPECT_EQ(masked(R"({"body":"{\"refresh_token\":\"abc\",\"scope\":\"x\"}"})"),
              R"({"body":"{\"refresh_token\":\"***\",\"scope\":\"x\"}"})");
    EXPECT_EQ(masked(R"({"access_token":["abc","def"],"password":12345,"id_token":null})"),
              R"({"access_token":[***],"password":***,"id_token":null})");
    EXPECT_EQ(masked(R"([{"token_raw":"abc","token_type":"x"}])"), R"([{"token_raw":"***","token_type":"x"}])");
    EXPECT_EQ(masked("{'client_secret': 'abc'}"), "{'client_secret': '***'}");
    EXPECT_EQ(masked(R"({"access_token":"never closed)"), R"({"access_token":"***)");
}

TEST(mask, tells_a_code_from_the_name_of_an_error) {
    EXPECT_EQ(masked(R"({"code":"SplxlOBeZQQYbYS6WxSbIA"})"), R"({"code":"***"})");
    EXPECT_EQ(masked(R"({"code":"polar_ac_9c2b7d61"})"), R"({"code":"***"})");
    for (const char* name : {"OAUTH_JWT_CLAIM_COMPARISON_FAILED", "invalid_state", "InvalidClaimError"}) {
        const std::string text = std::string(R"({"outcome":"rejected","code":")") + name + "\"}";
        EXPECT_EQ(masked(text), text);
    }
}

TEST(mask, hides_credentials_in_headers) {
    EXPECT_EQ(masked("Host: a\r\nAuthorization: Basic YTpi\r\nAccept: */*"),
              "Host: a\r\nAuthorization: Basic ***\r\nAccept: */*");
    EXPECT_EQ(masked("authorization:odd thing"), "authorization:***");
    EXPECT_EQ(masked("curl -H 'Authorization: Bearer abc' http://a"), "curl -H 'Authorization: Bearer ***' http://a");
    EXPECT_EQ(masked(R"([["Authorization","Bearer abc"],["Accept","x"]])"),
              R"([["Authorization","Bearer ***"],["Accept","x"]])");
    EXPECT_EQ(masked("Cookie: a=b; c=d\nX: y"), "Cookie: a=***; c=***\nX: y");
    EXPECT_EQ(masked("Set-Cookie: sid=abc; Path=/; Max-Age=5\r\n"), "Set-Cookie: sid=***; Path=/; Max-Age=5\r\n");
    EXPECT_EQ(masked("expected header authorization to be absent"), "expected header authorization to be absent");
}

TEST(mask, hides_jwts_wherever_they_stand) {
    EXPECT_EQ(masked("got eyJhbGciOiJub25lIn0.eyJhIjoxfQ. instead"), "got *** instead");
    EXPECT_EQ(masked("eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d"), "***");
    EXPECT_EQ(masked("eyJhbGciOiJub25lIn0 alone"), "eyJhbGciOiJub25lIn0 alone");
}

TEST(mask, knows_what_a_value_is_by_where_it_was_found) {
    const mask m;
    EXPECT_EQ(m.apply_at("json /access_token", "\"abc\""), "\"***\"");
    EXPECT_EQ(m.apply_at("query code", "a1b2c3"), "***");
    EXPECT_EQ(m.apply_at("json /access_token", "absent"), "absent");
    EXPECT_EQ(m.apply_at("report /code", "\"invalid_state\""), "\"invalid_state\"");
    EXPECT_EQ(m.apply_at("json /scope", "\"abc\""), "\"abc\"");
    EXPECT_EQ(m.apply_at("status", "200"), "200");
}

TEST(mask, hides_what_it_was_told_of_in_every_encoding) {
    mask m;
    m.add("s3cr/t+\"é=");
    m.add("s3cr/t+\"é= and more");
    m.add("short");
    EXPECT_EQ(m.apply("x s3cr/t+\"é= and more y"), "x *** y");
    EXPECT_EQ(m.apply("x s3cr/t+\"é= y"), "x *** y");
    EXPECT_EQ(m.apply("a=s3cr%2Ft%2B%22%C3%A9%3D&b"), "a=***&b");
    EXPECT_EQ(m.apply("a=s3cr%2ft%2b%22%c3%a9%3d&b"), "a=***&b");
    EXPECT_EQ(m.apply(R"({"note":"s3cr/t+\"é="})"), R"({"note":"***"})");
    EXPECT_EQ(m.apply("short"), "short");
}

TEST(mask, changes_nothing_the_second_time) {
    const std::string once =
        masked("Authorization: Bearer abc\r\n\r\ncode=abc&x={\"access_token\":\"abc\"} eyJhbGciOiJub25lIn0.e30.s");
    EXPECT_EQ(masked(once), once);
    EXPECT_EQ(once.find("abc"), std::string::npos);
}

TEST(mask, takes_time_in_proportion_to_the_text) {
    // A mebibyte of the scanner's worst case: quadratic time would take hours.
    std::string text;
    while (text.size() < (1U << 20U)) text += "a-code-eyJ%26code\"'";
    EXPECT_GT(masked(text).size(), text.size() / 2);
}

}  // namespace
}  // namespace assay::tests
