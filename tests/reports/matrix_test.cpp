// Clients by area, their mutation scores, and the survivors as SARIF.
#include "reports/matrix.hpp"

#include <string>

#include <gtest/gtest.h>

#include "data/json.hpp"
#include "reports/writers.hpp"

namespace assay::tests {
namespace {

using reports::verdict;

reports::row row_of(std::string check, std::string subject, verdict v, bool refusal = true) {
    reports::row r;
    r.check = std::move(check);
    r.subject = std::move(subject);
    r.dialect = "strict";
    r.title = "An ID Token of another issuer is refused";
    r.source = {"OIDC Core §3.1.3.7 (2)"};
    r.verdict = v;
    r.refusal = refusal;
    if (v != verdict::pass && v != verdict::skip) {
        r.findings.push_back({"1 sign_in", "outcome", "rejected", "accepted", "OIDC Core §3.1.3.7 (2)",
                              "scenarios/client/id-token/RP-IDT-02.yaml:10:16"});
    }
    return r;
}

reports::run sample() {
    reports::run r;
    r.subjects = {{"client", "one (public)", "1.0", "", ""}, {"client", "one (post)", "1.0", "", ""}};
    r.rows = {
        row_of("RP-IDT-02", "one (public)", verdict::pass),      row_of("RP-IDT-02", "one (post)", verdict::known),
        row_of("RP-IDT-03", "one (public)", verdict::pass),      row_of("RP-IDT-03", "one (post)", verdict::skip),
        row_of("RP-CB-01", "one (public)", verdict::fail),       row_of("RP-CB-02", "one (public)", verdict::error),
        row_of("RP-CB-03", "one (public)", verdict::skip),       row_of("RP-CB-04", "one (public)", verdict::stale),
        row_of("RP-CB-15", "one (public)", verdict::fail, false)};
    return r;
}

TEST(client_matrix, puts_the_configurations_of_a_client_together) {
    const reports::client_matrix m = reports::matrix_of(sample());
    ASSERT_EQ(m.clients.size(), 1U);
    EXPECT_EQ(m.areas, (std::vector<std::string>{"cb", "idt"}));
    EXPECT_EQ(m.clients[0].name, "one");
    EXPECT_EQ(m.clients[0].version, "1.0");
    EXPECT_EQ(m.clients[0].areas.at("idt").pass, 2U);
    EXPECT_EQ(m.clients[0].areas.at("idt").known, 1U);
    EXPECT_EQ(m.clients[0].sum.fail, 2U);
}

TEST(mutation_score, counts_an_answer_as_refused_when_every_configuration_refused_it) {
    const reports::mutation_score s = reports::matrix_of(sample()).clients[0].score;
    EXPECT_EQ(s.refused, 2U) << "RP-IDT-03 and the stale RP-CB-04; not RP-IDT-02, which one configuration took";
    EXPECT_EQ(s.met, 4U) << "an expected deviation is a survivor all the same";
    EXPECT_EQ(s.undecided, 1U);
    EXPECT_EQ(s.left, 1U);
}

TEST(client_matrix, passes_servers_over) {
    reports::run r = sample();
    r.rows.push_back(row_of("AS-CODE-01", "mock", verdict::fail));
    EXPECT_EQ(reports::matrix_of(r).clients.size(), 1U);
}

TEST(differing_verdicts, names_what_differs) {
    reports::run second = sample();
    EXPECT_TRUE(reports::differing_verdicts(sample(), second).empty());
    second.rows[0].verdict = verdict::fail;
    second.rows.pop_back();
    const auto lines = reports::differing_verdicts(sample(), second);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "RP-CB-15 of one (public) on strict: fail, then not run");
    EXPECT_EQ(lines[1], "RP-IDT-02 of one (public) on strict: pass, then fail");
}

json::value parsed(const std::string& text) {
    auto document = json::parse(text);
    EXPECT_TRUE(document);
    return document ? *document : json::value();
}

// SARIF 2.1.0 §3.13, §3.14, §3.18, §3.27: what a consumer may rely on.
void expect_sarif(const json::value& d) {
    EXPECT_EQ(d.string_at("version"), "2.1.0");
    const json::value* name = d.at_pointer("/runs/0/tool/driver/name");
    ASSERT_NE(name, nullptr);
    EXPECT_EQ(*name->as_string(), "assay");
    const json::array& rules = *d.at_pointer("/runs/0/tool/driver/rules")->as_array();
    for (const json::value& r : *d.at_pointer("/runs/0/results")->as_array()) {
        const auto rule = static_cast<std::size_t>(*r.find("ruleIndex")->as_integer());
        ASSERT_LT(rule, rules.size());
        EXPECT_EQ(rules[rule].string_at("id"), r.string_at("ruleId"));
        const std::string_view level = r.string_at("level");
        EXPECT_TRUE(level == "error" || level == "warning" || level == "note") << level;
        ASSERT_NE(r.at_pointer("/message/text"), nullptr);
        EXPECT_FALSE(r.at_pointer("/message/text")->as_string()->empty());
        ASSERT_NE(r.at_pointer("/locations/0/physicalLocation/artifactLocation/uri"), nullptr);
        EXPECT_GE(r.at_pointer("/locations/0/physicalLocation/region/startLine")->as_integer().value_or(0), 1);
        ASSERT_NE(r.at_pointer("/partialFingerprints/assayRow~1v1"), nullptr);
    }
}

TEST(sarif, holds_what_failed) {
    const json::value d = parsed(reports::format_sarif(sample()));
    expect_sarif(d);
    const json::array& results = *d.at_pointer("/runs/0/results")->as_array();
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(*results[0].at_pointer("/locations/0/physicalLocation/artifactLocation/uri")->as_string(),
              "scenarios/client/id-token/RP-IDT-02.yaml");
    EXPECT_EQ(results[0].at_pointer("/locations/0/physicalLocation/region/startLine")->as_integer(), 10);
}

TEST(sarif, of_survivors_suppresses_what_was_expected) {
    const json::value d = parsed(reports::format_survivors(sample()));
    expect_sarif(d);
    const json::array& results = *d.at_pointer("/runs/0/results")->as_array();
    ASSERT_EQ(results.size(), 2U);
    EXPECT_EQ(results[0].string_at("ruleId"), "RP-CB-01") << "the worst first";
    EXPECT_EQ(results[0].find("suppressions"), nullptr);
    ASSERT_NE(results[1].at_pointer("/suppressions/0/kind"), nullptr);
    EXPECT_EQ(*results[1].at_pointer("/suppressions/0/kind")->as_string(), "external");
}

TEST(sarif, stays_within_what_code_scanning_shows) {
    reports::run r;
    for (int i = 0; i < 5003; ++i) r.rows.push_back(row_of("RP-IDT-02", "one (public)", verdict::fail));
    const json::value d = parsed(reports::format_sarif(r));
    EXPECT_EQ(d.at_pointer("/runs/0/results")->as_array()->size(), 5000U);
    const json::value* note = d.at_pointer("/runs/0/invocations/0/toolExecutionNotifications/0/message/text");
    ASSERT_NE(note, nullptr);
    EXPECT_NE(note->as_string()->find("and 3 more"), std::string::npos);
}

TEST(matrix_on_a_terminal, shows_counts_marks_and_scores) {
    const std::string text = reports::format_matrix(sample(), {.width = 100}, true);
    EXPECT_NE(text.find("2/3~"), std::string::npos) << text;
    EXPECT_NE(text.find("0/4X"), std::string::npos) << text;
    EXPECT_NE(text.find("mutation score"), std::string::npos);
    EXPECT_NE(text.find("50 %"), std::string::npos) << text;
    EXPECT_NE(text.find("scenarios/client/id-token/RP-IDT-02.yaml:10:16"), std::string::npos);
}

TEST(matrix_page, leads_from_a_figure_to_its_worst_row) {
    const std::string page = reports::format_html(sample());
    EXPECT_NE(page.find("href=\"#row-RP-CB-01-one-public-strict\""), std::string::npos);
    EXPECT_NE(page.find("id=\"row-RP-CB-01-one-public-strict\""), std::string::npos);
}

}  // namespace
}  // namespace assay::tests
