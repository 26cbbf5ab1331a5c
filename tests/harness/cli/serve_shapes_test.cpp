// assay serve in other shapes: its whole configuration in a variable, several hosts at one listener.
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

TEST(serve_hosts, have_certificates_of_the_private_authority) {
    const folder at;
    write(at / "serve.yaml",
          "dialect: strict\nissuers:\n  - { name: a, host: a.localhost }\n  - { name: b, host: b.localhost }\n");
    const server_beside s(at, "--config serve.yaml --tls --tls-dir ca --control 0");
    const auto port = ":" + http::parse_url(s.issuer())->port;
    for (const std::string host : {"localhost", "a.localhost", "b.localhost"}) {
        http::client c({.ca_file = (at / "ca/ca.pem").string()});
        http::call ask;
        ask.origin = "https://" + host + port;
        ask.r.target = "/.well-known/openid-configuration";
        const auto x = c.send(std::move(ask));
        ASSERT_TRUE(x) << x.error().text();
        const auto found = json::parse(x->received.body).value();
        EXPECT_EQ(found.string_at("issuer"), host == "localhost" ? s.issuer() : "https://" + host + port);
    }
    EXPECT_NE(s.printed().find("issuer     https://a.localhost" + port + ", strict"), std::string::npos)
        << s.printed();
    http::client c;
    http::call late{.origin = std::string(s.ready.string_at("control")), .r = {}};
    late.r.method = "POST";
    late.r.target = "/issuers";
    late.r.body = R"({"name": "c", "host": "c.localhost"})";
    const auto refused = c.send(std::move(late));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->received.status, 400);
    EXPECT_NE(refused->received.body.find("the certificate of this mock has no name 'c.localhost'"),
              std::string::npos)
        << refused->received.body;
}

TEST(serve_hosts, beyond_this_machine_need_a_certificate_of_ones_own) {
    const folder at;
    write(at / "serve.yaml", "dialect: strict\nissuers:\n  - { name: a, host: login.example.test }\n");
    const auto e = assay(at, "serve --port 0 --config serve.yaml --tls --tls-dir ca");
    EXPECT_EQ(e.code, 2);
    EXPECT_NE(e.err.find("no certificate for 'login.example.test'; call it NAME.localhost, or give a certificate"),
              std::string::npos)
        << e.err;
    write(at / "wrong.yaml", "dialect: strict\nissuers:\n  - name: a\n    host: https://login.example.test\n");
    const auto wrong = assay(at, "serve --port 0 --config wrong.yaml");
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.err.find("wrong.yaml:4:11: host 'https://login.example.test' must be"), std::string::npos)
        << wrong.err;
}

// Polar's rule is about names, and no name below localhost is among them.
TEST(serve_hosts, are_warned_of_plain_http) {
    const folder at;
    write(at / "serve.yaml", "issuers: [{ name: a, host: a.localhost, dialect: polar }]\n");
    const server_beside s(at, "--config serve.yaml");
    EXPECT_NE(s.printed().find("http://a.localhost:"), std::string::npos) << s.printed();
    EXPECT_NE(s.printed().find("is plain http and not on loopback"), std::string::npos) << s.printed();
}

}  // namespace
}  // namespace assay::cli_tests
