// assay serve in other shapes: its whole configuration in a variable.
#include <algorithm>

#include "data/yaml.hpp"
#include "http/client.hpp"
#include "http/url.hpp"
#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

http::response get_at(const std::string& origin, const std::string& target, http::headers head = {}) {
    http::client c;
    http::call ask;
    ask.origin = origin;
    ask.r.target = target;
    ask.r.head = std::move(head);
    const auto x = c.send(std::move(ask));
    EXPECT_TRUE(x) << origin << target << (x ? "" : x.error().text());
    return x ? x->received : http::response{};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto n = text.find(from); n != std::string::npos; n = text.find(from, n + to.size()))
        text.replace(n, from.size(), to);
    return text;
}

// The text that docs/serve.md shows as part of a Compose file.
std::string documented_variable() {
    const auto docs = text_of(ASSAY_SOURCE_DIR "/docs/serve.md");
    const auto begin = docs.find("services:\n  assay:\n");
    const auto d = yaml::parse(docs.substr(begin, docs.find("```", begin) - begin), "docs/serve.md").value();
    const auto whole = yaml::as_json(d, d.root).value();
    return replaced(*whole.at_pointer("/services/assay/environment/ASSAY_CONFIG_YAML")->as_string(), "$$", "$");
}

TEST(serve_variable, holds_the_whole_configuration_as_documented) {
    const folder at;
    const server_beside s(at, "--control 0", "serve.err", "ASSAY_CONFIG_YAML='" + documented_variable() + "'");
    EXPECT_EQ(s.issuer(), "http://assay.localhost:8080");
    EXPECT_EQ(s.ready.string_at("dialect"), "strict");
    const std::string control(s.ready.string_at("control"));
    EXPECT_EQ(get_at(control, "/issuers/default/clients/my-app").status, 200);
    EXPECT_NE(get_at(control, "/issuers/default/claims").body.find("${user.username}@lab.example"),
              std::string::npos);
}

TEST(serve_variable, yields_to_options_and_variables) {
    const folder at;
    const server_beside s(at, "--dialect strict", "serve.err",
                          "ASSAY_PUBLIC_URL=https://variable.test "
                          "ASSAY_CONFIG_YAML='{dialect: polar, public_url: https://file.test}'");
    EXPECT_EQ(s.ready.string_at("dialect"), "strict");
    EXPECT_EQ(s.issuer(), "https://variable.test");
}

TEST(serve_variable, is_named_with_line_and_column_where_it_is_wrong) {
    const folder at;
    write(at / "serve.yaml", "dialect: strict\n");
    struct wrong_variable {
        const char* before;
        const char* options;
        const char* said;
    };
    for (const auto& row : {wrong_variable{"ASSAY_CONFIG_YAML='prot: 1'", "",
                                           "assay: ASSAY_CONFIG_YAML:1:1: unknown key 'prot' in serve; did you mean "
                                           "'port'?"},
                            {"ASSAY_CONFIG_YAML='dialect: strict\nport: eighty'", "", "ASSAY_CONFIG_YAML:2:7: "},
                            {"ASSAY_CONFIG_YAML='a: [b'", "", "ASSAY_CONFIG_YAML:1:"},
                            {"ASSAY_CONFIG_YAML=serve.yaml", "", "ASSAY_CONFIG_YAML:1:1: a map of options"},
                            {"ASSAY_CONFIG_YAML='port: 0'", "--config serve.yaml",
                             "assay: ASSAY_CONFIG_YAML and --config serve.yaml both give the whole configuration; "
                             "leave one of them out\n"}}) {
        const auto e =
            assay(at, std::string("serve ") + row.options, std::string("env ") + row.before + " " + ASSAY_PROGRAM);
        EXPECT_EQ(e.code, 2) << row.before;
        EXPECT_NE(e.err.find(row.said), std::string::npos) << row.before << ": " << e.err;
        EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << e.err;
    }
    const server_beside s(at, "--config serve.yaml", "serve.err", "ASSAY_CONFIG_YAML=");
    EXPECT_EQ(s.ready.string_at("dialect"), "strict") << "an empty variable is none";
}

}  // namespace
}  // namespace assay::cli_tests
