// `assay explain` takes what people have in hand: ids, clauses, areas, error codes, exit codes, in any case of
// letters.
#include <set>

#include "tests/harness/cli/program.hpp"

namespace assay::cli_tests {
namespace {

struct asked {
    const char* name;
    const char* kind;  // in its JSON
    const char* said;
};
constexpr asked table[] = {
    {"AS-PKCE-02", "check", "why"},
    {"as-pkce-02", "check", "AS-PKCE-02: A wrong code_verifier is refused"},
    {"ID_TOKEN_AUD_WRONG", "fault", "Fault id_token_aud_wrong"},
    {"Token.Code_Single_Use", "rule", "Rule token.code_single_use"},
    {"POLAR", "dialect", "Dialect polar"},
    {"as-pkce", "area", "AS-PKCE: Proof Key for Code Exchange"},
    {"rfc7636/4.6", "clause", "AS-PKCE-02"},
    {"RFC7636/4.6", "clause", "AS-PKCE-02"},
    {"RFC 7636 §4.6", "clause", "Run them: assay run --select rfc7636/4.6"},
    {"OIDC Core §3.1.3.7", "clause", "RP-IDT-03"},
    {"Invalid_Grant", "error", "error invalid_grant"},
    {"3", "exit code", "exit code 3: environment"},
    {"exit 3", "exit code", "exit code 3: environment"},
    {"Exit code 130", "exit code", "interrupted"},
};

TEST(explain, takes_what_people_have_in_hand) {
    const folder at;
    for (const asked& a : table) {
        const ended e = assay(at, std::string("explain ") + a.name);
        EXPECT_EQ(e.code, 0) << a.name << ": " << e.err;
        EXPECT_NE(e.out.find(a.said), std::string::npos) << a.name << ": " << e.out;
        const ended told = assay(at, std::string("explain --json ") + a.name);
        const auto document = json::parse(told.out);
        ASSERT_TRUE(document) << a.name << ": " << told.out << told.err;
        EXPECT_EQ(document->string_at("kind"), a.kind) << a.name;
        EXPECT_FALSE(document->string_at("name").empty()) << a.name;
    }
}

TEST(explain, suggests_the_nearest_name) {
    const folder at;
    for (const auto& [wrong, hint] :
         {std::pair{"invalid_grnat", "invalid_grant"}, {"AS-PKC", "AS-PKCE"}, {"7", "no check"}}) {
        const ended e = assay(at, std::string("explain ") + wrong);
        EXPECT_EQ(e.code, 2) << wrong;
        EXPECT_NE(e.err.find(hint), std::string::npos) << e.err;
    }
}

// The texts and what they are about belong together.
TEST(explain, knows_every_area_and_every_exit_code) {
    const folder at;
    const auto checks = json::parse(assay(at, "list checks --json").out);
    ASSERT_TRUE(checks);
    std::set<std::string> areas;
    for (const json::value& c : *checks->as_array()) {
        const std::string id(c.string_at("id"));
        areas.insert(id.substr(0, id.rfind('-')));
    }
    for (const std::string& area : areas)
        EXPECT_NE(assay(at, "explain " + area).out.find("  mend "), std::string::npos) << area;
    for (const char* code : {"0", "1", "2", "3", "4", "5", "6", "130"})
        EXPECT_EQ(assay(at, std::string("explain ") + code).code, 0) << code;
    const std::string yaml = text_of(ASSAY_SOURCE_DIR "/docs/explain.yaml");
    for (std::size_t line = yaml.find("\n  AS-"); line != std::string::npos; line = yaml.find("\n  AS-", line + 1)) {
        const std::string area = yaml.substr(line + 3, yaml.find(':', line) - line - 3);
        EXPECT_TRUE(areas.contains(area)) << "docs/explain.yaml explains " << area << ", which no check is in";
    }
}

}  // namespace
}  // namespace assay::cli_tests
