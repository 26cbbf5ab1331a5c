// `assay dialect from` as a user types it; what it drafts is tested in parts/.
#include <algorithm>

#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

constexpr const char* capture = R"({"log":{"version":"1.2","entries":[
{"startedDateTime":"2026-03-14T09:12:00Z",
 "request":{"method":"GET","url":"https://id.acme.example/go?client_id=shop&redirect_uri=https%3A%2F%2Fshop.example%2Fback&response_type=code&scope=read&state=q1","headers":[]},
 "response":{"status":302,"headers":[{"name":"Location","value":"https://shop.example/back?code=Zk9wQ2vX7bN4&state=q1"}],"content":{}}},
{"startedDateTime":"2026-03-14T09:12:01Z",
 "request":{"method":"POST","url":"https://id.acme.example/swap","headers":[],
  "postData":{"mimeType":"application/x-www-form-urlencoded","text":"grant_type=authorization_code&code=Zk9wQ2vX7bN4&client_id=shop&client_secret=9f-secret-Q&redirect_uri=https%3A%2F%2Fshop.example%2Fback"}},
 "response":{"status":200,"headers":[],"content":{"mimeType":"application/json","text":"{\"token_type\":\"bearer\",\"access_token\":\"acme_5rT2yU8iO1pA3sD6\"}"}}}]}})";

TEST(dialect_from, drafts_what_lint_accepts_and_serve_serves) {
    const folder here;
    write(here / "capture.har", capture);
    const ended drafted = assay(here, "dialect from capture.har");
    ASSERT_EQ(drafted.code, 0) << drafted.err;
    for (const auto* secret : {"Zk9wQ2vX7bN4", "9f-secret-Q", "acme_5rT2yU8iO1pA3sD6", "shop.example"})
        EXPECT_EQ(drafted.out.find(secret), std::string::npos) << drafted.out;
    EXPECT_NE(drafted.out.find("  token: /swap"), std::string::npos) << drafted.out;
    write(here / "mine.yaml", drafted.out);
    const ended linted = assay(here, "lint mine.yaml");
    EXPECT_EQ(linted.code, 0) << linted.out;
    const server_beside running(here, "--dialect ./mine.yaml");
    EXPECT_EQ(running.ready.string_at("dialect"), "id.acme.example@2026-03") << running.printed();
}

TEST(dialect_from, names_the_draft_and_extends_as_it_is_told) {
    const folder here;
    write(here / "capture.har", capture);
    const ended drafted =
        assay(here, "dialect from capture.har --name mine@1 --extends keycloak --host id.acme.example");
    EXPECT_EQ(drafted.code, 0) << drafted.err;
    EXPECT_NE(drafted.out.find("name: mine@1\nextends: keycloak@2026-11\n"), std::string::npos) << drafted.out;
}

TEST(dialect_from, refuses_with_one_sentence) {
    const folder here;
    write(here / "capture.har", capture);
    write(here / "page.html", "<p>no HAR</p>");
    write(here / "large.har", "");
    fs::resize_file(here / "large.har", (std::uintmax_t{64} << 20U) + 1);
    for (const auto& [arguments, said] :
         {std::pair{"page.html", "page.html: this is no HAR: not JSON: "},
          {"missing.har", "cannot read missing.har; check the path"},
          {"large.har", "large.har has more than 64 MiB; export the requests of the sign-in alone"},
          {"capture.har --host id.acme.exmaple",
           "capture.har: no sign-in in it is at 'id.acme.exmaple'; there is https://id.acme.example"},
          {"capture.har --issuer https://other.example", "no sign-in in it is at 'https://other.example'"},
          {"capture.har --extends keyclaok", "unknown dialect 'keyclaok'; did you mean 'keycloak'?"}}) {
        const ended e = assay(here, std::string("dialect from ") + arguments);
        EXPECT_EQ(e.code, 2) << arguments << e.out;
        EXPECT_NE(e.err.find(said), std::string::npos) << e.err;
        EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << e.err;
        EXPECT_TRUE(e.out.empty()) << e.out;
    }
}

}  // namespace
}  // namespace assay::cli_tests
