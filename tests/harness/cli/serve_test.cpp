// assay serve as users run it: options, variables and a file; the ready file; SIGTERM; errors in a file.
#include <csignal>
#include <cstdio>
#include <thread>

#include "data/yaml.hpp"
#include "http/client.hpp"
#include "http/url.hpp"
#include "tests/harness/cli/program.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/waiting.hpp"

namespace assay::cli_tests {
namespace {

using headers = std::vector<std::pair<std::string, std::string>>;

constexpr const char* whole_file = R"(dialect: strict
address: 127.0.0.1
port: 0
expose: false
exit_with_stdin: false
sign_in: auto
any_user: true
isolated: true
public_url: https://mock.test
trust_proxies: []
control: 0
control_address: 127.0.0.1
expose_control: false
no_sandbox: false
control_token: ""
control_token_file: ""
allow_hosts: [client.test]
ca: ""
store: memory
store_password_file: ""
resources: [/mcp]
signing_algs: [ES384, RS256]
rsa_bits: 3072
trusted_issuers: [{ issuer: "https://ci.example", jwks_uri: "https://ci.example/jwks", subjects: { "repo:acme/app": rosalind } }]
inspector: "off"
fault_issuers: "on"
issuers_on_demand: true
memory: 64MB
log: json
threads: 1
tls: true
tls_dir: ca
tls_cert: ""
tls_key: ""
seed: s
journal: 1
ready_file: ready.json
clients: [{ client_id: mine, client_secret: s3cret, redirect_uris: [http://localhost:3000/cb], lifetimes: { code: 30 },
           roles: [robot] }]
organizations: [{ slug: lab, name: The Lab, sso_enforced: false }]
users: [{ username: rosalind, email: r@lab.example, organizations: [lab], manages: [lab], session_organizations: [lab],
          roles: [admin], groups: [staff] }]
claims: [{ claims: { tier: gold }, user: rosalind, client_id: mine, scope: email, in: [id_token, userinfo] }]
faults: [jwks_status=503@1, { fault: token_status, status: 500, nth: 2 }]
issuers: [{ name: other, dialect: polar, sign_in: by_request, ttl_s: 60, journal: 10, host: other.localhost }]
)";

// A running server, ended by SIGTERM or, at the latest, with the test.
class serving {
public:
    serving(const folder& at, const std::string& before, const std::string& options)
        : at_(at), program_(at, before, "serve " + options) {}

    json::value ready() {
        json::value said;
        const bool is = tests::came("its ready file", [&] {
            said = json::parse(text_of(at_ / "ready.json")).value_or(json::value());
            return said.as_object() != nullptr || !program_.runs();
        });
        if (!is || said.as_object() == nullptr) ADD_FAILURE() << "it did not get ready: " << program_.errors();
        return said;
    }

    int end() { return program_.end(SIGTERM); }

private:
    const folder& at_;
    program_beside program_;
};

http::response get(std::string_view origin, const std::string& target) {
    http::client c;
    http::call ask;
    ask.origin = std::string(origin);
    ask.r.target = target;
    const auto x = c.send(std::move(ask));
    EXPECT_TRUE(x) << target;
    return x ? x->received : http::response{};
}

TEST(serve, reads_everything_from_a_file) {
    const folder at;
    write(at / "serve.yaml", whole_file);
    serving s(at, "", "--config serve.yaml");
    const auto ready = s.ready();
    EXPECT_EQ(ready.string_at("issuer"), "https://mock.test");
    EXPECT_EQ(ready.string_at("dialect"), "strict");
    EXPECT_EQ(ready.find("inspector"), nullptr);
    const auto issuers = json::parse(get(ready.string_at("control"), "/issuers").body).value();
    ASSERT_EQ(issuers.find("issuers")->as_array()->size(), 2U);
    EXPECT_EQ(*issuers.at_pointer("/issuers/1/name")->as_string(), "other");
    EXPECT_EQ(issuers.at_pointer("/issuers/0/isolated")->as_boolean(), true);
    const auto client = get(ready.string_at("control"), "/issuers/default/clients/mine");
    EXPECT_EQ(client.status, 200);
    EXPECT_NE(client.body.find(R"("lifetimes":{"code":30})"), std::string::npos) << client.body;
    const auto user = json::parse(get(ready.string_at("control"), "/issuers/default/users/rosalind").body).value();
    EXPECT_EQ(user.find("manages")->as_array()->size(), 1U);
    EXPECT_EQ(get(ready.string_at("control"), "/issuers/default/users/ada").status, 404);
    EXPECT_NE(get(ready.string_at("control"), "/issuers/default/claims").body.find("gold"), std::string::npos);
    EXPECT_NE(text_of(at / "stderr").find("rosalind (lab), or under any name; no passwords"), std::string::npos);
    const auto faults = json::parse(get(ready.string_at("control"), "/issuers/default/faults").body).value();
    EXPECT_EQ(faults.find("faults")->as_array()->size(), 2U);
    EXPECT_EQ(s.end(), 0);
    EXPECT_EQ(text_of(at / "stdout"), text_of(at / "ready.json")) << "one line, the same in both places";
}

TEST(serve, keeps_as_much_of_a_journal_as_is_wanted) {
    for (const auto& [wanted, kept] : {std::pair{"\"off\"", 0U}, {"1", 1U}}) {
        const folder at;
        write(at / "serve.yaml",
              std::string("port: 0\ncontrol: 0\nready_file: ready.json\njournal: ") + wanted + "\n");
        serving s(at, "", "--config serve.yaml --dialect strict");
        const auto ready = s.ready();
        for (const auto* path : {"/jwks", "/userinfo"}) (void)get(ready.string_at("origin"), path);
        const auto journal = json::parse(get(ready.string_at("control"), "/issuers/default/journal").body).value();
        EXPECT_EQ(journal.find("entries")->as_array()->size(), kept);
        EXPECT_EQ(s.end(), 0);
    }
}

TEST(serve, lets_the_command_line_win_over_variables_and_these_over_the_file) {
    const folder at;
    write(at / "serve.yaml", "dialect: strict\nport: 0\nready_file: nowhere.json\npublic_url: https://file.test\n");
    serving s(at, "ASSAY_READY_FILE=ready.json ASSAY_PUBLIC_URL=https://variable.test ASSAY_CONFIG=serve.yaml",
              "--public-url https://line.test");
    const auto ready = s.ready();
    EXPECT_EQ(ready.string_at("issuer"), "https://line.test");
    EXPECT_EQ(ready.string_at("dialect"), "strict");
    EXPECT_EQ(s.end(), 0);
}

TEST(serve, finishes_what_is_in_progress_when_told_to_end) {
    const folder at;
    serving s(at, "", "--port 0 --control 0 --ready-file ready.json --fault tcp_delay=400@jwks --log json");
    const auto ready = s.ready();
    const std::string origin(ready.string_at("origin"));
    http::response late;
    std::thread asks([&] { late = get(origin, "/.well-known/jwks.json"); });
    // The request is being handled once it is in the journal; its answer is still to come.
    EXPECT_TRUE(tests::came("the request in the journal", [&] {
        return get(ready.string_at("control"), "/issuers/default/journal").body.find("jwks") != std::string::npos;
    }));
    EXPECT_EQ(s.end(), 0);
    asks.join();
    EXPECT_EQ(late.status, 200);
    EXPECT_NE(text_of(at / "stderr").find("Stopping"), std::string::npos);
    EXPECT_NE(text_of(at / "stderr").find("\"endpoint\":\"jwks\""), std::string::npos) << "--log json";
}

int status_of(const std::string& origin, const headers& more) {
    http::client c;
    http::call ask;
    ask.origin = origin;
    ask.r.target = "/issuers";
    for (const auto& [name, value] : more) ask.r.head.append(name, value);
    const auto x = c.send(std::move(ask));
    EXPECT_TRUE(x);
    return x ? x->received.status : 0;
}

TEST(serve, opens_the_control_api_to_other_machines_only_when_asked_and_to_whoever_has_its_token) {
    const folder at;
    const auto refused = assay(at, "serve --port 0 --control 0 --control-address 0.0.0.0");
    EXPECT_EQ(refused.code, 2);
    EXPECT_NE(refused.err.find("--expose-control"), std::string::npos) << refused.err;
    const auto short_token =
        assay(at, "serve --port 0 --control 0 --control-address 0.0.0.0 --expose-control --control-token short");
    EXPECT_EQ(short_token.code, 2);
    EXPECT_EQ(assay(at, "serve --port 0 --control-address 0.0.0.0 --expose-control").code, 2) << "no --control";
    serving s(at, "", "--port 0 --control 0 --control-address 0.0.0.0 --expose-control --ready-file ready.json");
    const auto ready = s.ready();
    const auto port = http::parse_url(std::string(ready.string_at("control")))->port;
    const std::string origin = "http://127.0.0.1:" + port;
    const std::string token(ready.string_at("control_token"));
    EXPECT_GE(token.size(), 32U);
    EXPECT_EQ(status_of(origin, {}), 401);
    EXPECT_EQ(status_of(origin, {{"Authorization", "Bearer x"}}), 401);
    EXPECT_EQ(status_of(origin, {{"Authorization", "Bearer " + token}}), 200);
    EXPECT_EQ(status_of(origin, {{"Authorization", "Bearer " + token}, {"Host", "mock:" + port}}), 200);
    EXPECT_EQ(status_of(origin, {{"Authorization", "Bearer " + token}, {"Origin", "http://page.test"}}), 403);
    EXPECT_EQ(s.end(), 0);
}

TEST(serve, says_at_once_that_plain_http_will_be_refused_and_how_it_is_let_in) {
    const auto said_of = [](const std::string& options) {
        const folder at;
        serving s(at, "", "--port 0 --ready-file ready.json " + options);
        (void)s.ready();
        EXPECT_EQ(s.end(), 0);
        return text_of(at / "stderr");
    };
    const std::string words = "http://mock:8080 is plain http and not on loopback: ";
    const std::string at_mock = "--public-url http://mock:8080 ";
    EXPECT_NE(said_of(at_mock).find(words + "polar"), std::string::npos);
    for (const auto* more : {"--dialect strict", "--fault defect:transport.secure"})
        EXPECT_NE(said_of(at_mock + more).find(words + "clients that refuse it"), std::string::npos) << more;
    for (const auto* options : {"", "--public-url https://mock.test"})
        EXPECT_EQ(said_of(options).find("not on loopback"), std::string::npos) << options;
}

TEST(serve, speaks_tls_where_a_variable_or_the_file_says_so) {
    const folder at;
    write(at / "serve.yaml", "tls: true\ntls_dir: ca\nport: 0\nready_file: ready.json\n");
    for (const auto& [variables, options] :
         {std::pair{"ASSAY_TLS=true ASSAY_TLS_DIR=ca", "--port 0 --ready-file ready.json"},
          {"", "--config serve.yaml"}}) {
        std::remove((at / "ready.json").c_str());
        serving s(at, variables, options);
        const auto ready = s.ready();
        EXPECT_TRUE(ready.string_at("issuer").starts_with("https://")) << ready.string_at("issuer");
        EXPECT_TRUE(ready.string_at("ca_file").ends_with("/ca/ca.pem")) << ready.string_at("ca_file");
        EXPECT_EQ(s.end(), 0);
    }
}

TEST(serve, asks_for_a_control_token_of_ones_own) {
    const folder at;
    serving s(at, "ASSAY_CONTROL_TOKEN=mine", "--port 0 --control 0 --ready-file ready.json");
    const auto ready = s.ready();
    const std::string origin(ready.string_at("control"));
    EXPECT_EQ(ready.find("control_token"), nullptr) << "whoever chose it has it";
    EXPECT_EQ(status_of(origin, {}), 401);
    EXPECT_EQ(status_of(origin, {{"Authorization", "Bearer mine"}}), 200);
    EXPECT_EQ(s.end(), 0);
    EXPECT_EQ(text_of(at / "stderr").find("mine"), std::string::npos);
}

TEST(serve, has_fault_issuers_beyond_loopback_where_they_are_asked_for) {
    const folder at;
    for (const auto& [options, expected] : {std::pair{"", 200},
                                            {"--fault-issuers off", 404},
                                            {"--address 0.0.0.0 --expose", 404},
                                            {"--address 0.0.0.0 --expose --fault-issuers on", 200}}) {
        std::remove((at / "ready.json").c_str());
        serving s(at, "", std::string("--port 0 --control 0 --ready-file ready.json ") + options);
        const auto origin = http::parse_url(std::string(s.ready().string_at("origin")));
        ASSERT_TRUE(origin);
        http::client c;
        http::call ask;
        ask.origin = "http://127.0.0.1:" + origin->port;
        ask.r.target = "/f/token_status/.well-known/openid-configuration";
        const auto got = c.send(std::move(ask));
        ASSERT_TRUE(got) << got.error().text();
        EXPECT_EQ(got->received.status, expected) << options;
        EXPECT_EQ(s.end(), 0);
    }
}

TEST(serve, reads_the_control_token_from_a_file) {
    const folder at;
    write(at / "token", "mine-and-long-enough\r\nnot this\n");
    serving s(at, "ASSAY_CONTROL_TOKEN_FILE=token", "--port 0 --control 0 --ready-file ready.json");
    const auto ready = s.ready();
    const std::string origin(ready.string_at("control"));
    EXPECT_EQ(ready.find("control_token"), nullptr) << "whoever chose it has it";
    EXPECT_EQ(status_of(origin, {{"Authorization", "Bearer mine"}}), 401);
    EXPECT_EQ(status_of(origin, {{"Authorization", "Bearer mine-and-long-enough"}}), 200);
    EXPECT_EQ(s.end(), 0);
    write(at / "empty", "\n");
    for (const auto& [options, words] : std::vector<std::pair<std::string, std::string>>{
             {"--control-token-file nowhere", "no line can be read from nowhere"},
             {"--control-token-file empty", "the first line of empty is empty"},
             {"--control-token-file token --control-token x", "give one of them"}}) {
        const auto refused = assay(at, "serve --port 0 --control 0 " + options);
        EXPECT_EQ(refused.code, 2);
        EXPECT_NE(refused.err.find(words), std::string::npos) << refused.err;
    }
}

TEST(serve, says_what_is_wrong_in_a_file_and_where) {
    for (const auto& [file, message] : std::vector<std::pair<std::string, std::string>>{
             {"prot: 1\n", "serve.yaml:1:1: unknown key 'prot'"},
             {"dialect: strict\nport: eighty\n", "serve.yaml:2:7: "},
             {"port: 70000\n", "serve.yaml:1:7: port must be from 0 to 65535"},
             {"dialect: strct\n", "serve.yaml:1:10: "},
             {"faults:\n  - id_token_aud_wrng\n", "serve.yaml:2:5: "},
             {"clients:\n  - { client_secret: x }\n", "serve.yaml:2:5: a client needs a client_id"},
             {"issuers:\n  - { name: a, ttl: 3 }\n", "serve.yaml:2:5: an issuer has no member 'ttl'"},
             {"clients:\n  - { client_id: a, lifetimes: { cod: 3 } }\n",
              "serve.yaml:2:5: lifetimes has no member 'cod'; did you mean 'code'?"},
             {"users:\n  - { username: a, organizations: [acme] }\n",
              "serve.yaml:2:5: there is no organization 'acme'"},
             {"organizations: [{ slug: lab }]\n", "serve.yaml:1:16: organizations need users"},
             {"claims:\n  - { claims: { nonce: x } }\n", "serve.yaml:2:5: the server itself sets 'nonce'"},
             {"claims:\n  - { claims: { x: 1 }, user: adda }\n", "did you mean 'ada'?"},
             {"issuers:\n  - { name: a, claims: [{ claims: { x: 1 }, in: [acces_token] }] }\n",
              "did you mean 'access_token'?"},
             {"issuers: 3\n", "serve.yaml:1:10: issuers must be a list"},
             {"- a\n", "serve.yaml:1:1: "},
             {"log: yaml\n", "serve.yaml:1:6: log 'yaml' must be one of text, json, off, auto"},
             {"port: 0\nsign_in: autoo\n", "serve.yaml:2:10: sign_in 'autoo' must be one of page"},
             {"issuers:\n  - { name: a b }\n", "serve.yaml:2:5: issuer name 'a b' must be"},
             {"clients:\n  - { client_id: a, redirect_urs: [x] }\n",
              "serve.yaml:2:5: a client has no member 'redirect_urs'; did you mean 'redirect_uris'?"},
             {"clients:\n  - { client_id: a, redirect_uris: [nope] }\n",
              "serve.yaml:2:37: redirect_uri 'nope' must be absolute"},
             {"dialect: strict\nclients:\n  - client_id: a\n    redirect_uris: [\"https://a.example/cb\", "
              "\"http://a/cb#x\"]\n",
              "serve.yaml:4:45: redirect_uri 'http://a/cb#x' must be absolute and without fragment"},
             {"clients: [{ client_id: a, redirect_uris: [\"https://rp.example/\xC3\xBC\"] }]\n",
              "must be ASCII, what is not percent-encoded (RFC 3986 §2)"},
             {"clients: [{ client_id: a, client_secret: \"\" }]\n", "serve.yaml:1:42: client_secret is empty"},
             {"clients:\n  - { client_id: a }\n  - { client_id: a }\n",
              "serve.yaml:3:18: client_id 'a' is defined twice"},
             {"clients: [{ client_id: demo-web }]\n", "client_id 'demo-web' is that of a demo client"},
             {"users: [{ username: u, sub: \"\xC3\xBC\" }]\n",
              "serve.yaml:1:29: member 'sub' becomes the sub of tokens"},
             {"users: [{ username: u }, { username: u }]\n", "username 'u' is defined twice"},
             {"dialect: strict\nresources: [mcp]\n", "serve.yaml:2:13: resource 'mcp' must be an absolute URI"},
             {"resources: [/mcp]\n", "dialect polar@2025-02 knows no resource indicators"},
             {"ca: nowhere.pem\n", "--ca: "},
             {"public_url: ftp://x\n", "--public-url 'ftp://x' must be an http or https URL"},
         }) {
        const folder at;
        write(at / "serve.yaml", file);
        const auto e = assay(at, "serve --port 0 --config serve.yaml");
        EXPECT_EQ(e.code, 2) << file << e.err;
        EXPECT_NE(e.err.find(message), std::string::npos) << file << e.err;
    }
    const folder at;
    EXPECT_EQ(assay(at, "serve --config nowhere.yaml").code, 2);
}

// The same validation as for a file and a registration; cases.md of public bug reports.
TEST(serve, judges_a_client_of_the_command_line) {
    const folder at;
    for (const auto& [options, message] : std::vector<std::pair<std::string, std::string>>{
             {"--client 'app:s=http://localhost/cb#x'", "must be absolute and without fragment"},
             {"--client 'app=myapp:/cb'", "of a scheme such as com.example.app (RFC 8252 §7.1)"},
             {"--client 'app=javascript:alert(1)'", "redirect_uri 'javascript:alert(1)' must be"},
             {"--client 'app:=https://a.example/cb'", "client_secret is empty"},
             {"--client 'a=https://a.example/cb' --client 'a=https://b.example/cb'", "'a' is defined twice"},
             {"--client 'demo-web=https://a.example/cb'", "is that of a demo client"}}) {
        const auto e = assay(at, "serve --port 0 --dialect strict " + options);
        EXPECT_EQ(e.code, 2) << options << e.err;
        EXPECT_NE(e.err.find(message), std::string::npos) << options << e.err;
    }
    serving native(at, "", "--port 0 --dialect strict --client app=com.example.app:/cb --ready-file ready.json");
    EXPECT_FALSE(native.ready().string_at("issuer").empty());
    EXPECT_EQ(native.end(), 0);
    EXPECT_NE(text_of(at / "stderr").find("com.example.app:/cb"), std::string::npos);
}

TEST(serve, names_what_a_mistyped_option_was_meant_to_be) {
    const folder at;
    EXPECT_NE(assay(at, "serve --dialct strict").err.find("did you mean --dialect?"), std::string::npos);
    EXPECT_NE(assay(at, "srve").err.find("did you mean serve?"), std::string::npos);
    EXPECT_EQ(assay(at, "serve --help").err, "");
}

TEST(serve, introduces_clients_that_are_redirected_nowhere) {
    const folder at;
    write(at / "serve.yaml",
          "dialect: strict\nclients: [{ client_id: machine, client_secret: s3cret, grant_types: [client_credentials] "
          "}]\n");
    serving one(at, "", "--port 0 --config serve.yaml --public-url http://127.0.0.1:1/ --ready-file ready.json");
    EXPECT_EQ(one.ready().string_at("issuer"), "http://127.0.0.1:1/") << "the slash belongs to it";
    one.end();
    EXPECT_NE(text_of(at / "stderr").find("no redirect_uri"), std::string::npos);
}

// The schema's keys are those that the program reads: each is in the file above.
TEST(serve, has_a_schema_that_its_file_fits) {
    const auto schema = json::parse(text_of(ASSAY_SOURCE_DIR "/docs/schema/serve.json")).value();
    const auto d = yaml::parse(whole_file, "serve.yaml").value();
    const auto file = yaml::as_json(d, d.root).value();
    auto whole = *schema.as_object();
    const auto definitions = *schema.find("definitions");
    whole.erase("definitions");
    whole.append("$defs", definitions);
    std::string text = json::format(whole);
    const std::string from = "#/definitions/";
    for (auto n = text.find(from); n != std::string::npos; n = text.find(from, n))
        text.replace(n, from.size(), "#/$defs/");
    for (const auto& finding : tests::json_schema(json::parse(text).value()).validate(file)) ADD_FAILURE() << finding;
    for (const auto& m : schema.find("properties")->as_object()->members)
        EXPECT_NE(file.find(m.name), nullptr) << m.name << " stands in the schema and not in this test's file";
}

}  // namespace
}  // namespace assay::cli_tests
