// What `assay run` may do at a real server: clients that it registers, limits, destructive checks, a sign-in page
// that needs a real browser; and the use of verdicts: baseline, repetitions, running again.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "http/client.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

// Runs a Python program of this folder during the test; it prints its port.
class foreign_server {
public:
    explicit foreign_server(const std::string& program) {
        out_ = ::popen(("exec timeout 200 python3 " ASSAY_SOURCE_DIR "/tests/harness/cli/" + program).c_str(), "r");
        if (out_ != nullptr && std::fscanf(out_, "%d %d", &port_, &pid_) == 2) return;
        ADD_FAILURE() << "waited in vain for the port of " << program;
    }
    ~foreign_server() {
        if (pid_ > 0) ::kill(pid_, SIGKILL);
        if (out_ != nullptr) ::pclose(out_);
    }
    foreign_server(const foreign_server&) = delete;
    foreign_server& operator=(const foreign_server&) = delete;
    [[nodiscard]] std::string origin() const { return fmt::format("http://127.0.0.1:{}", port_); }
    // A counter of the program.
    [[nodiscard]] std::int64_t seen(std::string_view what) const {
        http::client client;
        http::call c;
        c.origin = origin();
        c.r.target = "/seen";
        const auto answer = client.send(std::move(c));
        const auto document = answer ? json::parse(answer->received.body) : result<json::value>(json::value());
        const json::value* v = document ? document->find(what) : nullptr;
        return v == nullptr ? -1 : v->as_integer().value_or(-1);
    }

private:
    std::FILE* out_ = nullptr;
    int port_ = 0;
    int pid_ = 0;
};

// Clients without a client_id are registered by the run.
std::string server_file(const foreign_server& server, const std::string& more) {
    return fmt::format(R"(issuer: {}
name: foreign
clients:
  confidential: {{ redirect_uris: ["http://127.0.0.1:1/cb"] }}
{}
)",
                       server.origin(), more);
}

std::string one(const std::vector<std::string>& verdicts) {
    return verdicts.size() == 1 ? verdicts.front() : fmt::format("{} verdicts", verdicts.size());
}

TEST(real_server, deletes_what_a_run_registered) {
    const foreign_server server("script_page.py");
    const folder at;
    write(at / "server.yaml", server_file(server, ""));
    const auto ran = assay(at, "run --server server.yaml --select AS-DISC-01,AS-DCR-06");
    EXPECT_GE(server.seen("registered"), 2) << ran.out << ran.err;
    EXPECT_EQ(server.seen("clients"), 0) << ran.out << ran.err;
    EXPECT_EQ(one(verdicts(results(at), "AS-DISC-01")), "pass") << ran.out;
}

TEST(real_server, is_sent_no_more_requests_than_allowed) {
    const foreign_server server("script_page.py");
    const folder at;
    write(at / "server.yaml", server_file(server, "limits: { requests: 6 }"));
    const auto ran = assay(at, "run --server server.yaml --select AS-DISC --jobs 1");
    EXPECT_EQ(ran.code, 3) << ran.out << ran.err;
    EXPECT_NE(ran.out.find("limits.requests"), std::string::npos) << ran.out;
    // The limit, the deletion of the registered client, and this request.
    EXPECT_LE(server.seen("requests"), 6 + 1 + 1);
    EXPECT_EQ(server.seen("clients"), 0);
}

TEST(real_server, is_not_harmed_unless_allowed) {
    const foreign_server server("script_page.py");
    const folder at;
    write(at / "server.yaml", server_file(server, ""));
    (void)assay(at, "run --server server.yaml --select AS-TOK-15");
    EXPECT_EQ(one(verdicts(results(at), "AS-TOK-15")), "skip");
}

TEST(real_server, that_dies_is_told_once) {
    const foreign_server server("script_page.py 8");
    const folder at;
    write(at / "server.yaml", fmt::format("issuer: {}\nname: foreign\nclients:\n  confidential: {{ client_id: a, "
                                          "client_secret: b, redirect_uris: [\"http://127.0.0.1:1/cb\"] }}\n",
                                          server.origin()));
    const auto ran = assay(at, "run --server server.yaml --select AS-DISC,AS-JWKS --jobs 1");
    EXPECT_EQ(ran.code, 3) << ran.out << ran.err;
    const std::size_t first = ran.out.find("foreign stopped answering during AS-DISC-");
    EXPECT_NE(first, std::string::npos) << ran.out;
    EXPECT_EQ(ran.out.find("foreign stopped answering", first + 1), std::string::npos) << ran.out;
}

bool has_chromedriver() {
    return std::system("command -v chromedriver >/dev/null 2>&1") == 0;
}

TEST(real_server, signs_in_through_a_page_that_needs_javascript) {
    if (!has_chromedriver())
        GTEST_SKIP()
            << "NO REAL BROWSER WAS TRIED: chromedriver is missing; setup/packages.sh --toolchains installs it";
    const foreign_server server("script_page.py");
    const folder at;
    const std::string who = "user: ada, password: correct horse";
    write(at / "server.yaml", server_file(server, "sign_in: { browser: webdriver, " + who + " }"));
    const auto ran = assay(at, "run --server server.yaml --select AS-AUTHZ-01,AS-CODE-01 --jobs 1");
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_EQ(one(verdicts(results(at), "AS-AUTHZ-01")), "pass") << ran.out;
    EXPECT_EQ(one(verdicts(results(at), "AS-CODE-01")), "pass") << ran.out;
    EXPECT_GE(server.seen("signed_in"), 2);
    // The control case: as plain HTML the page has no form to fill in.
    write(at / "server.yaml", server_file(server, "sign_in: { " + who + " }"));
    (void)assay(at, "run --server server.yaml --select AS-AUTHZ-01");
    EXPECT_EQ(one(verdicts(results(at), "AS-AUTHZ-01")), "error");
}

// A PATH with only python3.
TEST(real_server, that_needs_a_browser_says_so_where_there_is_none) {
    const foreign_server server("script_page.py");
    const folder at;
    write(at / "server.yaml", server_file(server, "sign_in: { browser: webdriver, user: ada }"));
    write(at / "bin/none", "");
    const std::string line = fmt::format("cd {} && {} env PATH={}/bin " ASSAY_PROGRAM
                                         " run --server server.yaml --select AS-AUTHZ-01 --out out >stdout 2>stderr",
                                         at.name(), bounded, at.name());
    EXPECT_EQ(exit_code(std::system(line.c_str()), "the end of a run without a browser"), 3);
    EXPECT_NE(text_of(at / "stderr").find("chromium-driver"), std::string::npos) << text_of(at / "stderr");
}

// What the README shows: our own strict server, asked like any other, passes.
TEST(real_server, that_is_our_strict_one_passes) {
    const folder at;
    const server_beside mock(at, "--dialect strict");
    const auto ran = assay(at, "run --profile oauth2.1 --server " + mock.issuer());
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
}

// The profile's expected deviations are known at a server of the profile's dialect.
TEST(real_server, speaks_what_the_profile_is_about) {
    const folder at;
    const server_beside mock(at, "");
    const std::string run = "run --select AS-AUTHZ-12 --server " + mock.issuer();
    EXPECT_EQ(assay(at, run).code, 1);
    const auto known = assay(at, run + " --profile polar");
    EXPECT_EQ(known.code, 0) << known.out << known.err;
    EXPECT_NE(known.out.find("1 known"), std::string::npos) << known.out;
}

TEST(baseline, makes_a_deviation_known_once_it_has_a_reason) {
    const foreign_server server("script_page.py");
    const folder at;
    write(at / "server.yaml", server_file(server, ""));
    const std::string run = "run --server server.yaml --select AS-AUTHZ-27,AS-DISC-01";
    EXPECT_EQ(assay(at, run).code, 1);
    const auto updated = assay(at, "baseline update --server server.yaml --result out/result.json");
    EXPECT_EQ(updated.code, 0) << updated.err;
    EXPECT_NE(updated.out.find("added 1: AS-AUTHZ-27"), std::string::npos) << updated.out;
    // Without a reason the row has no effect yet.
    const auto unreviewed = assay(at, run);
    EXPECT_EQ(unreviewed.code, 1);
    EXPECT_NE(unreviewed.out.find("without a reason"), std::string::npos) << unreviewed.out;
    std::string text = text_of(at / "baseline.yaml");
    text.replace(text.find("reason: \"\""), 10, "reason: \"A page of a test.\"");
    write(at / "baseline.yaml", text);
    EXPECT_EQ(assay(at, run).code, 0);
    EXPECT_EQ(one(verdicts(results(at), "AS-AUTHZ-27")), "known");
    // A row that no longer deviates gives exit code 6, and the next update removes it.
    write(at / "baseline.yaml", text + "  - { check: AS-DISC-01, reason: \"It was so.\" }\n");
    EXPECT_EQ(assay(at, run).code, 6);
    const auto mended = assay(at, "baseline update --server server.yaml --result out/result.json");
    EXPECT_NE(mended.out.find("removed 1: AS-DISC-01"), std::string::npos) << mended.out;
    EXPECT_EQ(assay(at, run).code, 0);
}

TEST(run, goes_as_far_as_the_grade) {
    const folder at;
    EXPECT_EQ(assay(at, "run --select AS-DISC-01,AS-DISC-09 --grade must").code, 0);
    EXPECT_EQ(verdicts(results(at), "AS-DISC-09").size(), 0U);
    EXPECT_EQ(assay(at, "run --select AS-DISC-01,AS-DISC-09 --grade should").code, 0);
    EXPECT_EQ(one(verdicts(results(at), "AS-DISC-09")), "pass");
}

TEST(run, again_takes_what_failed) {
    const folder at;
    const std::string all = "run --select AS-DISC-01,AS-PKCE-14";
    EXPECT_EQ(assay(at, all + " --fault defect:token.code_verifier_matches").code, 1);
    const auto again = assay(at, all + " --rerun-failed");
    EXPECT_EQ(again.code, 0) << again.out << again.err;
    EXPECT_EQ(one(verdicts(results(at), "AS-PKCE-14")), "pass");
    EXPECT_TRUE(verdicts(results(at), "AS-DISC-01").empty());
    const auto nothing = assay(at, all + " --rerun-failed");
    EXPECT_EQ(nothing.code, 0);
    EXPECT_NE(nothing.out.find("Nothing failed"), std::string::npos) << nothing.out;
    EXPECT_EQ(assay(at, all + " --rerun-failed=nowhere.json").code, 2);
}

TEST(run, that_repeats_keeps_the_worst) {
    const folder at;
    EXPECT_EQ(assay(at, "run --select AS-PKCE-14 --repeat 3").code, 0);
    EXPECT_EQ(one(verdicts(results(at), "AS-PKCE-14")), "pass");
    EXPECT_EQ(assay(at, "run --select AS-PKCE-14 --repeat 3 --fault defect:token.code_verifier_matches").code, 1);
    EXPECT_EQ(one(verdicts(results(at), "AS-PKCE-14")), "fail");
}

}  // namespace
}  // namespace assay::cli_tests
