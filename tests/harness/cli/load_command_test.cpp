// `assay load` as a user starts it, against a mock that runs beside it.
#include <fstream>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "tests/harness/cli/program.hpp"
#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

json::value load_result_in(const fs::path& folder) {
    auto v = json::parse(text_of(folder / "load.json"));
    EXPECT_TRUE(v) << text_of(folder / "load.json");
    return v ? std::move(*v) : json::value();
}

TEST(load_command, over_tls_by_the_mocks_own_authority) {
    const folder at;
    const server_beside mock(at, "--dialect strict --control 0 --tls --tls-dir tls");
    ASSERT_TRUE(mock.issuer().starts_with("https://")) << mock.printed();
    const std::string server =
        " --server " + mock.issuer() + " --users 2 --max-rate 100 --for 200ms --out " + (at / "out").string();
    const std::string trusting = server + " --ca " + (at / "tls/ca.pem").string();
    const std::string control = " --control " + std::string(mock.ready.string_at("control"));
    // Metadata and key set without the control API; codes minted, exchanged and ID Tokens verified, sessions, with
    // it.
    for (const std::string flows : {"--flow metadata --flow jwks", "--flow id_token --flow refresh --sessions 5"}) {
        const ended e =
            assay(at, "load " + flows + trusting + (flows.find("jwks") == std::string::npos ? control : ""));
        EXPECT_EQ(e.code, 0) << flows << ": " << e.err << e.out;
        const json::value r = load_result_in(at / "out");
        EXPECT_EQ(r.string_at("verdict"), "pass");
        EXPECT_EQ(r.find("failures")->as_array()->size(), 0U) << e.out;
        EXPECT_GE(r.find("counts")->find("finished")->as_integer().value_or(0), 2);
    }
    const ended distrusted = assay(at, "load --flow metadata" + server);
    EXPECT_EQ(distrusted.code, 3);
    EXPECT_NE(distrusted.err.find("--ca"), std::string::npos) << distrusted.err;
}

// Two equal servers would do for the files, but not for the verdict: a busy machine may well answer one of them more
// slowly for a while, and then "worse" is what was measured. One server is late by more than any machine explains.
TEST(load_command, two_servers_in_turns) {
    const folder at;
    const server_beside prompt(at, "--dialect strict", "prompt.err");
    const server_beside late(at, "--dialect strict --fault tcp_delay=200@metadata", "late.err");
    const std::string out = (at / "out").string();
    const std::string load = "load --flow metadata --rate 50 --for 100ms --out " + out;
    const ended e = assay(at, load + " --server " + late.issuer() + " --against " + prompt.issuer());
    EXPECT_TRUE(e.code == 4 || e.code == 5) << e.code << e.err << e.out;  // 5: this machine had no time
    EXPECT_EQ(e.out.find("\n  worse\n") != std::string::npos, e.code == 4) << e.out;
    EXPECT_NE(e.out.find("5 pairs of alternating runs"), std::string::npos) << e.out;
    EXPECT_EQ(load_result_in(at / "out/before/5").find("setup")->string_at("target"), prompt.issuer());
    EXPECT_EQ(load_result_in(at / "out/after/1").find("setup")->string_at("target"), late.issuer());
    if (e.code == 4) {
        const ended again = assay(at, "compare --in-turns " + out + "/before " + out + "/after");
        EXPECT_EQ(again.code, 4) << again.out << again.err;
        EXPECT_NE(again.out.find("5 pairs of alternating runs"), std::string::npos) << again.out << again.err;
        const ended the_other_way = assay(at, "compare --in-turns " + out + "/after " + out + "/before");
        EXPECT_EQ(the_other_way.code, 0) << the_other_way.out << the_other_way.err;
        EXPECT_NE(the_other_way.out.find("\n  better\n"), std::string::npos) << the_other_way.out;
    }
    const ended few = assay(at, load + " --rounds 4 --against " + prompt.issuer());
    EXPECT_EQ(few.code, 2) << "four runs say too little";
}

TEST(load_command, two_short_runs_are_not_compared) {
    const folder at;
    const server_beside mock(at, "--dialect strict");
    for (const char* out : {"a", "b"}) {
        const ended e = assay(at, std::string("load --flow metadata --rate 50 --for 100ms --out ") + out +
                                      " --server " + mock.issuer());
        EXPECT_TRUE(e.code == 0 || e.code == 5) << e.code << e.err << e.out;  // 5: this machine had no time
    }
    const ended e = assay(at, "compare a/load.json b/load.json");
    EXPECT_EQ(e.code, 3) << e.out << e.err;
    EXPECT_NE(e.out.find("too few to compare"), std::string::npos) << e.out;
}

// The stages and events of a shape in a fifth of their time, without its thresholds, which are about its full length.
std::string in_a_fifth_of_the_time(const fs::path& shape) {
    const std::string text = text_of(shape);
    const std::string plan = text.substr(0, text.find("thresholds:"));
    static const std::regex time("(for|at): ([0-9]+)s");
    std::string out;
    std::size_t copied = 0;
    for (std::sregex_iterator m(plan.begin(), plan.end(), time), end; m != end; ++m) {
        const auto at = static_cast<std::size_t>(m->position());
        out +=
            plan.substr(copied, at - copied) + m->str(1) + ": " + std::to_string(200 * std::stoi(m->str(2))) + "ms";
        copied = at + static_cast<std::size_t>(m->length());
    }
    return out + plan.substr(copied);
}

TEST(load_command, no_shape_uses_what_has_expired) {
    const folder at;
    std::ofstream(at / "short.yaml")
        << "name: short\nextends: strict\n"
           "lifetimes: { code: 4, access_token: 4, refreshed_access_token: 4, id_token: 4 }\n";
    const server_beside mock(at, "--dialect short.yaml --control 0 --sign-in by_request");
    const std::string control = " --control " + std::string(mock.ready.string_at("control"));
    std::vector<std::pair<std::string, std::string>> plans{
        {"mix",
         "stages: [{ rate: 60, for: 9s }]\nsessions: 20\n"
         "mix: [{ flow: code_exchange }, { flow: metadata, weight: 9 }, { flow: userinfo, weight: 2 }, "
         "{ flow: introspect, weight: 2 }]\n"}};
    for (const auto& shape : fs::directory_iterator(fs::path(ASSAY_SOURCE_DIR) / "scenarios/load")) {
        // Too much for a build without optimization; refresh-stampede does the same with fewer sessions.
        if (shape.path().stem() == "refresh-storm") continue;
        plans.emplace_back(shape.path().stem().string(), in_a_fifth_of_the_time(shape.path()));
    }
    ASSERT_GE(plans.size(), 5U);
    for (const auto& [name, plan] : plans) {
        std::ofstream(at / (name + ".yaml")) << plan;
        const ended e = assay(at, "load " + name + ".yaml --server " + mock.issuer() + control + " --out " + name);
        EXPECT_TRUE(e.code == 0 || e.code == 5)
            << name << ": " << e.code << e.err << e.out;  // 5: no time on this machine
        const json::value r = load_result_in(at / name);
        EXPECT_EQ(r.find("failures")->as_array()->size(), 0U) << name << ": " << e.out;
        EXPECT_GE(r.find("counts")->find("finished")->as_integer().value_or(0), 100) << name;
    }
}

TEST(load_command, goes_to_no_other_machine_unless_it_is_named) {
    const folder at;
    const ended e = assay(at, "load --flow metadata --users 1 --for 1s --server https://login.example.com");
    EXPECT_EQ(e.code, 2) << e.out << e.err;
    EXPECT_NE(e.err.find("login.example.com is not this machine"), std::string::npos) << e.err;
}

TEST(knee_command, refuses_a_threshold_about_a_request_that_its_load_never_makes) {
    const folder at;
    const ended e = assay(at, "knee --flow refresh --sessions 5 --for 200ms --threshold 'tokn.p99 < 50ms'");
    EXPECT_EQ(e.code, 2) << e.out << e.err;
    EXPECT_NE(e.err.find("no request 'tokn'"), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("refresh"), std::string::npos) << e.err;
}

TEST(knee_command, chooses_the_rates_itself) {
    const folder at;
    for (const char* chosen : {"--rate 100", "--users 5", "--shard 1/2"}) {
        const ended e = assay(at, std::string("knee --flow jwks --threshold 'jwks.p99 < 1s' ") + chosen);
        EXPECT_EQ(e.code, 2) << chosen;
        EXPECT_NE(e.err.find("name the first and the highest rate with --from and --to"), std::string::npos) << e.err;
    }
    const ended help = assay(at, "help knee");
    EXPECT_EQ(help.out.find("--shard"), std::string::npos) << help.out;
}

TEST(knee_command, writes_what_it_found) {
    const folder at;
    const ended e = assay(at, "knee --flow jwks --from 20 --to 40 --for 200ms --threshold 'jwks.p99 < 9s' --out " +
                                  (at / "out").string());
    EXPECT_TRUE(e.code == 0 || e.code == 5) << e.code << e.err << e.out;  // 5: this machine had no time
    EXPECT_NE(e.out.find("knee.json"), std::string::npos) << e.out;
    const auto document = json::parse(text_of(at / "out/knee.json"));
    ASSERT_TRUE(document);
    EXPECT_EQ(document->string_at("schema"), "assay.knee/1");
    EXPECT_EQ(document->find("probes")->as_array()->front().find("load")->string_at("schema"), "assay.load/1");
    EXPECT_NE(text_of(at / "out/knee.html").find("<th class='n'>20/s</th>"), std::string::npos);
}

TEST(load_command, a_process_that_is_not_there_is_named_before_the_load) {
    const folder at;
    const ended e = assay(at, "load --flow jwks --rate 10 --for 100ms --server-pid 4000000");
    EXPECT_EQ(e.code, 2) << e.out << e.err;
    EXPECT_NE(e.err.find("there is no process 4000000"), std::string::npos) << e.err;
}

}  // namespace
}  // namespace assay::cli_tests
