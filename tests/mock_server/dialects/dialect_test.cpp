// Dialects as data: reading, extending, showing, comparing, the schema, and their metadata.
#include "mock_server/dialects/dialect.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "data/yaml.hpp"
#include "mock_server/dialects/dialect_fields.hpp"
#include "mock_server/dialects/dialect_text.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "tests/mock_server/flow.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/json_schema.hpp"

namespace assay::mock {
namespace {

namespace fs = std::filesystem;
using testing::flow;

std::string error_of(const std::string& yaml) {
    const auto d = parse_dialect(yaml, "mine.yaml");
    return d ? "" : d.error().text();
}

std::string text_of(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

class EveryDialect : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Names, EveryDialect,
                         ::testing::Values("strict", "polar@2025-02", "polar@2025-10", "polar@2026-06-17",
                                           "polar@2026-06-26"),
                         [](const auto& p) {
                             std::string name = p.param;
                             for (auto& c : name) c = c == '@' || c == '-' ? '_' : c;
                             return name;
                         });

TEST(Dialects, AreThese) {
    std::vector<std::string> names;
    for (const auto& d : dialects()) {
        if (d->sources.empty()) names.push_back(d->name);  // providers' state theirs; example_exchanges_test.cpp
    }
    EXPECT_EQ(names, (std::vector<std::string>{"polar@2025-02", "polar@2025-10", "polar@2026-06-17",
                                               "polar@2026-06-26", "strict"}));
    EXPECT_EQ((*find_dialect("polar"))->name, "polar@2025-02");
}

// One is read when it is asked for, from the file that its name or alias begins.
TEST(Dialects, EachIsFoundByItsNameAndItsAliases) {
    for (const auto& d : dialects()) {
        EXPECT_EQ(find_dialect(d->name).value_or(nullptr), d) << d->name;
        for (const auto& alias : d->aliases) EXPECT_EQ(find_dialect(alias).value_or(nullptr), d) << alias;
    }
    EXPECT_FALSE(find_dialect("pola"));
    EXPECT_FALSE(find_dialect(""));
    EXPECT_NE(find_dialect("polra").error().message.find("did you mean 'polar'?"), std::string::npos);
}

TEST_P(EveryDialect, IsShownAsAFileThatReadsBackTheSame) {
    const auto d = *find_dialect(GetParam());
    const auto text = show_dialect(*d);
    const auto again = parse_dialect(text, "shown.yaml");
    ASSERT_TRUE(again) << again.error().text() << "\n" << text;
    EXPECT_EQ(show_dialect(*again), text);
    EXPECT_TRUE(compare_dialects(*d, *again).empty());
    EXPECT_EQ(again->capabilities, d->capabilities);
}

// Discovery is generated from what is enabled: every endpoint in it answers, and no enabled endpoint is missing.
TEST_P(EveryDialect, MetadataNamesExactlyWhatAnswers) {
    flow f(GetParam());
    const auto& d = f.at->speaks();
    const auto m = flow::body_of(f.get("/.well-known/openid-configuration"));
    const std::string url = f.at->url();
    EXPECT_EQ(m.string_at("issuer"), url);
    for (const auto& row : endpoint_rows) {
        const std::string path(path_of(row, d));
        const std::string member(row.metadata_member);
        if (member.empty()) continue;
        if (path.empty()) {
            EXPECT_EQ(m.find(member), nullptr) << member;
            continue;
        }
        EXPECT_EQ(m.string_at(member), url + path) << member;
        EXPECT_NE(f.get(path).status, 404) << member;
    }
    for (const auto& grant : d.grant_types) {
        const auto r = f.post(testing::path_in(d, "token"), {{"grant_type", grant}}, f.basic);
        EXPECT_EQ(r.body.find("unsupported_grant_type"), std::string::npos) << grant;
    }
    const auto* scopes = m.find("scopes_supported")->as_array();
    EXPECT_EQ(scopes->size(), d.scopes_supported.size());
    EXPECT_EQ(f.authorize({{"scope", "openid"}}).find("error"), nullptr);
    for (const auto& method : d.code_challenge_methods) {
        const auto challenge = method == "plain" ? f.verifier : oauth::s256_challenge(f.verifier);
        const auto back = f.authorize({{"code_challenge", challenge}, {"code_challenge_method", method}});
        EXPECT_NE(back.find("code"), nullptr) << method;
    }
    const auto published = flow::body_of(f.get(testing::path_in(d, "jwks")));
    ASSERT_NE(published.find("keys"), nullptr);
    EXPECT_FALSE(published.find("keys")->as_array()->empty());
}

TEST(DialectFile, StatesOnlyWhatDiffers) {
    const auto d = parse_dialect(
        "name: acme\nextends: strict\npaths: { token: /t, introspect: \"\" }\nlifetimes: { code: 5 }\n"
        "not_enforced: [authorize.pkce_or_nonce]\nenforced: [authorize.nonce_fresh]\n"
        "refusals:\n  token.code_known: { status: 401, error: bad_code, description: \"\" }\n",
        "acme.yaml");
    ASSERT_TRUE(d) << d.error().text();
    const auto& strict = **find_dialect("strict");
    EXPECT_EQ(testing::path_in(*d, "token"), "/t");
    EXPECT_TRUE(testing::path_in(*d, "introspect").empty());
    EXPECT_EQ(testing::path_in(*d, "authorize"), testing::path_in(strict, "authorize"));
    EXPECT_EQ(d->code_lifetime, 5);
    EXPECT_FALSE(d->enforces(rule::authorize_pkce_or_nonce));
    EXPECT_TRUE(d->enforces(rule::authorize_nonce_fresh));
    EXPECT_TRUE(d->aliases.empty());
    const auto differences = compare_dialects(strict, *d);
    EXPECT_EQ(differences.size(), 6U);
}

TEST(DialectFile, CanDoNothingAtAnEndpointThatItTakesAway) {
    const auto d = parse_dialect("name: a\nextends: strict\npaths: { introspect: \"\", par: \"\" }\n", "mine.yaml");
    ASSERT_TRUE(d) << d.error().text();
    for (const auto& [capability, there] : {std::pair{"introspect", false}, {"par", false}, {"revoke", true}})
        EXPECT_EQ(std::count(d->capabilities.begin(), d->capabilities.end(), capability), there ? 1 : 0)
            << capability;
}

TEST(DialectFile, SpeaksOnceItIsLoaded) {
    const tests::folder own;
    const auto path = own.file("dialect.yaml");
    std::ofstream(path) << "name: own@1\nextends: strict\nlifetimes: { access_token: 77 }\n";
    const auto d = load_dialect(path);
    ASSERT_TRUE(d) << d.error().text();
    flow f("own@1");
    EXPECT_EQ(f.tokens().find("expires_in")->as_integer(), 77);
    std::ofstream(path) << "name: polar\nextends: strict\n";
    const auto taken = load_dialect(path);
    ASSERT_FALSE(taken);
    EXPECT_NE(taken.error().text().find("another name"), std::string::npos) << taken.error().text();
}

struct mistake {
    const char* name;
    const char* yaml;
    const char* says;
};
class DialectMistake : public ::testing::TestWithParam<mistake> {};
TEST_P(DialectMistake, IsNamedWithItsPlace) {
    const auto text = error_of(GetParam().yaml);
    EXPECT_NE(text.find(GetParam().says), std::string::npos) << text;
    EXPECT_TRUE(text.starts_with("mine.yaml:")) << text;
}
INSTANTIATE_TEST_SUITE_P(
    Rows, DialectMistake,
    ::testing::Values(mistake{"unknown_member", "name: a\nextends: strict\nlifetime: { code: 1 }\n",
                              "mine.yaml:3:1: unknown key 'lifetime' in a dialect; did you mean 'lifetimes'?"},
                      mistake{"unknown_rule", "name: a\nextends: strict\nnot_enforced:\n  - token.code_knwon\n",
                              "mine.yaml:4:5: unknown rule 'token.code_knwon'; did you mean 'token.code_known'?"},
                      mistake{"unknown_base", "name: a\nextends: strickt\n",
                              "mine.yaml:2:10: unknown dialect 'strickt'; did you mean 'strict'?"},
                      mistake{"wrong_type", "name: a\nextends: strict\nlifetimes: { code: soon }\n",
                              "mine.yaml:3:20: expected a whole number"},
                      mistake{"wrong_value", "name: a\nextends: strict\nsigning: { alg: RS265 }\n",
                              "'alg' must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, "
                              "EdDSA, Ed25519, not 'RS265'; did you mean 'RS256'?"},
                      mistake{"wrong_path", "name: a\nextends: strict\npaths: { token: token }\n",
                              "must start with /"},
                      mistake{"status", "name: a\nextends: strict\nrefusals: { token.code_known: { status: 200 } }\n",
                              "400 to 599"},
                      mistake{"no_name", "extends: strict\n", "a dialect needs a 'name'"},
                      mistake{"no_paths", "name: a\n", "'extends: strict'"},
                      mistake{"no_map", "- a\n", "a dialect is a map"}),
    [](const auto& p) { return p.param.name; });

TEST(DialectSchema, IsTheOneThatShips) {
    const auto path = ASSAY_SOURCE_DIR "/docs/schema/dialect.json";
    EXPECT_EQ(text_of(path), json::format_pretty(json::value(dialect_schema())) + "\n")
        << "write it anew: assay dialect schema > docs/schema/dialect.json";
}

TEST(DialectSchema, TakesEveryDialectThatShipsAndNoMistake) {
    const tests::json_schema schema{json::value(dialect_schema())};
    const auto findings = [&](const yaml::document& d) { return schema.validate(*yaml::as_json(d, d.root)); };
    for (const auto& file : fs::directory_iterator(ASSAY_SOURCE_DIR "/mock_server/dialects")) {
        if (file.path().extension() != ".yaml") continue;  // there is code in the same folder
        const auto d = yaml::read_file(file.path().string());
        ASSERT_TRUE(d);
        for (const auto& line : findings(*d)) ADD_FAILURE() << file.path() << ": " << line;
    }
    for (const char* wrong : {"name: a\nlifetime: {}\n", "name: a\nlifetimes: { code: soon }\n", "title: a\n",
                              "name: a\nnot_enforced: [token.code_knwon]\n", "name: a\nsigning: { alg: RS265 }\n"}) {
        EXPECT_FALSE(findings(*yaml::parse(wrong, "x")).empty()) << wrong;
    }
}

}  // namespace
}  // namespace assay::mock
