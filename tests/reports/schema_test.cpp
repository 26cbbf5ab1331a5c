// docs/schema/result.json describes what format_json() writes.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "reports/writers.hpp"
#include "tests/reports/sample_run.hpp"
#include "tests/support/json_schema.hpp"

namespace assay::tests {
namespace {

json::value parsed(const std::string& text) {
    auto v = json::parse(text);
    EXPECT_TRUE(v) << v.error().text();
    return v ? *v : json::value{};
}

json_schema result_schema() {
    std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/docs/schema/result.json");
    std::ostringstream text;
    text << in.rdbuf();
    return json_schema(parsed(text.str()));
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

std::string findings_with(const std::string& from, const std::string& to) {
    std::string text = reports::format_json(sample_run());
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return joined(result_schema().validate(parsed(text)));
}

TEST(result_schema, holds_for_what_is_written) {
    EXPECT_EQ(joined(result_schema().validate(parsed(reports::format_json(sample_run())))), "");
    EXPECT_EQ(joined(result_schema().validate(parsed(reports::format_json({})))), "");
}

TEST(result_schema, lists_every_member_that_is_written) {
    const json::value document = parsed(reports::format_json(sample_run()));
    std::ifstream in(std::string(ASSAY_SOURCE_DIR) + "/docs/schema/result.json");
    std::ostringstream text;
    text << in.rdbuf();
    const json::value schema = parsed(text.str());
    const auto expect_listed = [&](std::string_view document_pointer, std::string_view schema_pointer) {
        const json::value* object = document.at_pointer(document_pointer);
        const json::value* listed = schema.at_pointer(schema_pointer);
        ASSERT_NE(object, nullptr) << document_pointer;
        ASSERT_NE(listed, nullptr) << schema_pointer;
        for (const json::member& m : object->as_object()->members) EXPECT_NE(listed->find(m.name), nullptr) << m.name;
    };
    expect_listed("", "/properties");
    expect_listed("/totals", "/$defs/totals/properties");
    expect_listed("/subjects/0", "/$defs/subject/properties");
    expect_listed("/rows/2", "/$defs/row/properties");
    expect_listed("/rows/2/findings/0", "/$defs/finding/properties");
    expect_listed("/rows/2/exchanges/0", "/$defs/exchange/properties");
}

TEST(result_schema, refuses_a_bad_document) {
    EXPECT_NE(
        findings_with("\"verdict\": \"fail\"", "\"verdict\": \"failed\"").find("/rows/2/verdict: expected one of"),
        std::string::npos);
    EXPECT_EQ(findings_with("\"level\": \"must\"", "\"lvl\": \"must\""), "/rows/0: 'level' is missing\n");
    EXPECT_EQ(findings_with("\"time_us\": 4215000", "\"time_us\": 1.5"),
              "/time_us: expected \"integer\", found number\n");
    EXPECT_EQ(findings_with("\"time_us\": 4215000", "\"time_us\": -1"), "/time_us: minimum is 0\n");
    EXPECT_NE(findings_with("assay.result/1", "assay.result/2").find("/schema: expected"), std::string::npos);
    EXPECT_NE(findings_with("2026-11-24T03:00:00Z", "yesterday").find("/started_at:"), std::string::npos);
}

TEST(json_schema, refuses_a_schema_it_cannot_check) {
    const json_schema odd(parsed(R"({"type": "array", "uniqueItems": true})"));
    EXPECT_EQ(odd.validate(parsed("[]")).size(), 1U);
    const json_schema dangling(parsed(R"({"$ref": "#/$defs/none"})"));
    EXPECT_EQ(dangling.validate(parsed("1")).size(), 1U);
}

TEST(json_schema, knows_choices_and_closed_objects) {
    const json_schema s(parsed(
        R"({"oneOf": [{"type": "string"}, {"type": "object", "properties": {"a": {"type": ["integer", "null"]}},
            "additionalProperties": false}]})"));
    EXPECT_TRUE(s.validate(parsed(R"("x")")).empty());
    EXPECT_TRUE(s.validate(parsed(R"({"a": null})")).empty());
    EXPECT_FALSE(s.validate(parsed(R"({"a": "1"})")).empty());
    EXPECT_FALSE(s.validate(parsed(R"({"b": 1})")).empty());
    EXPECT_FALSE(s.validate(parsed("[]")).empty());
}

}  // namespace
}  // namespace assay::tests
