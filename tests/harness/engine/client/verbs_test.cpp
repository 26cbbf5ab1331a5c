// The verbs of client checks, and the documents that describe them.
#include <gtest/gtest.h>

#include "data/yaml.hpp"
#include "harness/engine/client/client_run.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/scenario/steps.hpp"
#include "tests/harness/engine/verb_documents.hpp"

namespace assay::harness {
namespace {

result<std::vector<client_step>> steps_of(const std::string& text) {
    const auto d = yaml::parse(text, "test.yaml");
    if (!d) return fail(d.error());
    return load_client_steps(*d, d->root, client_verbs());
}

std::string why_not(const std::string& text) {
    const auto steps = steps_of(text);
    return steps ? "" : steps.error().message;
}

TEST(client_verbs, have_the_schema_that_editors_read) {
    tests::expect_schema_of_verbs(ASSAY_SOURCE_DIR, "client_step", client_verbs(), {"expect"});
}

TEST(client_verbs, stand_in_the_manual_with_what_they_do) {
    tests::expect_verbs_in_manual(ASSAY_SOURCE_DIR, client_verbs());
}

TEST(client_verbs, have_names_of_their_own) {
    tests::expect_names_of_their_own(client_verbs());
}

TEST(client_verbs, say_which_words_they_take) {
    EXPECT_EQ(why_not("- sign_in: { scope: openid, nonce: none, session: keep, after: cool_down }\n"), "");
    EXPECT_EQ(why_not("- sign_in:\n"), "");
    EXPECT_NE(why_not("- sign_in: { session: none }\n").find("session under 'sign_in'"), std::string::npos);
    EXPECT_NE(why_not("- login: { nonce: some }\n"), "");
    EXPECT_EQ(why_not("- deliver: { again: true, session: none, query: { state: x }, to: other }\n"), "");
    EXPECT_NE(why_not("- deliver: { session: keep }\n"), "");
    EXPECT_NE(why_not("- deliver: { scope: openid }\n"), "");
    EXPECT_NE(why_not("- userinfo: { scope: openid }\n"), "");
    EXPECT_NE(why_not("- look: { session: keep }\n"), "");
    EXPECT_NE(why_not("- sing_in: {}\n").find("did you mean 'sign_in'"), std::string::npos);
    EXPECT_NE(why_not("- login: {}\n  deliver: {}\n").find("'deliver' is the second"), std::string::npos);
}

TEST(client_verbs, say_what_a_control_has_of_them) {
    const auto steps =
        steps_of("- login: { sign_in: { user: bob } }\n- deliver: {}\n- refresh: {}\n  expect: { never: [token] }\n");
    ASSERT_TRUE(steps) << steps.error().text();
    const auto signs_in = verb_of(steps->at(0)).in_control(steps->at(0));
    ASSERT_TRUE(signs_in);
    EXPECT_EQ(signs_in->what, &client_sign_in_verb());
    EXPECT_EQ(verb_of(*signs_in).signs_in(*signs_in), "bob");
    EXPECT_FALSE(verb_of(steps->at(1)).in_control(steps->at(1)));
    const auto refreshes = verb_of(steps->at(2)).in_control(steps->at(2));
    ASSERT_TRUE(refreshes);
    EXPECT_FALSE(refreshes->expect) << "a control is accepted, and nothing else is asked of it";
}

TEST(client_verbs, know_which_request_an_acceptance_leaves) {
    const auto steps = steps_of(
        "- sign_in: {}\n- login: {}\n- deliver: {}\n- deliver: { again: true }\n- refresh: {}\n"
        "- userinfo: {}\n- call: {}\n- logout: {}\n- look: { session: before }\n");
    ASSERT_TRUE(steps) << steps.error().text();
    std::string traces;
    for (const client_step& s : *steps) traces += std::string(verb_of(s).trace(s)) + " ";
    EXPECT_EQ(traces, "token  token  token userinfo resource   ");
}

TEST(client_verbs, add_to_the_one_authorization_request_of_a_check) {
    const auto steps =
        steps_of("- sign_in: { scope: a, extra: { prompt: login } }\n- login: { scope: b, nonce: none }\n");
    ASSERT_TRUE(steps) << steps.error().text();
    run_settings s;
    add_request(*steps, s);
    EXPECT_EQ(s.scope, "b");
    EXPECT_FALSE(s.nonce);
    EXPECT_EQ(json::value(s.extra).string_at("prompt"), "login");
}

}  // namespace
}  // namespace assay::harness
