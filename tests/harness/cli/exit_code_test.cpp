// Exit codes are an API: each one is produced once by the program itself.
#include <chrono>

#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/silent_port.hpp"

namespace assay::cli_tests {
namespace {

TEST(exit_code, is_0_when_all_passed) {
    const folder at;
    const ended e = assay(at, "run --select AS-DISC-01");
    EXPECT_EQ(e.code, 0) << e.err;
    EXPECT_EQ(verdicts(results(at), "AS-DISC-01"), std::vector<std::string>{"pass"});
}

TEST(exit_code, is_1_when_a_check_failed) {
    const folder at;
    const ended e = assay(at, "run --select AS-PKCE-02 --fault defect:token.code_verifier_matches");
    EXPECT_EQ(e.code, 1) << e.err;
    EXPECT_NE(e.out.find("RFC 7636 §4.6"), std::string::npos) << e.out;
    EXPECT_NE(e.out.find("again     assay run --select AS-PKCE-02 --dialect strict --fault "
                         "defect:token.code_verifier_matches"),
              std::string::npos)
        << "the verdict does not say how to see it again: " << e.out;
}

TEST(exit_code, is_2_for_what_does_not_exist) {
    const folder at;
    for (const char* wrong :
         {"frobnicate", "run --select AS-NOPE-99", "run --profile pola", "run --client nobody", "run --data /nope",
          "run --fault id_token_aud_wrng", "run --client assay-rp --fault id_token_aud_wrong",
          "run --fault defect:token.code_verifier_matchs", "run --server nope.yaml", "run --dialect strct",
          "explain AS-PKCE-2", "list nothing", "prove --select AS-NOPE-99"}) {
        const ended e = assay(at, wrong);
        EXPECT_EQ(e.code, 2) << wrong << ": " << e.err;
        EXPECT_FALSE(e.err.empty()) << wrong;
    }
}

TEST(explain, takes_a_fault_as_it_is_written_elsewhere) {
    const folder at;
    const ended fault = assay(at, "explain token_status=503@2");
    EXPECT_EQ(fault.code, 0) << fault.err;
    EXPECT_NE(fault.out.find("curl -isS"), std::string::npos) << fault.out;
    EXPECT_NE(fault.out.find("/f/token_status=500\n"), std::string::npos) << fault.out;
    const ended rule = assay(at, "explain defect:token.code_single_use");
    EXPECT_EQ(rule.code, 0) << rule.err;
    EXPECT_NE(rule.out.find("/f/defect:token.code_single_use"), std::string::npos) << rule.out;
    EXPECT_EQ(assay(at, "explain polar@2025-10").code, 0);
    EXPECT_NE(assay(at, "explain tcp_reset").err.find("did you mean 'tcp_reset_after'?"), std::string::npos);
    EXPECT_NE(assay(at, "explain xyzzy").err.find("`assay list`"), std::string::npos);
}

TEST(exit_code, is_3_when_the_server_cannot_be_reached_and_the_verdicts_are_kept) {
    const folder at;
    const ended e = assay(at, "run --server http://127.0.0.1:1 --select AS-DISC-01");
    EXPECT_EQ(e.code, 3) << e.err;
    EXPECT_EQ(verdicts(results(at), "AS-DISC-01"), std::vector<std::string>{"error"});
    EXPECT_NE(e.out.find("127.0.0.1:1"), std::string::npos) << e.out;
}

TEST(exit_code, is_3_when_the_port_is_in_use) {
    const silent_port taken;
    const folder at;
    const ended e = assay(at, "serve --port " + taken.number());
    EXPECT_EQ(e.code, 3) << e.err;
    EXPECT_NE(e.err.find("port " + taken.number()), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("--port"), std::string::npos) << e.err;
}

TEST(exit_code, is_3_when_the_reports_cannot_be_written_and_that_is_found_before_the_run) {
    const folder at;
    for (const std::string command : {"run --select AS-DISC-01", "matrix --client assay-rp --select RP-CB-01",
                                      "load --flow metadata --rate 10 --for 100ms"}) {
        const ended e = assay(at, command + " --out /proc/nothing/here");
        EXPECT_EQ(e.code, 3) << e.err;
        EXPECT_EQ(e.out, "") << command;
        EXPECT_NE(e.err.find("/proc/nothing/here"), std::string::npos) << e.err;
    }
}

TEST(exit_code, is_2_for_a_number_out_of_range) {
    const folder at;
    for (const std::string arguments :
         {"--port 99999", "--port -1", "--control 99999", "--control -1", "--port 1e3"}) {
        const ended e = assay(at, "serve " + arguments);
        EXPECT_EQ(e.code, 2) << arguments << e.out;
        EXPECT_NE(e.err.find(arguments.substr(0, arguments.find(' '))), std::string::npos) << e.err;
    }
}

TEST(exit_code, is_6_when_an_expected_deviation_is_gone) {
    const folder at;
    write(at / "data/scenarios/server/disc/AS-DISC-01.yaml", good_check);
    write(at / "data/scenarios/profiles/mine.yaml",
          "id: mine\ntitle: Mine\ndescription: One check\nsource: [OIDC Discovery §4.1]\nchecks: [AS-DISC-01]\n"
          "known:\n  - { check: AS-DISC-01, reason: It was broken once. }\n");
    const ended e = assay(at, "run --data data --profile mine");
    EXPECT_EQ(e.code, 6) << e.out << e.err;
    EXPECT_EQ(verdicts(results(at), "AS-DISC-01"), std::vector<std::string>{"stale"});
}

TEST(exit_code, is_130_when_interrupted_and_the_verdicts_are_kept) {
    const silent_port silent;
    const folder at;
    // The run waits for an answer that never comes; the interrupt comes once it is connected.
    program_beside run(at, "",
                       "run --select AS-DISC-01 --jobs 1 --out out --server http://127.0.0.1:" + silent.number());
    EXPECT_TRUE(silent.has_caller()) << run.errors();
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(run.end(SIGINT), 130) << run.errors();
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(6)) << "the server's time limit is ten";
    EXPECT_TRUE(fs::exists(at / "out/result.json"));
}

TEST(exit_code, of_compare_is_2_when_there_is_nothing_to_compare) {
    const folder at;
    for (const std::string id : {"AS-DISC-01", "AS-DISC-02"})
        EXPECT_EQ(assay(at, "run --select " + id + " --out " + id).code, 0);
    const ended e = assay(at, "compare AS-DISC-01/result.json AS-DISC-02/result.json");
    EXPECT_EQ(e.code, 2) << e.out << e.err;
    EXPECT_NE(e.err.find("no row in common"), std::string::npos) << e.err;
    EXPECT_EQ(assay(at, "compare AS-DISC-01/result.json AS-DISC-01/result.json").code, 0);
}

// A benchmark result as bench/compare.py writes it: one figure of ours, five rounds from `value` on.
std::string bench_json(double value) {
    std::string rounds;
    for (int i = 0; i < 5; ++i) rounds += (i == 0 ? "" : ", ") + std::to_string(value + i);
    return R"({"format": "assay.bench/1", "turns": "t", "rows": [{"part": "verify", "group": "RS256", "name": "assay", "value": 1,
        "unit": "tokens per CPU second", "ours": true, "better": "more", "rounds": [)" +
           rounds + "]}]}";
}

TEST(exit_code, of_compare_is_4_when_the_second_is_worse) {
    const folder at;
    write(at / "a/bench.json", bench_json(1000));
    write(at / "b/bench.json", bench_json(500));
    const std::string a = (at / "a").string();
    const std::string b = (at / "b/bench.json").string();
    ended e = assay(at, "compare " + a + " " + b);
    EXPECT_EQ(e.code, 4) << e.err << e.out;
    EXPECT_NE(e.out.find("worse"), std::string::npos) << e.out;
    e = assay(at, "compare " + b + " " + a);
    EXPECT_EQ(e.code, 0) << e.err;
    EXPECT_NE(e.out.find("better"), std::string::npos) << e.out;
    e = assay(at, "compare " + a + " " + a);
    EXPECT_EQ(e.code, 0) << e.err;
    EXPECT_NE(e.out.find("cannot tell"), std::string::npos) << e.out;
    write(at / "c.json", "{}");
    EXPECT_EQ(assay(at, "compare " + a + " " + (at / "c.json").string()).code, 2);
}

}  // namespace
}  // namespace assay::cli_tests
