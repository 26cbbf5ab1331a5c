// `assay run --watch` runs again when a file changes, with one line, and ends by Ctrl-C.
#include <algorithm>

#include "tests/harness/cli/program.hpp"
#include "tests/support/waiting.hpp"

namespace assay::cli_tests {
namespace {

std::size_t lines_with(const folder& at, const std::string& word) {
    const std::string text = text_of(at / "stdout");
    std::size_t n = 0;
    for (std::size_t place = text.find(word); place != std::string::npos; place = text.find(word, place + 1)) ++n;
    return n;
}

void await(const folder& at, const std::string& word, std::size_t times) {
    EXPECT_TRUE(tests::came(word, [&] { return lines_with(at, word) >= times; }))
        << text_of(at / "stdout") << text_of(at / "stderr");
}

TEST(watch, runs_again_when_a_check_changes) {
    const folder at;
    const fs::path check = at / "data/scenarios/server/disc/AS-DISC-01.yaml";
    const std::string good = good_check;
    const std::string bad = std::string(good).replace(good.find("200"), 3, "418");
    write(check, good);
    program_beside running(at, "", "run --data data --watch --out out");
    await(at, "Ctrl-C ends", 1);
    write(check, bad);
    await(at, "AS-DISC-01.yaml changed: 1 fail: AS-DISC-01 (", 1);
    write(check, good);
    await(at, "AS-DISC-01.yaml changed: 1 pass (", 1);
    write(check, "id: AS-DISC-01\n");
    EXPECT_TRUE(tests::came("the place of the mistake",
                            [&] { return running.errors().find("AS-DISC-01.yaml:1:1") != std::string::npos; }));
    write(check, bad);
    await(at, "1 fail: AS-DISC-01 (", 2);
    EXPECT_TRUE(running.runs());
    EXPECT_EQ(running.end(SIGINT), 1) << "the code of the last run";
}

TEST(watch, looks_at_the_file_of_a_server_and_its_baseline) {
    const folder at;
    write(at / "server.yaml",
          "issuer: http://127.0.0.1:1\nclients:\n  public: { client_id: a, redirect_uris: "
          "[\"http://127.0.0.1:1/cb\"] }\n");
    program_beside running(at, "", "run --select AS-DISC-01 --server server.yaml --watch --out out");
    await(at, "Ctrl-C ends", 1);
    write(at / "other.txt", "no matter");
    write(at / "baseline.yaml", "known: []\n");
    await(at, "baseline.yaml changed: 1 error: AS-DISC-01 (", 1);
    EXPECT_EQ(lines_with(at, "changed:"), 1U) << text_of(at / "stdout");
    EXPECT_EQ(running.end(SIGINT), 3);
}

}  // namespace
}  // namespace assay::cli_tests
