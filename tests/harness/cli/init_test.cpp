// assay init: every start is written whole, says what to do next, and works as it stands.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

TEST(init, writes_every_start_and_the_commands_to_type_next) {
    for (const std::string one :
         {"client --language python", "client --language node", "client --language go", "client --language java",
          "client --language rust", "server", "scenario", "serve"}) {
        const folder at;
        const ended e = assay(at, "init " + one + " 'new folder'");
        ASSERT_EQ(e.code, 0) << one << e.err;
        EXPECT_NE(e.out.find("cd 'new folder'\n"), std::string::npos) << e.out;
        for (const auto& file : fs::recursive_directory_iterator(at / "new folder")) {
            if (!file.is_regular_file()) continue;
            const std::string text = text_of(file.path());
            EXPECT_NE(text, "") << file.path();
            EXPECT_EQ(text.find("@next@"), std::string::npos) << file.path();
            EXPECT_EQ(text.find("shared/"), std::string::npos) << file.path() << " leads out of its folder";
        }
    }
}

TEST(init, of_a_client_can_be_run_once_it_is_installed) {
    const folder at;
    ASSERT_EQ(assay(at, "init client --language node").code, 0);
    const ended e = assay(at, "run --client . --select RP-CB-01");
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    const bool there = e.out.find("Node 20") == std::string::npos;
    EXPECT_NE(e.out.find(there ? "npm ci --ignore-scripts" : "is missing"), std::string::npos) << e.out;
    EXPECT_EQ(e.out.find("setup/clients.sh"), std::string::npos) << "that is for the clients of Assay:\n" << e.out;
}

TEST(init, of_a_check_is_proven_and_runs) {
    const folder at;
    ASSERT_EQ(assay(at, "init scenario mine").code, 0);
    const ended proven = assay(at, "prove --data mine");
    EXPECT_EQ(proven.code, 0) << proven.out << proven.err;
    EXPECT_NE(proven.out.find("The proof holds: 2 checks, 2 witnesses"), std::string::npos) << proven.out;
    EXPECT_EQ(assay(at, "run --data mine --fault defect:token.code_verifier_matches").code, 1);
}

TEST(init, replaces_nothing) {
    const folder at;
    write(at / "serve.schema.json", "mine");
    const ended e = assay(at, "init serve");
    EXPECT_EQ(e.code, 2);
    EXPECT_NE(e.err.find("serve.schema.json is there already"), std::string::npos) << e.err;
    EXPECT_EQ(text_of(at / "serve.schema.json"), "mine");
    EXPECT_FALSE(fs::exists(at / "serve.yaml"));
}

TEST(init, says_which_kinds_and_languages_there_are) {
    const folder at;
    EXPECT_NE(assay(at, "init clent").err.find("did you mean 'client'"), std::string::npos);
    EXPECT_NE(assay(at, "init client").err.find("python, node, go, java, rust"), std::string::npos);
    EXPECT_NE(assay(at, "init client --language pyton").err.find("did you mean 'python'"), std::string::npos);
    EXPECT_NE(assay(at, "init serve --language go").err.find("leave --language out"), std::string::npos);
    EXPECT_EQ(assay(at, "init client").code, 2);
}

}  // namespace
}  // namespace assay::cli_tests
