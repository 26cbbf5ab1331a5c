// Runs pages.mjs against a mock of this process.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "mock_server/server/embedded.hpp"
#include "tests/support/shell.hpp"

namespace assay::mock {
namespace {

namespace fs = std::filesystem;

std::string found_in_path(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::string rest = path == nullptr ? "" : path;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(':'), rest.size());
        const auto file = fs::path(rest.substr(0, end)) / name;
        std::error_code bad;
        if (fs::exists(file, bad)) return file.string();
        rest.erase(0, end + 1);
    }
    return {};
}

std::string missing() {
    if (found_in_path("node").empty()) return "there is no node in PATH";
    if (found_in_path("chromium").empty())
        return "there is no chromium in PATH; setup/packages.sh --toolchains installs it";
    if (!fs::exists(ASSAY_SOURCE_DIR "/clients/oidc-client-ts/node_modules/puppeteer-core"))
        return "the driver is missing; setup/clients.sh oidc-client-ts installs it";
    return {};
}

void walk_pages(const std::string& dialect) {
    if (const auto why = missing(); !why.empty()) GTEST_SKIP() << "SKIPPED, the pages were not tested: " << why;
    embedded_options o;
    o.inspector = true;
    o.default_issuer.emplace();
    o.default_issuer->dialect = dialect;
    o.default_issuer->any_user = dialect == "strict";
    o.default_issuer->clients = demo_clients(**find_dialect(dialect));
    const auto running = embedded::start(std::move(o));
    ASSERT_TRUE(running) << running.error().text();
    const auto walked =
        tests::by_shell("ASSAY_CHROMIUM=" + found_in_path("chromium") +
                            " node " ASSAY_SOURCE_DIR "/tests/browser/pages.mjs " + (*running)->origin(),
                        std::chrono::seconds(200));
    EXPECT_EQ(walked.code, 0) << walked.text;
}

TEST(browser, walks_the_pages_of_strict) {
    walk_pages("strict");
}

TEST(browser, walks_the_pages_of_polar) {
    walk_pages("polar");
}

}  // namespace
}  // namespace assay::mock
