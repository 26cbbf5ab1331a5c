// The verbs of server checks, and the documents that describe them.
#include <gtest/gtest.h>

#include "harness/engine/server/verbs/table.hpp"
#include "tests/harness/engine/verb_documents.hpp"

namespace assay::harness {
namespace {

TEST(server_verbs, have_the_schema_that_editors_read) {
    tests::expect_schema_of_verbs(ASSAY_SOURCE_DIR, "server_step", server_verbs(),
                                  {"expect", "given", "save", "collect", "when"});
}

TEST(server_verbs, stand_in_the_manual_with_what_they_do) {
    tests::expect_verbs_in_manual(ASSAY_SOURCE_DIR, server_verbs());
}

TEST(server_verbs, have_names_of_their_own) {
    tests::expect_names_of_their_own(server_verbs());
}

TEST(server_verbs, know_what_a_proof_and_a_precondition_ask) {
    EXPECT_TRUE(race_verb().is_slow(step{}));
    EXPECT_FALSE(token_verb().is_slow(step{}));
    EXPECT_TRUE(token_verb().builds_on_sign_in(step{}));
    EXPECT_TRUE(authorize_verb().builds_on_sign_in(make_step("authorize", {})));
    request_words nobody;
    nobody.sign_in.emplace().nobody = true;
    EXPECT_FALSE(authorize_verb().builds_on_sign_in(make_step("authorize", std::move(nobody))));
    EXPECT_FALSE(discover_verb().decides());
}

std::string why_not(const std::string& steps) {
    const auto d =
        yaml::parse("id: AS-X-01\ntitle: t\nsource: [RFC 1]\nlevel: must\nwitness: f\nsteps:\n" + steps, "x");
    if (!d) return d.error().text();
    const auto c = load_check(*d, {server_verbs(), {}});
    return c ? "" : c.error().message;
}

TEST(server_verbs, say_which_words_they_take) {
    EXPECT_EQ(why_not("  - token: { code: x, auth: none }\n"), "");
    EXPECT_EQ(why_not("  - token: { auth: nun }\n"), "auth knows no 'nun'; did you mean 'none'?");
    EXPECT_EQ(why_not("  - token: { session: keep }\n"), "'session' has no meaning under 'token'");
    EXPECT_NE(why_not("  - jwks: { code: x }\n"), "");
    EXPECT_NE(why_not("  - rotate_keys: { now: true }\n"), "");
    EXPECT_EQ(why_not("  - submit: { from: other_site }\n"), "");
    EXPECT_EQ(why_not("  - submit: { from: another_site }\n"), "'from' is other_site, or left out");
    EXPECT_EQ(why_not("  - race: { times: 2, token: {} }\n    expect: { exactly_one: { status: 200 } }\n"), "");
    EXPECT_NE(why_not("  - race: { times: 2, authorize: {} }\n"), "");
    EXPECT_NE(why_not("  - race: { times: 2, token: { over: http } }\n"), "");
    EXPECT_EQ(why_not("  - token: {}\n    expect: { exactly_one: { status: 200 } }\n"),
              "'exactly_one' is for 'race' alone");
    EXPECT_NE(why_not("  - handshake: { versions: [TLSv1.4] }\n"), "");
}

}  // namespace
}  // namespace assay::harness
