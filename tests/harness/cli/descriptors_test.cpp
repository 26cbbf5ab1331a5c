// A system that allows few file descriptors.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

// As assay(), but a shell first limits the descriptors to `most`.
ended assay_with(const folder& at, int most, const std::string& arguments) {
    const std::string line = "cd " + at.name() + " && ulimit -n " + std::to_string(most) + " && " + bounded +
                             ASSAY_PROGRAM + " " + arguments + " >stdout 2>stderr </dev/null";
    const int status = std::system(line.c_str());
    ended e{0, text_of(at / "stdout"), text_of(at / "stderr")};
    e.code = exit_code(status, "the end of assay " + arguments);
    return e;
}

TEST(descriptors, fewer_than_the_jobs_need_are_said_in_a_sentence_and_fewer_jobs_run) {
    const folder at;
    const auto e = assay_with(at, 200, "run --select AS-PKCE --jobs 16 --out out");
    EXPECT_EQ(e.code, 0) << e.err << e.out;
    EXPECT_NE(e.err.find("2 jobs instead of 16: a run with these needs 620 file descriptors and may have 200"),
              std::string::npos)
        << e.err;
    EXPECT_NE(text_of(at / "out/result.json").find("jobs instead of 16"), std::string::npos);
}

TEST(descriptors, fewer_than_one_job_needs_end_the_run_before_it_begins) {
    const folder at;
    const auto e = assay_with(at, 60, "run --select AS-PKCE --out out");
    EXPECT_EQ(e.code, 3) << e.err << e.out;
    EXPECT_NE(e.err.find("ulimit -Hn"), std::string::npos) << e.err;
}

}  // namespace
}  // namespace assay::cli_tests
