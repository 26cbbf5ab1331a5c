// Secrets are found where none belongs, and nowhere else.
#include "harness/engine/client/canaries.hpp"

#include <gtest/gtest.h>

namespace assay::harness {
namespace {

journal_entry entry(std::string endpoint, std::string target, std::string body = {}, json::array headers = {},
                    std::string response = {}) {
    journal_entry e;
    e.endpoint = std::move(endpoint);
    e.document = json::value(
        json::object{{"method", body.empty() ? "GET" : "POST"},
                     {"target", std::move(target)},
                     {"request", json::object{{"headers", std::move(headers)}, {"body", std::move(body)}}},
                     {"response", json::object{{"status", 200}, {"body", std::move(response)}}}});
    return e;
}

// A list of one pair; with braces alone, some compilers take a list in a list for a copy of it (CWG 2137).
json::array one_header(std::string name, std::string content) {
    json::array all;
    all.emplace_back(json::array{std::move(name), std::move(content)});
    return all;
}

journal_entry token_request() {
    return entry("token", "/token",
                 "grant_type=authorization_code&code=code-0123456789abcdef&code_verifier=verifier-0123456789abcdef",
                 one_header("Authorization", "Basic aWQ6c2VjcmV0LTAxMjM0NTY3ODlhYmNkZWY="),
                 R"({"access_token":"access-0123456789abcdef","refresh_token":"refresh-0123456789abcdef"})");
}

std::string found(const std::vector<journal_entry>& journal) {
    canaries c;
    c.learn(journal);
    std::string out;
    for (const leak& l : c.search(journal)) out += l.secret + " was " + l.where + "\n";
    return out;
}

TEST(canaries, an_honest_run_leaks_nothing) {
    EXPECT_EQ(
        found({token_request(),
               entry("userinfo", "/userinfo", "", one_header("Authorization", "Bearer access-0123456789abcdef")),
               entry("token", "/token", "grant_type=refresh_token&refresh_token=refresh-0123456789abcdef")}),
        "");
}

TEST(canaries, another_origin_gets_nothing) {
    EXPECT_EQ(found({token_request(), entry("elsewhere", "/elsewhere/x", "",
                                            one_header("Authorization", "Bearer access-0123456789abcdef"))}),
              "the access token was sent to another origin (GET /elsewhere/x)\n");
    EXPECT_EQ(found({token_request(), entry("elsewhere", "/elsewhere/x")}), "");
    const auto resent =
        found({token_request(), entry("elsewhere", "/elsewhere/token", token_request().request_body(),
                                      one_header("Authorization", "Basic aWQ6c2VjcmV0LTAxMjM0NTY3ODlhYmNkZWY="))});
    for (const char* secret : {"the code was", "the code_verifier was", "the client's secret was"})
        EXPECT_NE(resent.find(secret), std::string::npos) << resent;
}

TEST(canaries, urls_referers_and_other_endpoints) {
    EXPECT_EQ(found({token_request(), entry("userinfo", "/userinfo?access_token=access-0123456789abcdef")}),
              "the access token was in the URL of a request (GET /userinfo)\n");
    EXPECT_EQ(found({token_request(),
                     entry("jwks", "/jwks", "", one_header("Referer", "https://x/?code=code-0123456789abcdef"))}),
              "the code was in a Referer (GET /jwks)\n");
    EXPECT_EQ(found({token_request(), entry("userinfo", "/userinfo", "refresh_token=refresh-0123456789abcdef")}),
              "the refresh token was sent where it is not needed (POST /userinfo)\n");
}

TEST(canaries, of_the_output_are_those_that_last) {
    canaries c;
    c.learn({token_request()});
    const auto printed = [&](std::string_view output) {
        std::string out;
        for (const leak& l : c.search_output(output)) out += l.secret + " was " + l.where + "\n";
        return out;
    };
    EXPECT_EQ(printed("DEBUG got access-0123456789abcdef"), "the access token was printed by the client\n");
    EXPECT_EQ(printed("POST /token Authorization: Basic aWQ6c2VjcmV0LTAxMjM0NTY3ODlhYmNkZWY="),
              "the client's secret was printed by the client\n");
    EXPECT_EQ(printed("GET /callback?code=code-0123456789abcdef verifier-0123456789abcdef"), "") << "spent";
}

TEST(canaries, short_texts_are_no_canaries) {
    canaries c;
    c.add("the client's secret", "abc");
    EXPECT_TRUE(c.search({entry("elsewhere", "/elsewhere/abc")}).empty());
    EXPECT_TRUE(c.search_output("abc").empty());
}

}  // namespace
}  // namespace assay::harness
