// The end of a run before its time: soon, whatever the client does, and without leaving programs behind.
#include <chrono>
#include <csignal>
#include <string>

#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/silent_port.hpp"

namespace assay::cli_tests {
namespace {

using std::chrono::steady_clock;

// A client that ignores SIGTERM and whose pages never answer. It writes down its process and that of assay.
void write_stubborn_client(const folder& at, const std::string& port) {
    write(at / "stubborn/client.yaml",
          "name: stubborn\nlibrary: a script\nlanguage: shell\ncommand: [sh, app.sh]\n"
          "configurations: [{ name: confidential, token_endpoint_auth_method: client_secret_basic }]\n"
          "capabilities: [state]\n");
    write(at / "stubborn/app.sh",
          "trap '' TERM INT HUP\necho $PPID >assay.pid\necho $$ >client.pid\n"
          "echo '{\"assay_adapter\": 1, \"url\": \"http://localhost:" +
              port + "\", \"library\": \"x\", \"version\": \"1\"}'\nwhile :; do sleep 60; done\n");
}

constexpr const char* with_client = "run --client ./stubborn --select RP-CB-01,RP-CB-02 --out out";

bool lives(const fs::path& pid_file) {
    const int pid = std::stoi(text_of(pid_file));
    // A zombie that nobody has reaped yet has ended, too.
    const std::string state = text_of(fs::path("/proc") / std::to_string(pid) / "stat");
    return ::kill(pid, 0) == 0 && state.find(") Z") == std::string::npos;
}

class interruption_by : public testing::TestWithParam<int> {};

TEST_P(interruption_by, ends_the_run_whatever_the_client_does) {
    const silent_port pages;
    const folder at;
    write_stubborn_client(at, pages.number());
    program_beside run(at, "", with_client);
    ASSERT_TRUE(pages.has_caller()) << run.errors();
    const auto began = steady_clock::now();
    EXPECT_EQ(run.end(GetParam()), 130) << run.errors();
    // Two seconds on a machine that has time; waiting for the client would take more than ten.
    EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(6));
    EXPECT_FALSE(lives(at / "stubborn/client.pid"));
    EXPECT_TRUE(fs::exists(at / "out/result.json"));
    EXPECT_EQ(verdicts(results(at), "RP-CB-01"), std::vector<std::string>{}) << "it was not carried out to its end";
}

INSTANTIATE_TEST_SUITE_P(signals, interruption_by, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST(interruption, by_sigkill_leaves_no_client_behind) {
    const silent_port pages;
    const folder at;
    write_stubborn_client(at, pages.number());
    program_beside run(at, "", with_client);
    ASSERT_TRUE(pages.has_caller()) << run.errors();
    EXPECT_TRUE(lives(at / "stubborn/client.pid"));
    run.kill_it(std::stoi(text_of(at / "stubborn/assay.pid")));
    EXPECT_TRUE(tests::came("the end of the client", [&] { return !lives(at / "stubborn/client.pid"); }));
}

}  // namespace
}  // namespace assay::cli_tests
