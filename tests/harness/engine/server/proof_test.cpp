// What counts as a proof of a server check: each variant by a witness of its own, against a running mock.
#include "harness/engine/server/proof.hpp"

#include <string>

#include <gtest/gtest.h>

#include "harness/scenario/loader.hpp"
#include "mock_server/server/embedded.hpp"
#include "oauth/crypto.hpp"
#include "tests/harness/verbs.hpp"

namespace assay::harness {
namespace {

// OpenSSL initializes itself in the main thread: otherwise its per-thread memory of another thread would never be
// freed.
const std::string set_up = oauth::random_bytes(1);

proof proven(const std::string& text, std::vector<std::string> rules = {}) {
    static const auto running = mock::embedded::start();
    EXPECT_TRUE(running) << running.error().text();
    const auto d = yaml::parse(text, "AS-T-01.yaml");
    EXPECT_TRUE(d) << d.error().text();
    auto c = load_check(*d, tests::all_verbs());
    EXPECT_TRUE(c) << c.error().text();
    proof_options options;
    options.control_origin = (*running)->control_origin();
    options.matrix = !rules.empty();
    options.rules = std::move(rules);
    return prove_server_checks({*c}, options);
}

const std::string head = "id: AS-T-01\ntitle: T\nsource: [OIDC Discovery §4.1]\nlevel: must\n";

TEST(proof, holds_where_each_variant_fails_under_a_witness_of_its_own) {
    const proof p = proven(head +
                           "matrix: { about: [status, issuer] }\n"
                           "witness: [metadata_status, { fault: metadata_member_set, members: { issuer: x } }]\n"
                           "steps:\n"
                           "  - discover: {}\n"
                           "    when: { matrix.about: status }\n"
                           "    expect: { status: 200 }\n"
                           "  - discover: {}\n"
                           "    when: { matrix.about: issuer }\n"
                           "    expect: { json: { issuer: \"${issuer}\" } }\n");
    EXPECT_EQ(p.broken, std::vector<std::string>{});
    EXPECT_EQ(p.runs, 3U);
}

TEST(proof, a_variant_that_no_witness_fails_proves_nothing) {
    const proof p = proven(head +
                           "matrix: { looks: [true, false] }\n"
                           "witness: metadata_status\n"
                           "steps:\n"
                           "  - discover: {}\n"
                           "    when: { matrix.looks: true }\n"
                           "    expect: { status: 200 }\n"
                           "  - jwks: {}\n");
    ASSERT_EQ(p.broken.size(), 1U);
    EXPECT_TRUE(p.broken[0].starts_with("AS-T-01 [looks=false] on strict fails under no witness of its own"))
        << p.broken[0];
}

TEST(proof, a_check_that_asks_nothing_beyond_the_metadata_decides_nothing) {
    const proof p = proven(head +
                           "witness: token_status\n"
                           "steps:\n"
                           "  - discover: {}\n"
                           "    save: { offered: json.nobody_has_this }\n"
                           "  - jwks: {}\n"
                           "    when: { offered: !present }\n"
                           "    expect: { status: 200 }\n");
    ASSERT_FALSE(p.broken.empty());
    EXPECT_NE(p.broken[0].find("does not pass without faults: skip"), std::string::npos) << p.broken[0];
}

TEST(proof, a_witness_may_depend_on_the_variant) {
    const proof p = proven(head +
                           "matrix: { status: [500, 503] }\n"
                           "witness: { fault: metadata_status, status: \"${matrix.status}\" }\n"
                           "steps:\n"
                           "  - discover: {}\n"
                           "    expect: { status: !not \"${matrix.status}\" }\n");
    EXPECT_EQ(p.broken, std::vector<std::string>{});
}

TEST(proof, a_witness_that_no_variant_fails_under_is_idle) {
    const proof p = proven(head +
                           "witness: [metadata_status, token_status]\n"
                           "steps:\n"
                           "  - discover: {}\n"
                           "    expect: { status: 200 }\n");
    ASSERT_EQ(p.broken.size(), 1U);
    EXPECT_NE(p.broken[0].find("fails in no variant under its witness [\"token_status\"]"), std::string::npos)
        << p.broken[0];
}

TEST(proof, a_variant_that_does_not_pass_without_faults_is_named) {
    const proof p = proven(head +
                           "matrix: { status: [200, 404] }\n"
                           "witness: metadata_status\n"
                           "steps:\n"
                           "  - discover: {}\n"
                           "    expect: { status: \"${matrix.status}\" }\n");
    ASSERT_FALSE(p.broken.empty());
    EXPECT_TRUE(p.broken[0].starts_with("AS-T-01 [status=404] on strict does not pass without faults: fail"))
        << p.broken[0];
}

TEST(proof, the_matrix_names_the_check_that_notices_in_any_variant) {
    const std::string rule = "token.code_verifier_matches";
    const proof p = proven(head +
                               "matrix: { verifier: [right, wrong] }\n"
                               "witness: [{ defect: token.code_verifier_matches }, token_status]\n"
                               "steps:\n"
                               "  - authorize: { client: public, pkce: S256 }\n"
                               "  - token: { code_verifier: \"${random.code_verifier}\" }\n"
                               "    when: { matrix.verifier: wrong }\n"
                               "    expect: { status: 400 }\n"
                               "  - token: {}\n"
                               "    when: { matrix.verifier: right }\n"
                               "    expect: { status: 200 }\n",
                           {rule});
    EXPECT_EQ(p.broken, std::vector<std::string>{});
    EXPECT_EQ(p.noticed.at(rule), std::vector<std::string>{"AS-T-01"});
}

}  // namespace
}  // namespace assay::harness
