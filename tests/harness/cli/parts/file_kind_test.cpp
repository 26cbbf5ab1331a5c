// The kinds of files that a user writes: how one is recognised, and that schema and reader of each agree.
#include "harness/cli/lint/file_kind.hpp"

#include <algorithm>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/json_schema.hpp"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

const catalogue& everything() {
    static const catalogue all = load_catalogue(ASSAY_SOURCE_DIR).value();
    return all;
}

std::string kind_name(const std::string& name, const std::string& text) {
    const file_kind* kind = kind_of(yaml::parse(text, name).value(), text);
    return kind == nullptr ? "" : std::string(kind->name);
}

// As an editor validates it: a tag says how a value is used, not what it is.
void untag(yaml::node& n) {
    n.tag.clear();
    for (yaml::node& item : n.items) untag(item);
    for (yaml::entry& e : n.entries) untag(e.value);
}

std::string schema_findings(const file_kind& kind, yaml::document d) {
    untag(d.root);
    const std::string path = std::string(ASSAY_SOURCE_DIR "/docs/schema/") + std::string(kind.name) + ".json";
    std::string out;
    for (const std::string& line :
         tests::json_schema(tests::read_schema(path)).validate(yaml::as_json(d, d.root).value()))
        out += line + "\n";
    return out;
}

std::string reader_findings(const file_kind& kind, const yaml::document& d) {
    std::string out;
    for (const error& e : lint_file(kind, d, everything())) out += e.text() + "\n";
    return out;
}

const file_kind& kind_named(std::string_view name) {
    const auto kinds = file_kinds();
    return *std::find_if(kinds.begin(), kinds.end(), [&](const file_kind& k) { return k.name == name; });
}

TEST(file_kind, is_told_by_the_first_line_the_name_or_the_keys) {
    EXPECT_EQ(kind_name("x.yaml", "# yaml-language-server: $schema=../serve.schema.json\nport: 1\n"), "serve");
    EXPECT_EQ(kind_name("a/client.yaml", "nmae: x\n"), "client");
    EXPECT_EQ(kind_name("x.yaml", "name: a\nstages: []\nmix: []\n"), "plan");
    EXPECT_EQ(kind_name("x.yaml", "known: []\n"), "baseline");
    EXPECT_EQ(kind_name("x.yaml", "id: AS-X-01\ntitle: x\nlevel: must\nstepps: []\n"), "check");
    EXPECT_EQ(kind_name("x.yaml", "name: mine\nextends: strict\n"), "dialect");
    EXPECT_EQ(kind_name("compose.yaml", "name: x\nservices: {}\nvolumes: {}\n"), "");
    EXPECT_EQ(kind_name("openapi.yaml", "openapi: 3.1.0\ninfo: {}\npaths: {}\n"), "");
    EXPECT_EQ(kind_name("workflow.yaml", "name: x\non: push\njobs: {}\n"), "");
}

// Serve files have a draft 07 schema and a test of their own (serve_test.cpp).
TEST(file_kind, every_file_that_ships_is_recognised_and_fits_schema_and_reader) {
    std::size_t files = 0;
    const file_tree here(ASSAY_SOURCE_DIR);
    for (const std::string& name : here.files(".yaml")) {
        const bool ships = name.starts_with("scenarios/server/") || name.starts_with("scenarios/client/") ||
                           name.starts_with("scenarios/profiles/") || name.starts_with("scenarios/load/") ||
                           name.starts_with("servers/") || name.starts_with("clients/") ||
                           name.starts_with("mock_server/dialects/");
        // The examples of a dialect are read by a test of their own (example_exchanges_test.cpp).
        if (!ships || name.find("/app/") != std::string::npos || name.find("/examples/") != std::string::npos)
            continue;
        const std::string text = here.read(name).value();
        const auto d = yaml::parse(text, name);
        const file_kind* kind = d ? kind_of(*d, text) : nullptr;
        ASSERT_NE(kind, nullptr) << name;
        EXPECT_EQ(schema_findings(*kind, *d), "") << name;
        EXPECT_EQ(reader_findings(*kind, *d), "") << name;
        ++files;
    }
    EXPECT_GT(files, 600U);
}

TEST(file_kind, the_keys_of_a_schema_are_those_of_the_reader) {
    for (const std::string_view name : {"server", "baseline", "plan", "profile", "client"}) {
        const file_kind& kind = kind_named(name);
        const auto right = file_tree(embedded_files()).read_yaml(kind.right);
        ASSERT_TRUE(right) << kind.right;
        const json::value schema =
            tests::read_schema(std::string(ASSAY_SOURCE_DIR "/docs/schema/") + std::string(name) + ".json");
        std::vector<std::string> keys{"zz"};
        for (const json::member& m : schema.find("properties")->as_object()->members) keys.push_back(m.name);
        for (const std::string& key : keys) {
            yaml::document d = *right;
            std::erase_if(d.root.entries, [&](const yaml::entry& e) { return e.key == key; });
            d.root.entries.push_back({key, {99, 1}, {}});
            const bool unknown = reader_findings(kind, d).find("unknown key '" + key + "'") != std::string::npos;
            EXPECT_EQ(unknown, key == "zz") << name << " " << key;
        }
    }
}

struct refused_row {
    const char* kind;
    const char* text;
};

TEST(file_kind, what_the_reader_refuses_the_schema_refuses) {
    const std::string server =
        "issuer: http://127.0.0.1:1\nclients: { public: { client_id: a, redirect_uris: [x] } }\n";
    for (const refused_row& row :
         {refused_row{"server", "ready_s: 0\n"},
          {"server", "command: [x]\n"},
          {"server", "destructive: yes\n"},
          {"server", "limits: { requests: 0 }\n"},
          {"server", "limits: { request: 1 }\n"},
          {"server", "sign_in: { usr: ada }\n"},
          {"server", "sign_in: { browser: chrome }\n"},
          {"server", "users: [{ name: ada }]\n"},
          {"server", "organizations: [{ name: acme }]\n"},
          {"baseline", "known: [{ reason: x }]\n"},
          {"baseline", "known: [{ check: AS-CODE-01, sometimes: maybe }]\n"},
          {"baseline", "known: [{ chek: AS-CODE-01 }]\n"},
          {"baseline", "knwon: []\n"},
          {"plan", "mix: [{ weight: 1 }]\nstages: [{ rate: 1, for: 1s }]\n"},
          {"plan", "mix: [{ flow: sign_in, wieght: 1 }]\nstages: [{ rate: 1, for: 1s }]\n"},
          {"plan", "mix: [{ flow: sign_in }]\nstages: [{ rate: 1 }]\n"},
          {"plan", "mix: [{ flow: sign_in }]\nstages: [{ rate: 1, ramp: [1, 2], for: 1s }]\n"},
          {"plan", "mix: [{ flow: sign_in }]\nusers: 0\nfor: 1s\n"},
          {"plan", "mix: [{ flow: sign_in }]\nusers: 1\nfor: 1s\narrivals: even\n"},
          {"plan", "mix: [{ flow: sign_in }]\nusers: 1\nfor: 1s\nevents: [{ at: 1s }]\n"},
          {"profile", "id: x\nchecks: []\n"},
          {"profile", "id: x\ntitle: x\nchecks: [{ id: AS-CODE-01, level: must }]\n"},
          {"profile", "id: x\ntitle: x\nchecks: []\nknown: [{ check: AS-CODE-01 }]\n"}}) {
        const std::string text = (std::string_view(row.kind) == "server" ? server : "") + row.text;
        const yaml::document d = yaml::parse(text, "x.yaml").value();
        EXPECT_NE(reader_findings(kind_named(row.kind), d), "") << text;
        EXPECT_NE(schema_findings(kind_named(row.kind), d), "") << text;
    }
    const yaml::document d = yaml::parse(server, "x.yaml").value();
    EXPECT_EQ(reader_findings(kind_named("server"), d) + schema_findings(kind_named("server"), d), "");
}

}  // namespace
}  // namespace assay::harness
