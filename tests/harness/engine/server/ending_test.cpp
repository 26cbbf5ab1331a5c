#include "harness/engine/server/ending.hpp"

#include <gtest/gtest.h>

#include "data/yaml.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

// The `expect` of a step, as a file would state it.
std::vector<assertion> expect(const std::string& text) {
    const auto d = yaml::parse("- request: { path: /x }\n  expect: " + text + "\n", "test.yaml");
    auto steps = load_steps(*d, d->root, server_verbs());
    EXPECT_TRUE(steps) << steps.error().text();
    return steps ? steps->front().expect : std::vector<assertion>{};
}

observation of_status(int status) {
    http::response r;
    r.status = status;
    r.body = "{}";
    observation a;
    a.response = r;
    a.json = json::value(json::object{});
    return a;
}

bool decided(const std::string& wanted, const observation& a) {
    const variables vars([](std::string_view) { return result<json::value>(json::value()); });
    const auto why = undecidable(expect(wanted), a, vars);
    EXPECT_TRUE(why);
    return why && !*why;
}

TEST(ending, a_server_error_is_no_refusal) {
    for (const char* refusal : {"{ status: 400 }", "{ status: !one_of [400, 401] }", "{ status: !range [400, 499] }",
                                "{ json: { access_token: !absent } }", "{ page: true }"}) {
        EXPECT_FALSE(decided(refusal, of_status(500))) << refusal;
        EXPECT_TRUE(decided(refusal, of_status(400))) << refusal;
        EXPECT_TRUE(decided(refusal, of_status(200))) << refusal;
    }
}

// RFC 6749 §4.1.2.1: a 500 cannot be sent by redirect, so there is an error code for it.
TEST(ending, a_server_error_by_redirect_is_no_refusal_unless_asked_for) {
    step s;
    for (const char* code : {"server_error", "temporarily_unavailable"}) {
        observation a;
        a.redirected = true;
        a.query.append("error", code);
        EXPECT_TRUE(server_failed(s, a)) << code;
        step asks;
        asks.expect.push_back({aspect::redirect_query, "error", {}, {}});
        EXPECT_FALSE(server_failed(asks, a)) << code;
    }
    observation refused;
    refused.redirected = true;
    refused.query.append("error", "invalid_request");
    EXPECT_FALSE(server_failed(s, refused));
    EXPECT_FALSE(server_failed(s, observation{}));
}

TEST(ending, a_404_refuses_only_where_it_is_named) {
    EXPECT_FALSE(decided("{ status: !range [400, 499] }", of_status(404)));
    EXPECT_TRUE(decided("{ status: !one_of [401, 404] }", of_status(404)));
    EXPECT_TRUE(decided("{ status: 404 }", of_status(404)));
}

TEST(ending, a_success_that_does_not_come_is_decided) {
    EXPECT_TRUE(decided("{ status: 200 }", of_status(500)));
    EXPECT_TRUE(decided("{ status: 200 }", of_status(404)));
}

TEST(ending, a_server_error_is_what_a_check_of_robustness_looks_for) {
    EXPECT_TRUE(decided("{ not_5xx: true, status: !range [400, 499] }", of_status(500)));
}

// Otherwise a busy server would fail a check of robustness by 503 and pass it by 429.
TEST(ending, a_check_of_robustness_learns_nothing_from_a_busy_server) {
    EXPECT_FALSE(decided("{ not_5xx: true }", of_status(503)));
    EXPECT_FALSE(decided("{ not_5xx: true }", of_status(429)));
    EXPECT_TRUE(decided("{ not_5xx: true }", of_status(501)));
    EXPECT_TRUE(decided("{ status: !one_of [200, 503] }", of_status(503)));
}

TEST(ending, a_server_that_is_busy_did_not_look) {
    for (const int status : {429, 503}) {
        EXPECT_FALSE(decided("{ status: 200 }", of_status(status)));
        EXPECT_FALSE(decided("{ status: 400 }", of_status(status)));
    }
}

TEST(ending, claims_of_what_is_no_jwt_are_undecided_and_its_signature_is_not) {
    observation a;
    a.signature = "the id_token is no signed JWT: it has no dots";
    EXPECT_FALSE(decided("{ jwt: { claims: { sub: !present } } }", a));
    EXPECT_TRUE(decided("{ jwt: { signature: valid } }", a));
}

ending end_of(errc code, reports::level level, const verb& v = token_verb()) {
    step s;
    s.what = &v;
    return ending_of({code, "because"}, s, level, true);
}

TEST(ending, what_keeps_a_check_from_looking_is_undecided) {
    for (const errc code : {errc::not_found, errc::malformed, errc::limit, errc::connect, errc::timeout, errc::tls})
        EXPECT_EQ(end_of(code, reports::level::must).kind, ending_kind::undecided) << static_cast<int>(code);
    EXPECT_EQ(end_of(errc::unsupported, reports::level::must).kind, ending_kind::not_applicable);
}

TEST(ending, a_server_that_falls_over_fails_a_check_of_robustness) {
    for (const errc code : {errc::malformed, errc::limit, errc::connect, errc::timeout})
        EXPECT_EQ(end_of(code, reports::level::rob).kind, ending_kind::finding) << static_cast<int>(code);
    EXPECT_EQ(end_of(errc::not_found, reports::level::rob).kind, ending_kind::undecided);
    step s;
    s.what = &token_verb();
    EXPECT_EQ(ending_of({errc::connect, "down"}, s, reports::level::rob, false).kind, ending_kind::undecided);
}

TEST(ending, a_request_that_the_server_owes_is_missed) {
    EXPECT_EQ(end_of(errc::not_found, reports::level::must, received_verb()).kind, ending_kind::finding);
}

}  // namespace
}  // namespace assay::harness
