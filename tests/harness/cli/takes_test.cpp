// `takes`: what a client must accept for its refusal in a check to mean anything.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

// Our own client with a wrong signature, in a check where it must accept `takes` first.
ended run_with(const folder& at, const std::string& takes) {
    write(at / "data/clients/assay-rp/client.yaml",
          text_of(fs::path(ASSAY_SOURCE_DIR) / "clients/assay-rp/client.yaml"));
    write(at / "data/scenarios/client/id-token/RP-IDT-98.yaml",
          "id: RP-IDT-98\ntitle: A bad signature is refused\nsource: [OIDC Core §3.1.3.7 (6)]\nlevel: must\n"
          "witness: { careless: signature }\ntakes: " +
              takes +
              "\nfault: id_token_signature_flipped\nsteps:\n"
              "  - sign_in:\n    expect: { outcome: rejected }\n");
    return assay(at, "run --data data --client assay-rp");
}

TEST(takes, lets_a_client_that_takes_it_be_judged) {
    const folder at;
    const ended e = run_with(at, "id_token_es256_agreed");
    EXPECT_EQ(e.code, 0) << e.out << e.err;
    EXPECT_EQ(verdicts(results(at), "RP-IDT-98"), (std::vector<std::string>{"pass", "pass", "pass"}));
}

TEST(takes, skips_one_that_refuses_it_and_says_what_was_seen) {
    const folder at;
    const ended e = run_with(at, "id_token_ps256");
    EXPECT_EQ(verdicts(results(at), "RP-IDT-98"), (std::vector<std::string>{"skip", "skip", "skip"})) << e.out;
    EXPECT_NE(
        text_of(at / "out/result.json")
            .find("does not accept [\\\"id_token_ps256\\\"]: 1 sign_in with it alone ended in: rejected (alg: "),
        std::string::npos)
        << e.out << e.err;
}

TEST(takes, is_for_client_checks) {
    const folder at;
    write(at / "data/scenarios/server/disc/AS-DISC-01.yaml", std::string(good_check) + "takes: token_status\n");
    const ended e = assay(at, "run --data data");
    EXPECT_EQ(e.code, 2);
    EXPECT_NE(e.err.find("'takes' is for client checks"), std::string::npos) << e.err;
}

}  // namespace
}  // namespace assay::cli_tests
