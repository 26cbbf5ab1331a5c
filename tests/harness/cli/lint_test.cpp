// assay lint: all errors of all files at once, each with its place, the nearest name and an exit code.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

constexpr const char* wrong_client = R"(nme: x
library: y
language: z
comand: [a]
configurations:
  - { name: a, token_endpoint_auth_method: client_secret_basi }
capabilities: [stat, nonce]
known:
  - { check: RP-IDT-044, verdict: fail, reason: x }
)";

TEST(lint, of_every_start_finds_nothing) {
    for (const std::string one :
         {"client --language python", "client --language go", "server", "scenario", "serve"}) {
        const folder at;
        ASSERT_EQ(assay(at, "init " + one).code, 0);
        const ended e = assay(at, "lint");
        EXPECT_EQ(e.code, 0) << one << "\n" << e.out << e.err;
        EXPECT_NE(e.out.find("no error"), std::string::npos) << e.out;
    }
}

TEST(lint, reports_all_errors_with_their_places_and_the_nearest_names) {
    const folder at;
    write(at / "mine/client.yaml", wrong_client);
    write(at / "baseline.yaml", "known:\n  - { check: AS-CODE-055, reason: x }\n");
    write(at / "compose.yaml", "services: {}\n");
    const ended e = assay(at, "lint");
    EXPECT_EQ(e.code, 2);
    EXPECT_EQ(e.out,
              "baseline.yaml:2:14: there is no check 'AS-CODE-055'; did you mean 'AS-CODE-05'?\n"
              "mine/client.yaml:1:1: unknown key 'nme' in a client; did you mean 'name'?\n"
              "mine/client.yaml:4:1: unknown key 'comand' in a client; did you mean 'command'?\n"
              "mine/client.yaml:6:5: there is no token_endpoint_auth_method 'client_secret_basi'; did you mean "
              "'client_secret_basic'?\n"
              "mine/client.yaml:7:16: a client has no capability 'stat'; did you mean 'state'?\n"
              "mine/client.yaml:9:14: there is no check 'RP-IDT-044'; did you mean 'RP-IDT-04'?\n"
              "6 errors in 2 of 2 files\n");
}

TEST(lint, annotates_on_github) {
    const folder at;
    write(at / "baseline.yaml", "known:\n  - { check: AS-CODE-055, reason: x }\n");
    const int status = std::system(
        ("cd " + at.name() + " && GITHUB_ACTIONS=true " + ASSAY_PROGRAM + " lint >stdout 2>stderr </dev/null")
            .c_str());
    EXPECT_EQ(exit_code(status, "assay lint"), 2);
    const std::string out = text_of(at / "stdout");
    EXPECT_NE(out.find("::error file=baseline.yaml,line=2,col=14::there is no check"), std::string::npos) << out;
}

TEST(lint, knows_faults_mutants_and_the_checks_beside_a_profile) {
    const folder at;
    ASSERT_EQ(assay(at, "init scenario").code, 0);
    write(at / "scenarios/profiles/mine.yaml", "id: mine\ntitle: Mine\nchecks: [AS-OWN-01, AS-CODE-01, AS-OWN-02]\n");
    ASSERT_EQ(std::system(("cd " + at.name() +
                           "/scenarios && sed -i s/careless:.aud/careless:\\ adu/ client/*/*.yaml && "
                           "sed -i s/code_verifier_matches/code_verifier_match/ server/*/*.yaml")
                              .c_str()),
              0);
    const ended e = assay(at, "lint");
    EXPECT_NE(e.out.find("did you mean 'aud'"), std::string::npos) << e.out;
    EXPECT_NE(e.out.find("did you mean 'token.code_verifier_matches'"), std::string::npos) << e.out;
    EXPECT_NE(e.out.find("mine.yaml:3:33: there is no check 'AS-OWN-02'"), std::string::npos) << e.out;
    EXPECT_NE(e.out.find("3 errors in 3 of 3 files"), std::string::npos) << e.out;
}

TEST(lint, of_a_server_asks_for_no_secret_of_the_environment) {
    const folder at;
    write(at / "server.yaml",
          "issuer: http://127.0.0.1:1\nclients:\n  confidential: { client_id: a, client_secret: \"${env.NO_SUCH}\", "
          "redirect_uris: [x] }\n  key: { client_id: b, private_key: \"${env.NO_SUCH}\", redirect_uris: [x] }\n");
    EXPECT_EQ(assay(at, "lint").code, 0);
}

TEST(lint, says_what_it_takes_where_there_is_nothing) {
    const folder at;
    write(at / "compose.yaml", "services: {}\n");
    const ended none = assay(at, "lint");
    EXPECT_EQ(none.code, 2);
    EXPECT_NE(none.err.find("`assay init` writes one"), std::string::npos) << none.err;
    const ended named = assay(at, "lint compose.yaml nowhere.yaml");
    EXPECT_EQ(named.code, 2);
    EXPECT_NE(named.out.find("--as check, profile, client"), std::string::npos) << named.out;
    EXPECT_NE(named.out.find("nowhere.yaml"), std::string::npos) << named.out;
    EXPECT_NE(assay(at, "lint --as clint x.yaml").err.find("did you mean 'client'"), std::string::npos);
}

}  // namespace
}  // namespace assay::cli_tests
