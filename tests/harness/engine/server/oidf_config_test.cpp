// Configurations of the conformance suite: what they become, and what is said about the rest.
#include "harness/engine/server/oidf_config.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "data/json.hpp"

namespace assay::harness {
namespace {

constexpr const char* server = R"("server": {"discoveryUrl": "https://op.example/.well-known/openid-configuration"})";
constexpr const char* client = R"("client": {"client_id": "first", "client_secret": "s1"})";

// A configuration with these members.
oidf_config read(const std::string& members, const oidf_choice& choice = {}) {
    return read_oidf_config("{" + members + "}", "plan.json", choice);
}

std::string errors_of(const oidf_config& c) {
    std::string out;
    for (const error& e : c.errors) out += e.text() + "\n";
    return out;
}

std::string notes_of(const oidf_config& c) {
    std::string out;
    for (const std::string& n : c.spec.notes) out += n + "\n";
    return out;
}

std::string commands(const std::string& list) {
    return std::string(server) + "," + client +
           R"(,"alias":"a","browser":[{"match":"https://op.example/*","tasks":[{"task":"Login","commands":[)" + list +
           "]}]}]";
}

TEST(oidf_config, becomes_a_server_with_registered_clients) {
    const auto c = read(std::string(server) + "," + client + R"(,
        "alias": "my-op", "client2": {"client_id": "second", "client_secret": "s2"},
        "client_secret_post": {"client_id": "third", "client_secret": "s3"})");
    EXPECT_EQ(errors_of(c), "");
    EXPECT_EQ(c.registration, "static_client");
    EXPECT_EQ(c.metadata, "discovery");
    EXPECT_EQ(c.spec.name, "my-op");
    EXPECT_EQ(c.spec.view.issuer, "https://op.example");
    ASSERT_EQ(c.spec.view.clients.size(), 3U);
    const registered_client* first = c.spec.view.find_client("confidential");
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(first->client_id, "first");
    EXPECT_EQ(first->auth_method, "client_secret_basic");
    EXPECT_EQ(first->redirect_uris,
              std::vector<std::string>{"https://www.certification.openid.net/test/a/my-op/callback"});
    EXPECT_EQ(c.spec.view.find_client("second")->client_id, "second");
    EXPECT_EQ(c.spec.view.find_client("post")->auth_method, "client_secret_post");
}

TEST(oidf_config, registers_clients_where_it_names_none) {
    const auto c = read(std::string(server) + R"(,"client": {"client_name": "x", "initial_access_token": "t"})",
                        {.suite = "https://localhost.emobix.co.uk:8443/"});
    EXPECT_EQ(errors_of(c), "");
    EXPECT_EQ(c.registration, "dynamic_client");
    EXPECT_EQ(c.spec.view.initial_access_token, "t");
    for (const char* role : {"confidential", "post", "public", "second"}) {
        const registered_client* one = c.spec.view.find_client(role);
        ASSERT_NE(one, nullptr) << role;
        EXPECT_EQ(one->client_id, "");
        EXPECT_TRUE(one->key && one->next) << "the suite registers keys, too";
        EXPECT_EQ(one->redirect_uris.front(), "https://localhost.emobix.co.uk:8443/test/a/assay/callback");
    }
    EXPECT_EQ(c.spec.view.find_client("key"), nullptr);
    const auto by_key = read(std::string(server) + R"(,"client": {})", {.client_auth_type = "private_key_jwt"});
    ASSERT_NE(by_key.spec.view.find_client("key"), nullptr);
    EXPECT_EQ(by_key.spec.view.find_client("key")->auth_method, "private_key_jwt");
    EXPECT_EQ(by_key.spec.view.find_client("confidential")->auth_method, "client_secret_basic");
    EXPECT_NE(notes_of(c).find("not used here: /client/client_name"), std::string::npos) << notes_of(c);
}

TEST(oidf_config, takes_the_endpoints_of_a_server_without_discovery) {
    const auto c = read(std::string(client) + R"(,"alias":"a","server":{"issuer":"https://op.example",
        "authorization_endpoint":"https://op.example/a","token_endpoint":"https://op.example/t",
        "jwks_uri":"https://op.example/k"})");
    EXPECT_EQ(errors_of(c), "");
    EXPECT_EQ(c.metadata, "static");
    ASSERT_NE(c.spec.view.endpoints.find("token_endpoint"), nullptr);
    EXPECT_EQ(*c.spec.view.endpoints.find("token_endpoint")->as_string(), "https://op.example/t");
    EXPECT_EQ(c.spec.view.endpoints.find("userinfo_endpoint"), nullptr);
}

TEST(oidf_config, signs_assertions_with_the_private_key_of_the_client) {
    auto key = oauth::jwk::generate(oauth::jws_alg::ES256, "k1");
    ASSERT_TRUE(key);
    const std::string jwk = json::format(json::value(*key->private_json()));
    const auto c =
        read(std::string(server) + R"(,"alias":"a","client":{"client_id":"c","jwks":{"keys":[)" + jwk + "]}}",
             {.client_auth_type = "private_key_jwt"});
    EXPECT_EQ(errors_of(c), "");
    const auto found =
        read(std::string(server) + R"(,"alias":"a","client":{"client_id":"c","jwks":{"keys":[)" + jwk + "]}}");
    EXPECT_EQ(errors_of(found), "") << "without a secret, the key is what the client has";
    EXPECT_EQ(found.spec.view.find_client("confidential")->auth_method, "private_key_jwt");
    for (const char* role : {"confidential", "key"}) {
        const registered_client* one = c.spec.view.find_client(role);
        ASSERT_NE(one, nullptr) << role;
        ASSERT_TRUE(one->key);
        EXPECT_EQ(one->key->kid(), "k1");
        EXPECT_EQ(one->auth_method, "private_key_jwt");
    }
    EXPECT_EQ(
        errors_of(
            read(std::string(server) + "," + client + R"(,"alias":"a")", {.client_auth_type = "private_key_jwt"})),
        "plan.json /client/jwks: client_auth_type=private_key_jwt of the test plan needs a private key there\n");
}

TEST(oidf_browser, becomes_fields_and_buttons) {
    const auto c = read(commands(R"(["text","id","user-box","ada"],["TEXT","name","pass","pw","optional"],
        ["text","css","input[name='tenant']","t1"],["text","xpath","//input[@id=\"pin\"]","1"],["click","css","#go"],
        ["click","id","go"],["click","name","ok"])"));
    EXPECT_EQ(errors_of(c), "");
    const page_sign_in& pages = c.spec.view.pages;
    EXPECT_EQ(pages.user, "ada");
    EXPECT_EQ(pages.password, "pw");
    EXPECT_EQ(pages.fields, (std::vector<std::pair<std::string, std::string>>{
                                {"user-box", "ada"}, {"pass", "pw"}, {"tenant", "t1"}, {"pin", "1"}}));
    EXPECT_EQ(pages.press, (std::vector<std::string>{"go", "ok"}));
    EXPECT_EQ(notes_of(c), "");
}

TEST(oidf_browser, names_what_has_no_counterpart) {
    const auto c =
        read(commands(R"(["text","class","login","ada"],["text","name","u","ada"],["text","name","u","bob"],
        ["click","xpath","//button[@type='submit']"],["click","css","div > button"],
        ["wait","xpath","//*",10,"Sign in","update-image-placeholder"])"));
    EXPECT_EQ(errors_of(c), "");
    EXPECT_EQ(c.spec.view.pages.user, "ada") << "typed wherever the user's name belongs";
    EXPECT_TRUE(c.spec.view.pages.press.empty());
    const std::string at = "/browser/0/tasks/0/commands/";
    EXPECT_EQ(notes_of(c),
              "plan.json " + at +
                  "2: 'u' is given another text above, which is used\n"
                  "plan.json " +
                  at +
                  "0: neither name nor id of the field; Assay types into the field for users or passwords "
                  "that it finds\n"
                  "plan.json " +
                  at + "3, " + at +
                  "4: neither name nor id of what is clicked; Assay chooses the button by its "
                  "words\n"
                  "plan.json " +
                  at + "5: Assay waits for each page by itself, and takes no screenshots\n");
}

TEST(oidf_config, names_what_it_does_not_use) {
    const auto c =
        read(std::string(server) + "," + client + R"(,"alias":"a","browser":[{"match":"*"}],"mtls":{"cert":"x"},
        "cleint2":{}, "override":{"oidcc-prompt-login":{"browser":[]},"oidcc-max-age-1":{}}, "zzzzzzzz":1)");
    EXPECT_EQ(errors_of(c), "");
    EXPECT_EQ(
        notes_of(c),
        "plan.json /cleint2: the conformance suite has no such member; did you mean 'client2'?\n"
        "plan.json /zzzzzzzz: the conformance suite has no such member; it is not used\n"
        "plan.json /override: members for single modules are not used (2, first oidcc-prompt-login); every check "
        "signs in as /browser says\n"
        "plan.json: for the conformance suite only, not used here: /mtls\n");
    EXPECT_EQ(c.warnings.size(), 2U);
}

struct oidf_mistake {
    const char* name;
    std::string members;
    std::string says;  // all of it
};

class oidf_config_mistake : public testing::TestWithParam<oidf_mistake> {};

TEST_P(oidf_config_mistake, is_told_with_its_pointer) {
    EXPECT_EQ(errors_of(read(GetParam().members)), GetParam().says + "\n");
}

const std::string with_alias = std::string(client) + R"(,"alias":"a")";

INSTANTIATE_TEST_SUITE_P(
    all, oidf_config_mistake,
    testing::Values(
        oidf_mistake{"no_server", with_alias,
                     "plan.json /server: it is missing: its 'discoveryUrl' says where the server is"},
        oidf_mistake{"kind_of_server", with_alias + R"(,"server":[])",
                     "plan.json /server: expected an object, found array"},
        oidf_mistake{"kind_of_url", with_alias + R"(,"server":{"discoveryUrl":3})",
                     "plan.json /server/discoveryUrl: expected a string, found integer"},
        oidf_mistake{
            "no_url", with_alias + R"(,"server":{"discoveryUrl":"op/.well-known/openid-configuration"})",
            "plan.json /server/discoveryUrl: 'op/.well-known/openid-configuration' is no absolute http or https URL"},
        oidf_mistake{"other_url", with_alias + R"(,"server":{"discoveryUrl":"https://op.example/metadata"})",
                     "plan.json /server/discoveryUrl: 'https://op.example/metadata' does not end in "
                     "/.well-known/openid-configuration: name the issuer in /server/issuer"},
        oidf_mistake{"no_alias", std::string(server) + "," + client,
                     "plan.json /alias: a registered client needs it: its redirect URI is "
                     "https://www.certification.openid.net/test/a/ALIAS/callback"},
        oidf_mistake{
            "no_secret", std::string(server) + R"(,"alias":"a","client":{"client_id":"c"})",
            "plan.json /client/client_secret: client_auth_type=client_secret_basic of the test plan needs it"},
        oidf_mistake{"twice", std::string(server) + "," + with_alias + R"(,"alias":"b")",
                     "plan.json /alias: this member is there twice; keep one"},
        oidf_mistake{"browser", std::string(server) + "," + with_alias + R"(,"browser":{})",
                     "plan.json /browser: expected an array, found object"},
        oidf_mistake{"command", commands(R"(["klick","id","x"])"),
                     "plan.json /browser/0/tasks/0/commands/0/0: 'klick' is no command; did you mean 'click'?"},
        oidf_mistake{"selector", commands(R"(["text","nmae","x","y"])"),
                     "plan.json /browser/0/tasks/0/commands/0/1: 'nmae' selects nothing; did you mean 'name'?"},
        oidf_mistake{"text", commands(R"(["text","name","x"])"),
                     "plan.json /browser/0/tasks/0/commands/0/3: the text to type is missing"},
        oidf_mistake{
            "key",
            std::string(server) +
                R"(,"alias":"a","client":{"client_id":"c","client_secret":"s","jwks":{"keys":[{"kty":"?"}]}})",
            "plan.json /client/jwks/keys/0: " +
                oauth::jwk::from_json(*json::parse(R"({"kty":"?"})")).error().message}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(oidf_config, tells_every_mistake_at_once) {
    EXPECT_EQ(read(R"("server":{"discoveryUrl":3},"client":{"client_id":7},"alias":[])").errors.size(), 3U);
}

TEST(oidf_config, says_where_the_text_is_no_json) {
    const auto c = read_oidf_config("{\n  \"alias\": \"a\",\n}", "plan.json");
    ASSERT_EQ(c.errors.size(), 1U);
    EXPECT_EQ(c.errors.front().where, "plan.json:3:1") << c.errors.front().text();
    EXPECT_EQ(read_oidf_config("[]", "plan.json").errors.size(), 1U);
    EXPECT_EQ(read_oidf_config(std::string(5U << 20U, ' '), "plan.json").errors.size(), 1U) << "more than 4 MiB";
}

}  // namespace
}  // namespace assay::harness
