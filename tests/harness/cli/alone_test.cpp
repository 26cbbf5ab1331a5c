// The program without any file beside it, as it is after it was copied to another machine.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

class program_alone : public testing::Test {
protected:
    program_alone() {
        fs::create_directories(here_ / "bin");
        fs::copy_file(ASSAY_PROGRAM, program_);
    }
    ended run(const std::string& arguments) { return assay(here_, arguments, program_); }

    folder here_;
    std::string program_ = here_.file("bin/assay");
};

TEST_F(program_alone, lists_what_the_source_tree_holds) {
    for (const char* what : {"checks", "profiles", "clients"}) {
        const ended alone = run(std::string("list ") + what);
        const ended with_sources = assay(here_, std::string("list ") + what);
        EXPECT_EQ(alone.code, 0) << alone.err;
        EXPECT_FALSE(alone.out.empty());
        EXPECT_EQ(alone.out, with_sources.out) << what;
    }
}

TEST_F(program_alone, checks_its_own_server_and_its_own_client) {
    const ended server = run("run --select AS-PKCE-02");
    EXPECT_EQ(server.code, 0) << server.err;
    const ended client = run("run --select RP-CB-05 --client assay-rp");
    EXPECT_EQ(client.code, 0) << client.err;
    EXPECT_TRUE(fs::exists(here_ / "out/result.json"));
}

TEST_F(program_alone, shows_the_steps_of_a_check) {
    const ended e = run("explain AS-PKCE-02");
    EXPECT_NE(e.out.find("\nsteps:\n"), std::string::npos) << e.out;
}

TEST_F(program_alone, says_how_to_get_the_adapter_of_another_client) {
    const ended e = run("run --select RP-CB-05 --client authlib");
    EXPECT_EQ(e.code, 3) << e.err;
    EXPECT_NE(e.out.find("DIR/setup/clients.sh authlib"), std::string::npos) << e.out;
}

TEST_F(program_alone, has_no_file_to_write_the_expected_proof_to) {
    const ended e = run("prove --update");
    EXPECT_EQ(e.code, 2) << e.err;
    EXPECT_NE(e.err.find("--data"), std::string::npos) << e.err;
}

TEST_F(program_alone, finds_a_load_plan_by_its_name) {
    const ended e = run("load jwks-stampede --users 1 --for 200ms --out out");
    // Its thresholds may fail on a busy machine, which is not what this test is about.
    EXPECT_NE(e.out.find("\nJWKS stampede\n"), std::string::npos) << e.out << e.err;
    EXPECT_TRUE(fs::exists(here_ / "out/load.json"));
    const ended wrong = run("load login-strom");
    EXPECT_EQ(wrong.code, 2) << wrong.err;
    EXPECT_NE(wrong.err.find("'login-storm'"), std::string::npos) << wrong.err;
    write(here_ / "login-storm", "this: is not a plan\n");
    EXPECT_NE(run("load login-storm").err.find("login-storm:1:1"), std::string::npos) << "a file comes first";
}

TEST_F(program_alone, unpacks_what_it_carries) {
    const ended e = run("unpack all");
    EXPECT_EQ(e.code, 0) << e.err;
    EXPECT_EQ(run("list checks --data all").out, run("list checks").out);
    EXPECT_EQ(::access(here_.file("all/setup/clients.sh").c_str(), X_OK), 0) << "a script that cannot be run";
    EXPECT_TRUE(fs::exists(here_ / "all/clients/shared/python/adapter.py"));
}

TEST_F(program_alone, unpacks_a_part_and_replaces_nothing_unasked) {
    EXPECT_EQ(run("unpack part clients/authlib").code, 0);
    EXPECT_TRUE(fs::exists(here_ / "part/clients/authlib/client.yaml"));
    EXPECT_FALSE(fs::exists(here_ / "part/scenarios"));
    write(here_ / "part/clients/authlib/client.yaml", "mine");
    const ended again = run("unpack part clients/authlib");
    EXPECT_EQ(again.code, 2) << again.err;
    EXPECT_EQ(text_of(here_ / "part/clients/authlib/client.yaml"), "mine");
    EXPECT_EQ(run("unpack part clients/authlib/ --overwrite").code, 0);
    EXPECT_NE(text_of(here_ / "part/clients/authlib/client.yaml"), "mine");
}

TEST_F(program_alone, knows_the_name_that_was_meant) {
    const ended e = run("unpack here scenaros");
    EXPECT_EQ(e.code, 2) << e.err;
    EXPECT_NE(e.err.find("scenarios"), std::string::npos) << e.err;
    EXPECT_FALSE(fs::exists(here_ / "here"));
}

}  // namespace
}  // namespace assay::cli_tests
