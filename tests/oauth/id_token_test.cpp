// ID Token claims against OIDC Core §3.1.3.7: one valid token, then one error at a time.
#include <string>

#include <gtest/gtest.h>

#include "oauth/jwt.hpp"
#include "tests/oauth/vectors.hpp"

namespace assay::oauth {
namespace {

constexpr std::int64_t now = 1767225700;

id_token_expectations expected() {
    id_token_expectations want;
    want.iss = "https://issuer.example";
    want.client_id = "client-1";
    want.nonce = "n-0S6_WzA2Mj";
    want.now = now;
    want.access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    return want;
}

json::object good() {
    const auto parts = parse_jws(vectors::jose_es256);
    const auto claims = json::parse(parts ? parts->payload : "");
    EXPECT_TRUE(claims && claims->is_object());
    return claims && claims->is_object() ? *claims->as_object() : json::object{};
}

// The names of the claims that fail.
std::string wrong(const json::object& claims, const id_token_expectations& want = expected()) {
    std::string out;
    for (const auto& f : judge_id_token(claims, want)) {
        EXPECT_FALSE(f.clause.empty() || f.expected.empty() || f.actual.empty()) << f.claim;
        out += (out.empty() ? "" : " ") + f.claim;
    }
    return out;
}

std::string wrong_with(std::string name, json::value v) {
    auto claims = good();
    claims.set(std::move(name), std::move(v));
    return wrong(claims);
}

std::string wrong_without(std::string_view name) {
    auto claims = good();
    EXPECT_TRUE(claims.erase(name)) << name;
    return wrong(claims);
}

json::value number(std::string_view text) {
    return json::parse(text).value_or(json::value());
}

TEST(judge_id_token, a_good_token_has_no_findings) {
    EXPECT_EQ(wrong(good()), "");
}

TEST(judge_id_token, what_is_required_must_be_there) {
    for (const auto* name : {"iss", "aud", "exp", "iat", "sub", "nonce"}) EXPECT_EQ(wrong_without(name), name);
    EXPECT_EQ(wrong_without("at_hash"), "");
    EXPECT_EQ(wrong({}), "iss aud exp iat sub nonce");
}

TEST(judge_id_token, iss_is_compared_exactly) {
    for (const auto* iss : {"https://issuer.example/", "https://ISSUER.example", "http://issuer.example", ""})
        EXPECT_EQ(wrong_with("iss", iss), "iss") << iss;
    EXPECT_EQ(wrong_with("iss", json::array{"https://issuer.example"}), "iss");
}

TEST(judge_id_token, aud_is_us_and_nobody_else) {
    EXPECT_EQ(wrong_with("aud", json::array{"client-1"}), "");
    EXPECT_EQ(wrong_with("aud", json::array{"client-1", "client-1"}), "");
    EXPECT_EQ(wrong_with("aud", "client-2"), "aud");
    EXPECT_EQ(wrong_with("aud", json::array{}), "aud");
    EXPECT_EQ(wrong_with("aud", json::array{"client-1", "evil"}), "aud");
    EXPECT_EQ(wrong_with("aud", json::array{"evil", "client-1"}), "aud");
    EXPECT_EQ(wrong_with("aud", json::array{"client-1", 7}), "aud");
    EXPECT_EQ(wrong_with("aud", json::object{{"client-1", true}}), "aud");
    EXPECT_EQ(wrong_with("aud", nullptr), "aud");
}

TEST(judge_id_token, azp_does_not_stand_in_for_aud) {
    EXPECT_EQ(wrong_with("azp", "client-1"), "");
    EXPECT_EQ(wrong_with("azp", "client-2"), "azp");
    EXPECT_EQ(wrong_with("azp", nullptr), "azp");
    auto claims = good();
    claims.set("aud", "client-2");
    claims.set("azp", "client-1");
    EXPECT_EQ(wrong(claims), "aud");
}

TEST(judge_id_token, exp_is_the_first_moment_that_is_too_late) {
    EXPECT_EQ(wrong_with("exp", now + 1), "");
    EXPECT_EQ(wrong_with("exp", now), "exp");
    EXPECT_EQ(wrong_with("exp", now - 1), "exp");
    EXPECT_EQ(wrong_with("exp", number("1767225700.5")), "");
    EXPECT_EQ(wrong_with("exp", number("1767225699.9")), "exp");
    EXPECT_EQ(wrong_with("exp", number("1e30")), "");
    EXPECT_EQ(wrong_with("exp", number("-1e30")), "exp");
    EXPECT_EQ(wrong_with("exp", "1767229200"), "exp");
    EXPECT_EQ(wrong_with("exp", nullptr), "exp");
    EXPECT_EQ(wrong_with("exp", true), "exp");
}

TEST(judge_id_token, iat_and_nbf_may_not_lie_ahead) {
    for (const auto* name : {"iat", "nbf"}) {
        EXPECT_EQ(wrong_with(name, now), "");
        EXPECT_EQ(wrong_with(name, now + 1), name);
        EXPECT_EQ(wrong_with(name, now - 604800), "");
        EXPECT_EQ(wrong_with(name, "1"), name);
        EXPECT_EQ(wrong_with(name, nullptr), name);
    }
}

TEST(judge_id_token, leeway_counts_for_all_three_times) {
    auto want = expected();
    want.leeway = 10;
    auto claims = good();
    claims.set("exp", now - 9);
    claims.set("iat", now + 10);
    claims.set("nbf", now + 10);
    EXPECT_EQ(wrong(claims, want), "");
    claims.set("exp", now - 10);
    claims.set("iat", now + 11);
    claims.set("nbf", now + 11);
    EXPECT_EQ(wrong(claims, want), "exp iat nbf");
}

TEST(judge_id_token, sub_is_short_ascii_text) {
    EXPECT_EQ(wrong_with("sub", std::string(255, 'x')), "");
    EXPECT_EQ(wrong_with("sub", std::string(256, 'x')), "sub");
    EXPECT_EQ(wrong_with("sub", ""), "sub");
    EXPECT_EQ(wrong_with("sub", 7), "sub");
    EXPECT_EQ(wrong_with("sub", "gr\xc3\xbc"), "sub");
}

TEST(judge_id_token, nonce_is_the_one_that_was_sent) {
    EXPECT_EQ(wrong_with("nonce", "other"), "nonce");
    EXPECT_EQ(wrong_with("nonce", nullptr), "nonce");
    auto want = expected();
    want.nonce.reset();
    auto claims = good();
    claims.set("nonce", nullptr);
    EXPECT_EQ(wrong(claims, want), "");
}

TEST(judge_id_token, at_hash_belongs_to_the_access_token) {
    EXPECT_EQ(wrong_with("at_hash", "77QmUPtjPfzWtF2AnpK9RA"), "at_hash");
    EXPECT_EQ(wrong_with("at_hash", nullptr), "at_hash");
    auto want = expected();
    want.access_token = "another";
    EXPECT_EQ(wrong(good(), want), "at_hash");
    want.access_token.reset();
    EXPECT_EQ(wrong(good(), want), "");
}

TEST(judge_id_token, a_name_that_stands_there_twice_is_a_finding) {
    auto claims = good();
    claims.append("sub", "user-2");
    EXPECT_EQ(wrong(claims), "sub");
    claims.append("x", 1);
    EXPECT_EQ(wrong(claims), "sub");
    claims.append("x", 1);
    EXPECT_EQ(wrong(claims), "sub x");
}

TEST(judge_id_token, says_what_was_expected_and_what_came) {
    auto claims = good();
    claims.set("aud", json::array{"client-1", "evil"});
    const auto found = judge_id_token(claims, expected());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].clause, "OIDC Core §3.1.3.7 (3)");
    EXPECT_EQ(found[0].expected, "\"client-1\"");
    EXPECT_EQ(found[0].actual, R"(["client-1","evil"])");
}

TEST(id_token, at_hash_is_by_the_hash_of_the_algorithm) {
    // OIDC Core A.3, and the published Polar example.
    const std::string published = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    EXPECT_EQ(left_half_hash(published, jws_alg::RS256), "77QmUPtjPfzWtF2AnpK9RQ");
    EXPECT_EQ(left_half_hash("polar_at_u_ExampleAccessTokForTheSpecDocument0001eHaHA", jws_alg::RS256),
              "HRwBoDlSJ5DDR41UCBgvSw");
    EXPECT_EQ(left_half_hash(published, jws_alg::PS256), left_half_hash(published, jws_alg::ES256));
    // Computed with Python's hashlib: the left half of SHA-512.
    EXPECT_EQ(left_half_hash(published, jws_alg::EdDSA), "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM");
}

}  // namespace
}  // namespace assay::oauth
