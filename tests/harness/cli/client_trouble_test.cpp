// A client that dies, never becomes ready or talks nonsense costs its own verdicts and nobody else's.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

// A client whose program is a shell script, beside our own client, which must not be touched by its trouble.
ended run_beside_ours(const folder& at, const std::string& script) {
    write(at / "mine/client.yaml",
          "name: mine\nlibrary: a script\nlanguage: shell\ncommand: [sh, app.sh]\nready_s: 1\n"
          "configurations: [{ name: confidential, token_endpoint_auth_method: client_secret_basic }]\n"
          "capabilities: [state]\n");
    write(at / "mine/app.sh", script);
    return assay(at, "run --client ./mine --client assay-rp --select RP-CB-01");
}

void expect_only_mine_is_lost(const folder& at, const ended& e, const std::string& sentence) {
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    EXPECT_NE(e.out.find(sentence), std::string::npos) << e.out;
    const json::value result = results(at);
    const auto all = verdicts(result, "RP-CB-01");
    EXPECT_EQ(std::count(all.begin(), all.end(), "error"), 1);
    EXPECT_EQ(std::count(all.begin(), all.end(), "pass"), 3) << "our own client's three configurations";
}

TEST(client_trouble, one_that_dies_at_once) {
    const folder at;
    expect_only_mine_is_lost(at, run_beside_ours(at, "echo cannot find my module >&2; exit 7\n"),
                             "cannot find my module");
}

TEST(client_trouble, one_that_is_never_ready) {
    const folder at;
    expect_only_mine_is_lost(at, run_beside_ours(at, "exec sleep 60\n"), "did not print its ready line within 1 s");
}

TEST(client_trouble, one_that_prints_something_else) {
    const folder at;
    expect_only_mine_is_lost(at, run_beside_ours(at, "echo Listening on port 3000; exec sleep 60\n"),
                             "Listening on port 3000");
}

TEST(client_trouble, one_that_is_ready_and_then_answers_nothing) {
    const folder at;
    const std::string ready = R"(echo '{"assay_adapter":1,"url":"http://127.0.0.1:1","library":"x","version":"1"}')";
    expect_only_mine_is_lost(at, run_beside_ours(at, ready + "\nexec sleep 60\n"), "does not answer POST /assay/rp");
}

}  // namespace
}  // namespace assay::cli_tests
