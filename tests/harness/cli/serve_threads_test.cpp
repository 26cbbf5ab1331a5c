// assay serve --threads.
#include <algorithm>
#include <iterator>

#include <sched.h>

#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

// How many threads of `assay serve` there are more than with one server thread.
std::ptrdiff_t more_threads(const std::string& arguments) {
    const auto threads_of = [](const std::string& these) {
        const folder at;
        const server_beside s(at, "--dialect strict " + these);
        EXPECT_FALSE(s.issuer().empty()) << s.printed();
        return std::distance(fs::directory_iterator(fmt::format("/proc/{}/task", s.program())), {});
    };
    return threads_of(arguments) - threads_of("--threads 1");
}

std::ptrdiff_t cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    return ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

TEST(serve_threads, there_are_as_many_as_told_and_zero_is_one_for_each_core) {
    EXPECT_EQ(more_threads("--threads 5"), 4);
    EXPECT_EQ(more_threads("--threads 0"), std::min<std::ptrdiff_t>(cores(), 64) - 1);
    const folder at;
    write(at / "serve.yaml", "threads: 0\n");
    EXPECT_EQ(more_threads("--config " + (at / "serve.yaml").string()), std::min<std::ptrdiff_t>(cores(), 64) - 1);
}

}  // namespace
}  // namespace assay::cli_tests
