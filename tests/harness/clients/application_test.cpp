// client.yaml of an application without an adapter: its configuration, and the rule that tells success from refusal.
#include "harness/clients/application.hpp"

#include <string>

#include <gtest/gtest.h>

#include "harness/clients/client_yaml.hpp"

namespace assay::tests {
namespace {

using harness::success_rule;

http::response page(int status, std::string body) {
    http::response r;
    r.status = status;
    r.body = std::move(body);
    return r;
}

success_rule everything() {
    success_rule r;
    r.text = "Hello Ada";
    r.cookie = "session";
    r.members = {{"/user/name", json::value("ada")}};
    return r;
}

TEST(success_rule, holds_when_every_part_does) {
    const std::string good = R"({"greeting":"Hello Ada","user":{"name":"ada"}})";
    EXPECT_EQ(why_not_signed_in(everything(), page(200, good), {"other", "session"}), std::nullopt);
    EXPECT_EQ(why_not_signed_in(everything(), page(401, good), {"session"}), "status 401 for 200");
    EXPECT_EQ(why_not_signed_in(everything(), page(200, "{}"), {"session"}), "\"Hello Ada\" is not in the page");
    EXPECT_EQ(why_not_signed_in(everything(), page(200, good), {"other"}), "no cookie session");
    EXPECT_EQ(why_not_signed_in(everything(), page(200, "Hello Ada"), {"session"}), "the page is no JSON");
    EXPECT_EQ(why_not_signed_in(everything(), page(200, R"({"greeting":"Hello Ada"})"), {"session"}),
              "no /user/name");
    EXPECT_EQ(why_not_signed_in(everything(), page(200, R"({"a":"Hello Ada","user":{"name":7}})"), {"session"}),
              "/user/name is 7 for \"ada\"");
}

TEST(user_shown, is_found_by_pointer_or_pattern) {
    success_rule r;
    EXPECT_EQ(user_shown(r, page(200, "Hello Ada!")), "");
    r.user = "Hello ([^!]+)!";
    EXPECT_EQ(user_shown(r, page(200, "<p>Hello Ada!</p>")), "Ada");
    EXPECT_EQ(user_shown(r, page(200, "<p>Who are you?</p>")), "");
    r.user = "/user/email";
    EXPECT_EQ(user_shown(r, page(200, R"({"user":{"email":"ada@example.com"}})")), "ada@example.com");
    EXPECT_EQ(user_shown(r, page(200, R"({"user":{"email":7}})")), "");
}

TEST(application_values, stand_in_command_and_environment) {
    harness::application_values v;
    v.issuer = "http://127.0.0.1:1/i/a";
    v.port = "8080";
    EXPECT_EQ(expand_for(v, "--issuer=${issuer} --listen=:${port}"),
              "--issuer=http://127.0.0.1:1/i/a --listen=:8080");
    const auto wrong = expand_for(v, "${isuer}");
    ASSERT_FALSE(wrong);
    EXPECT_NE(wrong.error().message.find("issuer"), std::string::npos) << wrong.error().message;
    EXPECT_FALSE(expand_for(v, "${issuer"));
}

std::string complaint_of(const std::string& application, const std::string& capability = "single_issuer") {
    const auto d = yaml::parse(
        "name: x\nlibrary: x\nlanguage: x\ncommand: [x, \"${port}\"]\n"
        "configurations: [{ name: a, token_endpoint_auth_method: none }]\ncapabilities: [" +
            capability + "]\n" + application,
        "client.yaml");
    if (!d) return d.error().text();
    const auto c = harness::load_client(*d, ".", {});
    return c ? "" : c.error().text();
}

TEST(client_yaml, of_an_application) {
    const std::string good = "application: { sign_in: /login, redirect_uri: /callback, success: { text: Hello } }\n";
    EXPECT_EQ(complaint_of(good), "");
    EXPECT_NE(complaint_of(good, "state").find("single_issuer"), std::string::npos);
    EXPECT_NE(complaint_of("").find("application"), std::string::npos) << "single_issuer without one";
    EXPECT_NE(complaint_of("application: { sign_in: /login, redirect_uri: /callback }\n").find("success is missing"),
              std::string::npos);
    EXPECT_NE(complaint_of("application: { sign_in: login, redirect_uri: /callback, success: { text: x } }\n")
                  .find("client.yaml:7:25"),
              std::string::npos)
        << complaint_of("application: { sign_in: login, redirect_uri: /callback, success: { text: x } }\n");
    EXPECT_NE(complaint_of("application: { sign_in: /a, redirect_uri: /b, success: { text: x }, environment: { A: "
                           "\"${issuers}\" } }\n")
                  .find("issuer"),
              std::string::npos);
    EXPECT_EQ(complaint_of("application: { sign_in: { form: /in, action: /go, fields: { with: x } }, redirect_uri: "
                           "/b, success: { text: x } }\n"),
              "");
    EXPECT_NE(complaint_of("application: { sign_in: { from: /in }, redirect_uri: /b, success: { text: x } }\n")
                  .find("form"),
              std::string::npos)
        << "the nearest name";
    EXPECT_NE(complaint_of("application: { sign_in: { action: /in }, redirect_uri: /b, success: { text: x } }\n")
                  .find("{ form: PATH }"),
              std::string::npos);
    EXPECT_NE(complaint_of("application: { sign_in: /a, redirect_uri: /b, success: { user: Hello } }\n")
                  .find("a pattern with one group"),
              std::string::npos);
    EXPECT_NE(complaint_of("application: { sign_in: /a, redirect_uri: /b, success: { text: x } }\n",
                           "single_issuer, refresh")
                  .find("needs `refresh`"),
              std::string::npos);
    EXPECT_NE(
        complaint_of("application: { sign_in: /a, redirect_uri: /b, success: {} }\n").find("success needs a rule"),
        std::string::npos);
}

}  // namespace
}  // namespace assay::tests
