// The expectations of a client check's step, judged by the client's report and the issuer's journal.
#include "harness/engine/client/client_judge.hpp"

#include <gtest/gtest.h>

#include "data/yaml.hpp"
#include "harness/engine/client/verbs/table.hpp"
#include "harness/scenario/steps.hpp"

namespace assay::harness {
namespace {

journal_entry request_to(std::string endpoint, std::string target, std::string body = {}) {
    journal_entry e;
    e.endpoint = std::move(endpoint);
    e.document =
        json::value(json::object{{"method", body.empty() ? "GET" : "POST"},
                                 {"target", std::move(target)},
                                 {"request", json::object{{"headers", json::array{}}, {"body", std::move(body)}}},
                                 {"response", json::object{{"status", 200}, {"body", ""}}}});
    return e;
}

step_outcome accepted() {
    return {client_outcome::accepted, json::value(json::object{{"outcome", "accepted"}, {"sub", "ada"}}), {}};
}

step_outcome rejected(const char* code) {
    return {client_outcome::rejected, json::value(json::object{{"outcome", "rejected"}, {"code", code}}), {}};
}

// "at: expected, actual" of every finding, one line each.
std::string found(const std::string& step, const step_outcome& ended, const std::vector<journal_entry>& journal) {
    const auto d = yaml::parse("- " + step + "\n", "test.yaml");
    const auto steps = load_client_steps(*d, d->root, client_verbs());
    if (!steps) return steps.error().text();
    const check of;
    const variables names([](std::string_view) { return result<json::value>(json::value()); });
    const std::vector<leak> leaks;
    const auto all = judge_step({.of = of,
                                 .step = steps->front(),
                                 .label = "1 sign_in",
                                 .ended = ended,
                                 .journal = journal,
                                 .all = journal,
                                 .names = names,
                                 .leaks = leaks,
                                 .person = {},
                                 .printed = {}});
    if (!all) return all.error().text();
    std::string out;
    for (const reports::finding& f : *all) out += f.at + ": " + f.expected + ", " + f.actual + "\n";
    return out;
}

const journal_entry redeemed = request_to("token", "/token", "grant_type=authorization_code&code=abc");

TEST(client_judge, wants_the_outcome_that_the_step_names) {
    const std::string step = "sign_in: {}\n  expect: { outcome: rejected }";
    EXPECT_EQ(found(step, rejected("nonce"), {redeemed}), "");
    EXPECT_NE(found(step, accepted(), {redeemed}).find("outcome: rejected, accepted"), std::string::npos);
}

TEST(client_judge, believes_no_acceptance_without_a_trace_in_the_journal) {
    const std::string step = "sign_in: {}\n  expect: { outcome: accepted }";
    EXPECT_EQ(found(step, accepted(), {redeemed}), "");
    EXPECT_NE(found(step, accepted(), {}), "");
}

TEST(client_judge, looks_at_every_request_to_the_endpoint) {
    const std::string step = "sign_in: {}\n  expect: { seen: [{ token: { form: { code: abc } } }] }";
    EXPECT_EQ(found(step, accepted(), {redeemed}), "");
    const auto other = request_to("token", "/token", "grant_type=authorization_code&code=xyz");
    EXPECT_NE(found(step, accepted(), {redeemed, other}).find("token request, form code"), std::string::npos);
    EXPECT_NE(found(step, rejected("x"), {}), "") << "no request at all is not what was to be seen";
}

TEST(client_judge, counts_requests_and_repeated_parameters) {
    const std::string twice = "sign_in: {}\n  expect: { seen: [{ token: { count: 2 } }] }";
    EXPECT_EQ(found(twice, accepted(), {redeemed, redeemed}), "");
    EXPECT_NE(found(twice, accepted(), {redeemed}), "");
    const std::string once = "sign_in: {}\n  expect: { seen: [{ token: { no_repeats: true } }] }";
    EXPECT_EQ(found(once, accepted(), {redeemed}), "");
    const auto repeats = request_to("token", "/token", "code=abc&code=abc");
    EXPECT_NE(found(once, accepted(), {repeats}).find("token request, code: once, 2 times"), std::string::npos);
}

TEST(client_judge, wants_no_request_where_none_belongs) {
    const std::string step = "sign_in: {}\n  expect: { never: [userinfo] }";
    EXPECT_EQ(found(step, accepted(), {redeemed}), "");
    EXPECT_NE(found(step, accepted(), {redeemed, request_to("userinfo", "/userinfo")}), "");
}

}  // namespace
}  // namespace assay::harness
