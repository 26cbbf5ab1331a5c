// The examples of docs/control-api/, each run by the command in its first line, against a mock in this process.
#include <string>

#include <gtest/gtest.h>

#include "mock_server/server/embedded.hpp"
#include "tests/support/shell.hpp"

namespace assay::mock {
namespace {

struct example {
    std::string language;
    std::string needs;  // a program that must be in PATH
    std::string command;
};

class examples : public ::testing::TestWithParam<example> {};

TEST_P(examples, DoWhatTheySay) {
    const auto& e = GetParam();
    if (tests::by_shell("command -v " + e.needs).code != 0)
        GTEST_SKIP() << "SKIPPED: there is no " << e.needs << " in PATH";
    const auto running = embedded::start();
    ASSERT_TRUE(running) << running.error().text();
    auto line = "cd " ASSAY_SOURCE_DIR "/docs/control-api && " + e.command;
    line.replace(line.find("CONTROL"), 7, (*running)->control_origin());
    // Long enough to start a compiler.
    const auto out = tests::by_shell(line, 2 * tests::patience);
    EXPECT_EQ(out.code, 0) << e.command;
    EXPECT_EQ(out.text, "jwks 503\njwks 200\ntoken 400\n  refused by RFC 6749 §5.2\n") << e.command;
    EXPECT_TRUE((*running)->core().all().empty()) << "it left its issuer behind";
}

INSTANTIATE_TEST_SUITE_P(
    ControlApi, examples,
    ::testing::Values(example{"curl", "curl", "sh example.sh CONTROL"},
                      example{"Python", "python3", "python3 -B example.py CONTROL"},
                      example{"TypeScript", "node", "node --input-type=module - CONTROL < example.ts"},
                      example{"Java", "javac", "java Example.java CONTROL"},
                      example{"Go", "go", "env GOFLAGS= GO111MODULE=off go run example.go CONTROL"}),
    [](const auto& p) { return p.param.language; });

}  // namespace
}  // namespace assay::mock
