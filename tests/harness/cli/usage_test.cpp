// A wrong command line is one sentence: the option, what was expected, the nearest valid word, or what to do next.
#include <algorithm>

#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

struct wrong_line {
    const char* arguments;
    const char* said;
};
constexpr wrong_line table[] = {
    {"serve --port abc",
     "assay: --port abc: expected a whole number from 0 to 65535; `assay help serve` shows its options\n"},
    {"run --jobs 0 --out out",
     "assay: --jobs 0: expected a whole number from 1 to 256; `assay help run` shows its options\n"},
    {"run --grade msut --out out", "assay: --grade msut: expected must, robust or should; did you mean 'must'?\n"},
    {"token --alg HS256",
     "assay: --alg HS256: expected ES256, ES384, ES512, Ed25519, EdDSA, PS256, PS384, PS512, RS256, RS384 or RS512; "
     "did you mean 'ES256'?\n"},
    {"list check", "did you mean 'checks'?\n"},
    {"load --rate", "assay: --rate: expected a value after it; `assay help load` shows its options\n"},
    {"explain", "assay: name is missing; `assay help explain` shows its options\n"},
    {"token --at x", "assay: --at: it works only together with --from; `assay help token` shows its options\n"},
    {"run --slect AS-DISC-01 --out out", "assay: assay run has no option --slect; did you mean --select?\n"},
    {"baseline updat", "assay: assay baseline is followed by update; did you mean 'update'?\n"},
    {"frobnicate", "assay: there is no command 'frobnicate'; `assay help` lists the commands\n"},
    {"srve", "assay: there is no command 'srve'; did you mean serve?\n"},
};

TEST(usage, is_one_sentence_that_says_what_was_expected) {
    const folder at;
    for (const wrong_line& row : table) {
        const ended e = assay(at, row.arguments);
        EXPECT_EQ(e.code, 2) << row.arguments;
        EXPECT_EQ(e.out, "") << row.arguments;
        EXPECT_NE(e.err.find(row.said), std::string::npos) << row.arguments << ": " << e.err;
        EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << e.err;
    }
}

// Nobody typed --port where Kubernetes sets ASSAY_PORT for a Service named assay.
TEST(usage, names_the_variable_that_a_wrong_value_came_from) {
    const folder at;
    const std::string with_variable = std::string("env ASSAY_PORT=tcp://10.0.0.1:80 ") + ASSAY_PROGRAM;
    const ended e = assay(at, "serve", with_variable);
    EXPECT_EQ(e.code, 2);
    EXPECT_EQ(
        e.err,
        "assay: ASSAY_PORT tcp://10.0.0.1:80: expected a whole number from 0 to 65535; `assay help serve` shows "
        "its options\n");
    EXPECT_NE(assay(at, "serve --port abc", with_variable).err.find("assay: --port abc: "), std::string::npos);
}

}  // namespace
}  // namespace assay::cli_tests
