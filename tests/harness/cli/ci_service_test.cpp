// What `assay run` does by itself on GitHub Actions and GitLab.
#include "tests/harness/cli/program.hpp"
#include "tests/support/waiting.hpp"

namespace assay::cli_tests {
namespace {

const std::string failing = "run --select AS-CODE-01 --fault defect:token.code_single_use --out out";

// The exit code of `arguments` with these variables.
int run_with(const folder& at, const std::string& variables, const std::string& arguments) {
    program_beside p(at, variables, arguments);
    EXPECT_TRUE(tests::came("its end", [&] { return !p.runs(); }));
    return p.end(SIGTERM);
}

TEST(ci_service, github_gets_annotations_a_summary_and_sarif) {
    const folder at;
    write(at / "summary.md", "before\n");
    EXPECT_EQ(
        run_with(at, "GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=summary.md", failing + " --sarif-location server.yaml"),
        1);
    const std::string out = text_of(at / "stdout");
    const auto annotation = out.find("\n::error file=server.yaml,line=1,title=fail%3A AS-CODE-01 ");
    ASSERT_NE(annotation, std::string::npos) << out;
    // The report has text of others, in which the service must find no command.
    ASSERT_TRUE(out.starts_with("::stop-commands::") || out.find("\n::stop-commands::") < annotation) << out;
    const auto token = out.substr(out.find("::stop-commands::") + 17);
    const auto resumed = out.find("\n::" + token.substr(0, token.find('\n')) + "::\n");
    EXPECT_LT(out.find("FAIL   AS-CODE-01"), resumed) << out;
    EXPECT_LT(resumed, annotation) << out;
    EXPECT_TRUE(text_of(at / "summary.md").starts_with("before\n## Assay: 1 of 1 check failed."));
    EXPECT_NE(text_of(at / "out/result.sarif").find("\"server.yaml\""), std::string::npos);
}

TEST(ci_service, gitlab_gets_code_quality) {
    const folder at;
    EXPECT_EQ(run_with(at, "GITLAB_CI=true", failing), 1);
    EXPECT_NE(text_of(at / "out/gl-code-quality-report.json").find("AS-CODE-01"), std::string::npos);
    EXPECT_EQ(text_of(at / "stdout").find("::"), std::string::npos);
}

TEST(ci_service, elsewhere_nothing_is_added) {
    const folder at;
    EXPECT_EQ(assay(at, failing).code, 1);
    EXPECT_EQ(text_of(at / "stdout").find("::error"), std::string::npos);
    EXPECT_FALSE(fs::exists(at / "out/result.sarif"));
    EXPECT_FALSE(fs::exists(at / "out/gl-code-quality-report.json"));
}

}  // namespace
}  // namespace assay::cli_tests
