// `assay run` by the modules of the OpenID Foundation's conformance suite, at a server whose pages ask who signs in.
#include <string>

#include <fmt/format.h>

#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

const std::string secret = "first-secret-0123456789";

// The clients of plan() at the redirect URI that the suite would use.
void write_serve_file(const folder& at) {
    const std::string uri = "https://www.certification.openid.net/test/a/my-op/callback";
    write(at / "serve.yaml", fmt::format(R"(dialect: strict
clients:
  - {{ client_id: first, client_secret: {0}, redirect_uris: ["{1}"] }}
  - {{ client_id: second, client_secret: second-secret-0123456789, redirect_uris: ["{1}"] }}
  - {{ client_id: post, client_secret: post-secret-0123456789, token_endpoint_auth_method: client_secret_post, redirect_uris: ["{1}"] }}
)",
                                         secret, uri));
}

std::string plan(const std::string& issuer, const std::string& first_secret = secret) {
    return fmt::format(R"({{
  "alias": "my-op", "description": "a strict server", "publish": "summary",
  "server": {{ "discoveryUrl": "{0}/.well-known/openid-configuration" }},
  "client": {{ "client_id": "first", "client_secret": "{1}" }},
  "client2": {{ "client_id": "second", "client_secret": "second-secret-0123456789" }},
  "client_secret_post": {{ "client_id": "post", "client_secret": "post-secret-0123456789" }},
  "browser": [ {{ "match": "{0}/authorize*", "tasks": [
    {{ "task": "Login", "optional": true, "match": "{0}/*",
      "commands": [["text", "name", "username", "ada", "optional"], ["click", "xpath", "//button[@type='submit']"]] }},
    {{ "task": "Verify Complete", "match": "*/test/*/callback*",
      "commands": [["wait", "id", "submission_complete", 10]] }} ] }} ]
}})",
                       issuer, first_secret);
}

bool says(const ended& e, const std::string& text) {
    return (e.out + e.err).find(text) != std::string::npos;
}

class oidf : public testing::Test {
protected:
    oidf() { write_serve_file(at_); }

    folder at_;
};

TEST_F(oidf, config_of_the_suite_is_run_and_told_by_module) {
    const server_beside server(at_, "--config serve.yaml");
    write(at_ / "plan.json", plan(server.issuer()));
    const ended ran = assay(at_, "run --oidf-config plan.json --format json,oidf");
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_TRUE(says(ran,
                     "oidcc-basic-certification-test-plan[client_registration=static_client]"
                     "[server_metadata=discovery]"))
        << ran.out;
    EXPECT_TRUE(says(ran, "  PASSED       oidcc-server    ")) << ran.out;
    EXPECT_TRUE(says(ran, "  PASSED       oidcc-codereuse ")) << ran.out;
    EXPECT_TRUE(says(ran, "  REVIEW       oidcc-ensure-registered-redirect-uri")) << ran.out;
    EXPECT_TRUE(says(ran, "not tested: the suite asks for all of them in one request")) << ran.out;
    EXPECT_FALSE(says(ran, "oidcc-idtoken-unsigned")) << "not with static_client";
    EXPECT_FALSE(says(ran, "FAILED")) << ran.out;
    EXPECT_EQ((ran.out + text_of(at_ / "out/result.json")).find(secret), std::string::npos);
    EXPECT_NE(text_of(at_ / "out/oidf.txt").find("  PASSED       oidcc-codereuse "), std::string::npos);
    const json::value result = json::parse(text_of(at_ / "out/result.json")).value_or(json::value());
    const json::value* modules = result.at_pointer("/plans/0/modules");
    ASSERT_TRUE(modules != nullptr && modules->as_array() != nullptr);
    EXPECT_EQ(modules->as_array()->size(), 35U);
}

TEST_F(oidf, module_fails_with_the_check_and_its_clause) {
    const server_beside server(at_, "--config serve.yaml --fault defect:token.code_single_use");
    write(at_ / "plan.json", plan(server.issuer()));
    const ended ran = assay(at_, "run --oidf-config plan.json");
    EXPECT_EQ(ran.code, 1) << ran.out << ran.err;
    EXPECT_TRUE(says(ran, "  FAILED       oidcc-codereuse                               AS-CODE-01")) << ran.out;
    EXPECT_TRUE(says(ran,
                     "FAILED  oidcc-codereuse\n  FAIL   AS-CODE-01  A code is redeemed once\n"
                     "         clause    RFC 6749 §4.1.2 (must)"))
        << ran.out;
    EXPECT_TRUE(says(ran, "  PASSED       oidcc-server    ")) << ran.out;
    // The line that repeats one check reads the same file.
    const ended again = assay(at_, "run --select AS-CODE-01 --server plan.json");
    EXPECT_EQ(again.code, 1) << again.out << again.err;
}

TEST_F(oidf, module_is_unknown_where_nothing_can_be_decided) {
    const server_beside server(at_, "--config serve.yaml");
    write(at_ / "plan.json", plan(server.issuer(), "another-secret-0123456"));
    const ended ran = assay(at_, "run --oidf-config plan.json");
    EXPECT_EQ(ran.code, 3) << ran.out << ran.err;
    EXPECT_TRUE(says(ran, "  UNKNOWN      oidcc-codereuse ")) << ran.out;
    EXPECT_FALSE(says(ran, "  PASSED       oidcc-server ")) << ran.out;
    EXPECT_EQ(ran.out.find("\nUNKNOWN  "), ran.out.rfind("\nUNKNOWN  ")) << "one cause is told once: " << ran.out;
    EXPECT_TRUE(says(ran, "/client/client_secret")) << "where to mend it: " << ran.out;
}

TEST_F(oidf, view_is_there_for_any_run) {
    const ended ran = assay(at_, "run --as oidf --select AS-CODE-01,AS-PKCE-02,AS-OUT-04");
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_TRUE(says(ran, "  PASSED       oidcc-codereuse ")) << ran.out;
    EXPECT_TRUE(
        says(ran, "  NOT RUN      oidcc-userinfo-get                            AS-UI-01, AS-UI-05, AS-UI-12\n"))
        << ran.out;
    const ended other =
        assay(at_, "run --select AS-OUT-04 --oidf-plan oidcc-rp-initiated-logout-certification-test-plan");
    EXPECT_TRUE(says(other, "  REVIEW       oidcc-rp-initiated-logout-bad-post-logout-redirect-uri")) << other.out;
    const ended failing = assay(at_, "run --as oidf --select AS-PKCE-02 --fault defect:token.code_verifier_matches");
    EXPECT_EQ(failing.code, 1);
    EXPECT_TRUE(says(failing, "In no module of this plan:\n  FAIL   AS-PKCE-02")) << failing.out;
}

TEST_F(oidf, plan_chooses_what_is_run) {
    const ended ran = assay(at_, "run --oidf-plan oidcc-config-certification-test-plan");
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_TRUE(says(ran, "1 module: 1 PARTLY")) << ran.out;
    EXPECT_TRUE(says(ran, "All 16 checks passed") || says(ran, "checks passed")) << ran.out;
    const ended none = assay(at_, "run --oidf-plan oidcc-session-management-certification-test-plan");
    EXPECT_EQ(none.code, 2);
    EXPECT_TRUE(says(none, "no check tests what a module of oidcc-session-management")) << none.err;
}

TEST_F(oidf, plan_of_a_client_is_told_for_each_of_its_configurations) {
    const ended ran = assay(at_, "run --oidf-plan oidcc-client-basic-certification-test-plan --client assay-rp");
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_TRUE(says(ran, "assay-rp (confidential)")) << ran.out;
    EXPECT_TRUE(says(ran, "  14 modules: 14 PASSED")) << ran.out;
    EXPECT_TRUE(says(ran, "  14 modules: 13 PASSED, 1 SKIPPED"))
        << "client_secret_basic is not for (post): " << ran.out;
    const ended later = assay(at_, "report out --to oidf");
    EXPECT_TRUE(says(later, "  14 modules: 14 PASSED")) << later.out << later.err;
}

TEST_F(oidf, config_with_mistakes_is_refused_with_all_of_them) {
    write(at_ / "plan.json", R"({"server":{"discoveryUrl":3},"alias":"a","client":{"client_id":"c"},"cleint2":{}})");
    const ended ran = assay(at_, "run --oidf-config plan.json");
    EXPECT_EQ(ran.code, 2);
    EXPECT_EQ(
        ran.err,
        "assay: plan.json /server/discoveryUrl: expected a string, found integer\n"
        "assay: plan.json /client/client_secret: client_auth_type=client_secret_basic of the test plan needs it\n"
        "assay: plan.json /cleint2: the conformance suite has no such member; did you mean 'client2'?\n");
    EXPECT_EQ(assay(at_, "run --oidf-config none.json").code, 2);
    EXPECT_EQ(assay(at_, "run --oidf-config plan.json --server http://127.0.0.1:1").code, 2);
    EXPECT_TRUE(says(assay(at_, "run --as oidf --oidf-plan oidcc-basic-plan"), "did you mean")) << "a near name";
}

}  // namespace
}  // namespace assay::cli_tests
