// The worked examples of docs/control-api/, each run as its first line says, against a mock of this process.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "mock_server/embedded.hpp"

namespace assay::mock {
namespace {

struct example {
    std::string language;
    std::string needs;  // a program in PATH
    std::string command;
};

class examples : public ::testing::TestWithParam<example> {};

std::string output_of(const std::string& line) {
    std::string out;
    FILE* pipe = ::popen((line + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return out;
    std::array<char, 4096> part{};
    for (std::size_t n = 0; (n = std::fread(part.data(), 1, part.size(), pipe)) > 0;) out.append(part.data(), n);
    if (::pclose(pipe) != 0) out += "(it failed)\n";
    return out;
}

TEST_P(examples, DoWhatTheySay) {
    const auto& e = GetParam();
    if (std::system(("command -v " + e.needs + " >/dev/null 2>&1").c_str()) != 0)
        GTEST_SKIP() << "SKIPPED: there is no " << e.needs << " in PATH";
    const auto running = embedded::start();
    ASSERT_TRUE(running) << running.error().text();
    auto line = "cd " ASSAY_SOURCE_DIR "/docs/control-api && timeout 120 " + e.command;
    line.replace(line.find("CONTROL"), 7, (*running)->control_origin());
    EXPECT_EQ(output_of(line), "jwks 503\njwks 200\ntoken 400\n  refused by RFC 6749 §5.2\n") << e.command;
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
