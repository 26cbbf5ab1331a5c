// The program's output: lines that can be followed, closed pipes, and runs that decide nothing.
#include <algorithm>

#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

// The rest of the first line that begins with that label.
std::string labelled(const std::string& text, const std::string& label) {
    const std::size_t at = text.find(label);
    if (at == std::string::npos) return {};
    const std::size_t begin = text.find_first_not_of(' ', at + label.size());
    return text.substr(begin, text.find('\n', begin) - begin);
}

// The printed command line without the program's name.
std::string arguments_of(const std::string& line) {
    EXPECT_TRUE(line.starts_with("assay ")) << line;
    return line.substr(std::min<std::size_t>(6, line.size()));
}

TEST(again, can_be_followed_and_leaves_the_result_at_hand_alone) {
    const folder at;
    const ended first =
        assay(at, "run --select AS-PKCE-02,AS-DISC-01 --fault defect:token.code_verifier_matches --out out");
    ASSERT_EQ(first.code, 1) << first.err;
    const std::string before = text_of(at / "out/result.json");
    const ended again = assay(at, arguments_of(labelled(first.out, "again")));
    EXPECT_EQ(again.code, 1) << again.out << again.err;
    EXPECT_EQ(text_of(at / "out/result.json"), before);
    const auto repeated = json::parse(text_of(at / "out/again/result.json"));
    ASSERT_TRUE(repeated);
    EXPECT_EQ(verdicts(*repeated, "AS-PKCE-02"), (std::vector<std::string>{"fail", "fail"}));
    EXPECT_EQ(verdicts(*repeated, "AS-DISC-01"), std::vector<std::string>{});
}

TEST(again, keeps_the_paths_that_were_typed) {
    const folder at;
    write(at / "my client/client.yaml",
          "name: mine\nlibrary: a script\nlanguage: shell\ncommand: [sh, app.sh]\nready_s: 1\n"
          "configurations: [{ name: confidential, token_endpoint_auth_method: client_secret_basic }]\n"
          "capabilities: [state, tls]\n");
    write(at / "my client/app.sh", "exit 7\n");
    const ended e = assay(at, "run --client './my client' --select RP-CB-01 --tls --out 'my out'");
    EXPECT_EQ(labelled(e.out, "again"),
              "assay run --client './my client' --dialect strict --select RP-CB-01 --tls --out 'my out/again'")
        << e.out << e.err;
}

TEST(explain, of_a_client_check_prints_a_command_that_works) {
    const folder at;
    const ended told = assay(at, "explain RP-CB-01");
    ASSERT_EQ(told.code, 0) << told.err;
    const ended e = assay(at, arguments_of(labelled(told.out, "Run it:")));
    EXPECT_EQ(e.code, 0) << e.out << e.err;
    EXPECT_EQ(verdicts(results(at), "RP-CB-01").size(), 3U) << "our own client's three configurations";
}

int shell(const folder& at, const std::string& line) {
    const int status = std::system(("cd " + at.name() + " && " + line).c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(output, that_nobody_reads_ends_quietly_and_the_reports_are_written) {
    const folder at;
    const std::string run =
        std::string("timeout --foreground 120 ") + ASSAY_PROGRAM +
        " run --verbose --select AS-DISC,AS-PKCE-02 --fault defect:token.code_verifier_matches --out out </dev/null";
    // The pipe is closed before anything is written; both streams go to it.
    shell(at, "( " + run + "; echo $? >code ) 2>&1 | true");
    EXPECT_EQ(text_of(at / "code"), "1\n");
    EXPECT_EQ(verdicts(results(at), "AS-PKCE-02"), (std::vector<std::string>{"fail", "fail"}));
    EXPECT_TRUE(fs::exists(at / "out/report.html"));
}

TEST(output, that_cannot_be_written_is_told) {
    const folder at;
    const int code = shell(at, std::string(ASSAY_PROGRAM) + " list checks >/dev/full 2>stderr");
    EXPECT_EQ(code, 3);
    EXPECT_NE(text_of(at / "stderr").find("not all of the output could be written: No space left"), std::string::npos)
        << text_of(at / "stderr");
}

TEST(output, goes_into_no_file_of_ours_when_the_streams_are_closed) {
    const folder at;
    const int code =
        shell(at, std::string(ASSAY_PROGRAM) +
                      " run --verbose --select AS-DISC-01 --format json,junit,html --out out >&- 2>&- <&-");
    EXPECT_EQ(code, 3) << "not all of the output could be written";
    EXPECT_EQ(verdicts(results(at), "AS-DISC-01"), std::vector<std::string>{"pass"});
    EXPECT_EQ(text_of(at / "out/report.html").find("PASS  All"), std::string::npos);
    EXPECT_TRUE(fs::exists(at / "out/junit.xml"));
}

TEST(run, that_decides_nothing_is_no_pass) {
    const folder at;
    const ended e = assay(at, "run --dialect polar --select AS-PAR-01");
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    EXPECT_NE(e.out.find("Nothing was decided"), std::string::npos) << e.out;
    EXPECT_EQ(e.out.find("PASS"), std::string::npos) << e.out;
    EXPECT_EQ(results(at).find("exit_code")->as_integer(), 3);
}

constexpr const char* server_file =
    "issuer: http://127.0.0.1:1\n"
    "clients:\n"
    "  public: { client_id: spa, redirect_uris: [\"http://localhost/cb\"] }\n";

// Exit code 2, and on stderr the place, what is wrong and a suggestion.
void expect_complaint(const folder& at, const std::string& arguments, const std::string& sentence) {
    const ended e = assay(at, arguments);
    EXPECT_EQ(e.code, 2) << arguments << e.out;
    EXPECT_NE(e.err.find(sentence), std::string::npos) << arguments << ": " << e.err;
}

TEST(names, that_do_not_exist_are_errors_with_their_place_and_the_nearest) {
    const folder at;
    write(at / "server.yaml", std::string(server_file) + "capabilities: [consent, rotaton]\n");
    expect_complaint(at, "run --server server.yaml",
                     "server.yaml:4:25: a server has no capability 'rotaton'; did you mean 'rotation'?");
    write(at / "server.yaml", std::string(server_file) + "capabilites: [consent]\n");
    expect_complaint(at, "run --server server.yaml", "server.yaml:4:1");
    write(at / "server.yaml", server_file);
    write(at / "baseline.yaml", "known:\n  - { check: AS-CODE-5, reason: so }\n");
    expect_complaint(at, "run --server server.yaml", "baseline.yaml:2:14: there is no check 'AS-CODE-5'");
    write(at / "baseline.yaml", "known:\n  - { check: AS-CODE-05, variant: times=3, reason: so }\n");
    expect_complaint(at, "run --server server.yaml", "there is no variant of AS-CODE-05 'times=3'");
    write(at / "baseline.yaml", "known:\n  - { check: AS-CODE-05, subject: another, reason: so }\n");
    expect_complaint(at, "run --server server.yaml", "there is no subject 'another'");
}

TEST(names, of_a_client_file_are_checked) {
    const folder at;
    const std::string head =
        "name: mine\nlibrary: x\nlanguage: x\ncommand: [sh]\n"
        "configurations: [{ name: confidential, token_endpoint_auth_method: client_secret_basic }]\n";
    write(at / "mine/client.yaml", head + "capabilities: [state, idtoken]\n");
    expect_complaint(at, "run --client ./mine", "client.yaml:6:23: a client has no capability 'idtoken'");
    write(at / "mine/client.yaml", head + "known: [{ check: RP-CB-1, verdict: fail, reason: so }]\n");
    expect_complaint(at, "run --client ./mine", "there is no check 'RP-CB-1'");
    write(at / "mine/client.yaml",
          head + "known: [{ check: RP-CB-01, configuration: publik, verdict: fail, reason: so }]\n");
    expect_complaint(at, "run --client ./mine", "there is no configuration 'publik'");
}

TEST(names, of_a_load_plan_are_checked) {
    const folder at;
    write(at / "plan.yaml", "mix: [{ flow: metadata }]\nusers: 1\nfor: 1s\nclient: confidental\n");
    expect_complaint(at, "load plan.yaml",
                     "plan.yaml:4:9: there is no role 'confidental'; did you mean 'confidential'?");
}

TEST(list, of_capabilities_says_how_each_is_decided) {
    const folder at;
    const ended e = assay(at, "list capabilities");
    EXPECT_EQ(e.code, 0) << e.err;
    EXPECT_NE(e.out.find("rotation"), std::string::npos) << e.out;
    EXPECT_NE(e.out.find("server: "), std::string::npos) << e.out;
    EXPECT_NE(e.out.find("client: "), std::string::npos) << e.out;
}

TEST(prove, a_client_without_iat_is_no_crash) {
    const folder at;
    const ended e = assay(at, "prove --no-matrix --select RP-IDT-11");
    EXPECT_EQ(e.code, 0) << e.out << e.err;
    EXPECT_NE(e.out.find("The proof holds"), std::string::npos) << e.out;
}

}  // namespace
}  // namespace assay::cli_tests
