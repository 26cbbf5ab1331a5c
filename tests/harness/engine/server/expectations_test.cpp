// Assertions of a server step, judged on an observation.
#include "harness/engine/server/expectations.hpp"

#include <gtest/gtest.h>

#include "data/yaml.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

// "at: expected, actual" of every assertion that does not hold, one line each.
std::string found(const std::string& expect, const observation& a) {
    const auto d = yaml::parse("- request: { path: /x }\n  expect: " + expect + "\n", "test.yaml");
    const auto steps = load_steps(*d, d->root, server_verbs());
    if (!steps) return steps.error().text();
    const variables vars([](std::string_view) { return result<json::value>(json::value()); });
    const auto all = judge(steps->front().expect, a, vars);
    if (!all) return all.error().text();
    std::string out;
    for (const deviation& one : *all) out += one.at + ": " + one.expected + ", " + one.actual + "\n";
    return out;
}

observation answered(int status, const std::string& body) {
    http::response r;
    r.status = status;
    r.head.set("Content-Type", "application/json; charset=utf-8");
    r.head.set("Cache-Control", "no-store");
    r.body = body;
    return observation_of(r);
}

TEST(expectations, hold_of_what_they_describe) {
    const auto a = answered(400, R"({"error": "invalid_grant"})");
    EXPECT_EQ(found("{ status: 400, content_type: application/json, headers: { cache-control: no-store }, "
                    "json: { error: invalid_grant, access_token: !absent }, not_5xx: true }",
                    a),
              "");
}

TEST(expectations, each_say_what_they_wanted_and_what_there_was) {
    const auto a = answered(200, R"({"access_token": "x"})");
    EXPECT_EQ(found("{ status: 400 }", a), "status: 400, 200\n");
    EXPECT_EQ(found("{ json: { error: invalid_grant } }", a), "json /error: invalid_grant, absent\n");
    EXPECT_NE(found("{ json: { access_token: !absent } }", a).find("json /access_token: absent"), std::string::npos);
    EXPECT_NE(found("{ headers: { pragma: !present } }", a), "");
    EXPECT_NE(found("{ not_5xx: true }", answered(503, "{}")).find("no server error"), std::string::npos);
}

TEST(expectations, on_a_redirect_stand_for_what_would_be_in_it) {
    observation a;
    a.redirected = a.at_client = true;
    a.location = "https://client.example/cb?error=access_denied";
    a.query.append("error", "access_denied");
    EXPECT_EQ(found("{ redirect: { query: { error: access_denied, code: !absent } } }", a), "");
    EXPECT_NE(found("{ page: true }", a), "");
    const std::string missing = found("{ redirect: { query: { error: access_denied } } }", answered(200, "{}"));
    EXPECT_EQ(missing.find("redirect query"), std::string::npos)
        << "without a redirect its query is no second finding: " << missing;
    EXPECT_NE(missing, "");
}

TEST(expectations, of_a_jwt_look_at_header_claims_and_lifetime) {
    observation a;
    a.jose = json::object{{"alg", "RS256"}};
    a.claims = json::object{{"iss", "https://as.example"}, {"iat", 100}, {"exp", 160}};
    a.signature = "valid";
    EXPECT_EQ(found("{ jwt: { header: { alg: RS256 }, claims: { iss: https://as.example }, signature: valid, "
                    "lifetime_s: !range [1, 60] } }",
                    a),
              "");
    EXPECT_NE(found("{ jwt: { lifetime_s: !range [1, 59] } }", a).find("jwt exp - iat"), std::string::npos);
    observation none;
    none.signature = "the id_token is no signed JWT";
    EXPECT_EQ(found("{ jwt: { claims: { iss: !present } } }", none), "") << "there is nothing to take apart";
}

}  // namespace
}  // namespace assay::harness
