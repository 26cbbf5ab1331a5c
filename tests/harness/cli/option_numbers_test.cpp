// Numbers of the command line beyond their ends are one sentence and exit code 2, at once.
#include <algorithm>

#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

struct numbers_of {
    const char* command;
    std::vector<const char*> options;
};

TEST(option_numbers, beyond_their_ends_are_one_sentence) {
    const folder at;
    for (const auto& row : {numbers_of{"run --select AS-DISC-01 --out out", {"--jobs", "--deadline", "--repeat"}},
                            numbers_of{"prove --no-matrix --select AS-DISC-01", {"--jobs", "--deadline"}},
                            numbers_of{"serve", {"--port", "--control", "--threads", "--memory", "--journal"}},
                            numbers_of{"load --flow metadata --users 1 --for 1s --out out",
                                       {"--threads", "--connections", "--sessions", "--timeout", "--replay",
                                        "--shard", "--max-for", "--mock-threads", "--start-at", "--seed"}},
                            numbers_of{"load --flow metadata --users 1 --out out", {"--for"}},
                            numbers_of{"load --flow metadata --for 1s --out out", {"--rate"}},
                            numbers_of{"selftest", {"--rate", "--for"}}}) {
        for (const char* option : row.options) {
            for (const char* number : {"-1", "1e308", "-1e308", "NaN", "''", "9223372036854775808000"}) {
                const ended e = assay(at, std::string(row.command) + " " + option + "=" + number);
                EXPECT_EQ(e.code, 2) << row.command << " " << option << "=" << number << ": " << e.err;
                EXPECT_LE(std::count(e.err.begin(), e.err.end(), '\n'), 2) << e.err;
                EXPECT_EQ(e.out, "");
            }
        }
    }
}

TEST(option_numbers, of_a_rate_are_bounded_also_where_its_cap_is_raised) {
    const folder at;
    for (const char* arguments :
         {"load --flow metadata --rate 1e300 --max-rate 1e308 --for 1s",
          "knee --flow metadata --for 1s --threshold 'metadata.p99 < 1s' --from 1e300 --to 1e308",
          "selftest --rate=1e308"}) {
        const ended e = assay(at, arguments);
        EXPECT_EQ(e.code, 2) << arguments << e.out;
        EXPECT_NE(e.err.find("is a rate beyond 10000000/s"), std::string::npos) << e.err;
    }
}

}  // namespace
}  // namespace assay::cli_tests
