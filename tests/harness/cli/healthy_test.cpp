// `assay healthy`, as an image's health check calls it.
#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

TEST(healthy, is_a_server_that_answers_whatever_its_faults) {
    const folder at;
    const server_beside server(at, "--fault metadata_status=500 --fault tcp_reset_after");
    ASSERT_FALSE(server.issuer().empty()) << server.printed();
    const ended e = assay(at, "healthy " + server.issuer());
    EXPECT_EQ(e.code, 0) << e.err;
    EXPECT_EQ(e.out + e.err, "");
}

TEST(healthy, is_not_one_that_is_not_there) {
    const folder at;
    std::string url;
    {
        const server_beside server(at, "");
        url = server.issuer();
        ASSERT_FALSE(url.empty()) << server.printed();
    }
    const ended gone = assay(at, "healthy " + url);
    EXPECT_EQ(gone.code, 3) << gone.err;
    EXPECT_NE(gone.err.find("127.0.0.1"), std::string::npos) << gone.err;
    EXPECT_EQ(assay(at, "healthy nonsense").code, 2);
}

}  // namespace
}  // namespace assay::cli_tests
