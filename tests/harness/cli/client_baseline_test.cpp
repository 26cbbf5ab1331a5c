// The baseline of a client: `assay baseline update --client` writes it beside client.yaml, and runs of that client
// use it.
#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

// Expects a wrong ID Token to be accepted, or, as it should be, refused.
std::string check_that_expects(const std::string& outcome) {
    return "id: RP-IDT-77\ntitle: An ID Token for another client\nsource: [OIDC Core §3.1.3.7 (3)]\nlevel: must\n"
           "needs: [id_token]\nwitness: { careless: aud }\nfault: id_token_aud_wrong\nsteps:\n  - sign_in: {}\n"
           "    expect: { outcome: " +
           outcome + " }\n";
}

constexpr const char* client = R"(name: mine
library: x
language: C++
requires: {}
command: ["${assay}", rp]
configurations:
  - { name: public, token_endpoint_auth_method: none }
  - { name: post, token_endpoint_auth_method: client_secret_post }
capabilities: [state, nonce, pkce, id_token, discovery]
known: []
)";

void replace_in(const fs::path& file, const std::string& from, const std::string& to) {
    std::string text = text_of(file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from << " is not in " << text;
    write(file, text.replace(at, from.size(), to));
}

TEST(client_baseline, holds_what_is_expected_and_notices_when_it_is_gone) {
    const folder at;
    write(at / "data/scenarios/client/idt/RP-IDT-77.yaml", check_that_expects("accepted"));
    write(at / "mine/client.yaml", client);
    const std::string run = "run --data data --client ./mine";
    ASSERT_EQ(assay(at, run).code, 1);
    const ended update = assay(at, "baseline update --data data --client ./mine");
    EXPECT_EQ(update.code, 0) << update.err;
    EXPECT_NE(update.out.find("added 1: RP-IDT-77"), std::string::npos) << update.out;
    const std::string text = text_of(at / "mine/baseline.yaml");
    EXPECT_NE(text.find("  - { check: RP-IDT-77, reason: \"\" }\n"), std::string::npos)
        << "both configurations, one row: " << text;
    EXPECT_NE(text.find("# An ID Token for another client: step 1 sign_in, outcome: expected accepted"),
              std::string::npos)
        << text;
    const ended unreviewed = assay(at, run);
    EXPECT_EQ(unreviewed.code, 1);
    EXPECT_NE(unreviewed.out.find("without a reason"), std::string::npos) << unreviewed.out;

    replace_in(at / "mine/baseline.yaml", "reason: \"\"", "reason: \"the library is right\"");
    EXPECT_EQ(assay(at, run).code, 0);
    EXPECT_EQ(verdicts(results(at), "RP-IDT-77"), (std::vector<std::string>{"known", "known"}));
    EXPECT_EQ(assay(at, "baseline update --data data --client ./mine").code, 0);
    EXPECT_NE(text_of(at / "mine/baseline.yaml").find("reason: \"the library is right\" }"), std::string::npos)
        << "a reason stays";

    write(at / "data/scenarios/client/idt/RP-IDT-77.yaml", check_that_expects("rejected"));
    EXPECT_EQ(assay(at, run).code, 6);
    const ended removed = assay(at, "baseline update --data data --client ./mine");
    EXPECT_NE(removed.out.find("removed 1: RP-IDT-77"), std::string::npos) << removed.out;
    EXPECT_EQ(assay(at, run).code, 0);
}

TEST(client_baseline, is_refused_with_its_place) {
    const folder at;
    write(at / "data/scenarios/client/idt/RP-IDT-77.yaml", check_that_expects("rejected"));
    write(at / "mine/client.yaml", client);
    write(at / "mine/baseline.yaml", "known:\n  - { check: RP-IDT-77, subject: \"mine (pubic)\", reason: x }\n");
    const ended e = assay(at, "run --data data --client ./mine");
    EXPECT_EQ(e.code, 2);
    EXPECT_NE(e.err.find("mine/baseline.yaml:2:"), std::string::npos) << e.err;
    EXPECT_NE(e.err.find("mine (public)"), std::string::npos) << e.err;
    EXPECT_EQ(assay(at, "baseline update").code, 2);
    EXPECT_EQ(assay(at, "baseline update --client ./mine --server http://127.0.0.1:1").code, 2);
    EXPECT_EQ(assay(at, "baseline update --client ./nobody").code, 2);
}

}  // namespace
}  // namespace assay::cli_tests
