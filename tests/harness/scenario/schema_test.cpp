// docs/schema/check.json accepts the checks that ship, and describes exactly the language of the loader.
#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "data/yaml.hpp"
#include "harness/scenario/loader.hpp"
#include "tests/support/json_schema.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

json::value schema_document() {
    return tests::read_schema(ASSAY_SOURCE_DIR "/docs/schema/check.json");
}

// As an editor validates it: a tag says how a value is used, not what it is.
yaml::node untagged(yaml::node n) {
    n.tag.clear();
    for (yaml::node& item : n.items) item = untagged(std::move(item));
    for (yaml::entry& e : n.entries) e.value = untagged(std::move(e.value));
    return n;
}

std::string findings_of(const tests::json_schema& schema, const yaml::document& d) {
    const auto document = yaml::as_json(d, untagged(d.root));
    if (!document) return document.error().text();
    std::string out;
    for (const std::string& line : schema.validate(*document)) out += line + "\n";
    return out;
}

std::vector<std::string> names_at(const json::value& schema, std::string_view pointer) {
    std::vector<std::string> out;
    const json::value* properties = schema.at_pointer(pointer);
    if (properties == nullptr || !properties->is_object()) return out;
    for (const json::member& m : properties->as_object()->members) out.push_back(m.name);
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> sorted(std::span<const std::string_view> words, std::vector<std::string> more = {}) {
    more.insert(more.end(), words.begin(), words.end());
    std::sort(more.begin(), more.end());
    return more;
}

TEST(check_schema, holds_for_every_check_that_ships) {
    const tests::json_schema schema(schema_document());
    std::size_t files = 0;
    for (const char* side : {"server", "client"}) {
        for (const auto& entry : fs::recursive_directory_iterator(fs::path(ASSAY_SOURCE_DIR) / "scenarios" / side)) {
            if (entry.path().extension() != ".yaml") continue;
            const auto d = yaml::read_file(entry.path().string());
            ASSERT_TRUE(d) << d.error().text();
            EXPECT_EQ(findings_of(schema, *d), "") << entry.path();
            ++files;
        }
    }
    EXPECT_GT(files, 200U);
}

TEST(check_schema, knows_the_words_of_the_loader_and_no_others) {
    const json::value schema = schema_document();
    const language known = words();
    EXPECT_EQ(names_at(schema, "/properties"), sorted(known.check_keys));
    EXPECT_EQ(names_at(schema, "/$defs/expect/properties"), sorted(known.expect_keys));
    EXPECT_EQ(names_at(schema, "/$defs/client_expect/properties"), sorted(known.client_expect_keys));
}

TEST(check_schema, names_the_parties_that_a_clause_can_bind) {
    const json::value schema = schema_document();
    const json::value* names = schema.at_pointer("/$defs/party/enum");
    ASSERT_NE(names, nullptr);
    std::vector<std::string> listed;
    for (const json::value& name : *names->as_array()) listed.push_back(*name.as_string());
    std::sort(listed.begin(), listed.end());
    EXPECT_EQ(listed, sorted(words().parties));
}

TEST(check_schema, refuses_what_the_loader_refuses) {
    const tests::json_schema schema(schema_document());
    const auto findings = [&](const std::string& steps) {
        const auto d =
            yaml::parse("id: AS-X-01\ntitle: t\nsource: [RFC 1]\nlevel: must\nwitness: f\nsteps:\n" + steps, "x");
        return d ? findings_of(schema, *d) : d.error().text();
    };
    EXPECT_EQ(findings("  - token: {}\n"), "");
    EXPECT_NE(findings("  - tokne: {}\n"), "");
    EXPECT_NE(findings("  - token: {}\n    expect: { stauts: 200 }\n"), "");
    EXPECT_NE(findings("  - for_each: { name: x, in: [1] }\n"), "");
    EXPECT_NE(findings("  - token: {}\n    save: { x: jason.x }\n"), "");
}

}  // namespace
}  // namespace assay::harness
