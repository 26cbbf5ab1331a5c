// assay serve --exit-with-stdin: a server that a test started does not outlive that test.
#include <cstdio>

#include "http/client.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/support/waiting.hpp"

namespace assay::cli_tests {
namespace {

bool is_healthy(const json::value& ready) {
    http::client c;
    http::call ask;
    ask.origin = std::string(ready.string_at("control"));
    ask.r.target = "/health";
    const auto x = c.send(std::move(ask));
    return x && x->received.status == 200;
}

TEST(exit_with_stdin, ends_when_the_other_end_of_the_pipe_is_closed) {
    const folder at;
    const std::string line = "cd " + at.name() + " && exec " + bounded + ASSAY_PROGRAM +
                             " serve --port 0 --control 0 --exit-with-stdin --ready-file ready.json >stdout 2>stderr";
    std::FILE* standard_input = ::popen(line.c_str(), "w");
    ASSERT_NE(standard_input, nullptr);
    json::value ready;
    EXPECT_TRUE(tests::came("its ready file", [&] {
        ready = json::parse(text_of(at / "ready.json")).value_or(json::value());
        return ready.as_object() != nullptr;
    })) << text_of(at / "stderr");
    std::fputs("What is written there is ignored.\n", standard_input);
    std::fflush(standard_input);
    EXPECT_TRUE(is_healthy(ready));
    EXPECT_EQ(exit_code(::pclose(standard_input), "its end with standard input"), 0);
    EXPECT_FALSE(is_healthy(ready));
}

TEST(exit_with_stdin, is_not_the_default) {
    const folder at;
    program_beside serving(at, "", "serve --port 0 --control 0 --ready-file ready.json");  // stdin is /dev/null
    json::value ready;
    EXPECT_TRUE(tests::came("its ready file", [&] {
        ready = json::parse(text_of(at / "ready.json")).value_or(json::value());
        return ready.as_object() != nullptr || !serving.runs();
    }));
    EXPECT_TRUE(is_healthy(ready)) << serving.errors();
    EXPECT_EQ(serving.end(SIGTERM), 0);
}

}  // namespace
}  // namespace assay::cli_tests
