// The verbs of server checks, and the documents that describe them.
#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/engine/server/verbs/table.hpp"
#include "tests/support/json_schema.hpp"

namespace assay::harness {
namespace {

std::string text_of_file(const std::string& name) {
    std::ifstream in(ASSAY_SOURCE_DIR "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(server_verbs, have_the_schema_that_editors_read) {
    const json::value schema = tests::read_schema(ASSAY_SOURCE_DIR "/docs/schema/check.json");
    const json::value* written = schema.at_pointer("/$defs/server_step/properties");
    ASSERT_NE(written, nullptr);
    for (const verb* one : server_verbs()) {
        const json::value wanted(one->schema(server_verbs()));
        const json::value* found = written->find(one->name());
        ASSERT_NE(found, nullptr) << "docs/schema/check.json lacks \"" << one->name()
                                  << "\": " << json::format_pretty(wanted);
        EXPECT_EQ(*found, wanted) << "docs/schema/check.json should have \"" << one->name()
                                  << "\": " << json::format_pretty(wanted);
    }
    for (const json::member& m : written->as_object()->members) {
        const bool beside =
            m.name == "expect" || m.name == "given" || m.name == "save" || m.name == "collect" || m.name == "when";
        EXPECT_EQ(find_verb(server_verbs(), m.name) != nullptr, !beside) << m.name;
    }
}

TEST(server_verbs, stand_in_the_manual_with_what_they_do) {
    const std::string manual = text_of_file("docs/scenarios.md");
    for (const verb* one : server_verbs()) {
        const std::string row = fmt::format("| `{}` | {} |\n", one->name(), one->help());
        EXPECT_NE(manual.find(row), std::string::npos) << "docs/scenarios.md lacks the row\n" << row;
    }
}

TEST(server_verbs, have_names_of_their_own) {
    std::vector<std::string_view> names;
    for (const verb* one : server_verbs()) names.push_back(one->name());
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
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
    const auto c = load_check(*d, {server_verbs()});
    return c ? "" : c.error().message;
}

TEST(server_verbs, say_which_words_they_take) {
    EXPECT_EQ(why_not("  - token: { code: x, auth: none }\n"), "");
    EXPECT_EQ(why_not("  - token: { auth: nun }\n"), "auth knows no 'nun'; did you mean 'none'?");
    EXPECT_EQ(why_not("  - token: { session: keep }\n"), "'session' has no meaning under 'token'");
    EXPECT_NE(why_not("  - jwks: { code: x }\n"), "");
    EXPECT_NE(why_not("  - rotate_keys: { now: true }\n"), "");
    EXPECT_EQ(why_not("  - race: { times: 2, token: {} }\n    expect: { exactly_one: { status: 200 } }\n"), "");
    EXPECT_NE(why_not("  - race: { times: 2, authorize: {} }\n"), "");
    EXPECT_NE(why_not("  - race: { times: 2, token: { over: http } }\n"), "");
    EXPECT_EQ(why_not("  - token: {}\n    expect: { exactly_one: { status: 200 } }\n"),
              "'exactly_one' is for 'race' alone");
    EXPECT_NE(why_not("  - handshake: { versions: [TLSv1.4] }\n"), "");
}

}  // namespace
}  // namespace assay::harness
