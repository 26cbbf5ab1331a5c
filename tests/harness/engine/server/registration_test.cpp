#include "harness/engine/server/registration.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "harness/engine/core/control.hpp"
#include "http/url.hpp"
#include "mock_server/server/embedded.hpp"
#include "oauth/client_auth.hpp"

namespace assay::harness {
namespace {

// A strict issuer of a running mock: its registration chooses client_id and client_secret itself (RFC 7591 §3.2.1).
class registration_at_mock : public testing::Test {
protected:
    void SetUp() override {
        auto started = mock::embedded::start();
        ASSERT_TRUE(started) << started.error().text();
        running_ = std::move(*started);
        at_dialect("strict", "/register");
        who_.role = "confidential";
        who_.auth_method = "client_secret_basic";
        who_.redirect_uris = {"http://127.0.0.1:1/cb"};
    }
    void at_dialect(const char* dialect, const char* path, json::array faults = {}) {
        const auto made = call_control("POST", running_->control_origin() + "/issuers",
                                       json::object{{"dialect", dialect}, {"faults", std::move(faults)}});
        ASSERT_TRUE(made) << made.error().text();
        endpoint_ = std::string(made->string_at("issuer")) + path;
    }
    result<registration> register_with(const json::object& more) {
        return register_client(client_, endpoint_, "", who_, more);
    }
    result<registration> register_for(const std::vector<std::string>& capabilities) {
        issuer_view at;
        at.capabilities = capabilities;
        return register_with_grants(client_, endpoint_, at, who_);
    }
    http::exchange ask_for_token() {
        http::call c;
        const auto at = http::parse_url(endpoint_.substr(0, endpoint_.rfind('/')) + "/token");
        c.origin = at->origin();
        c.r.method = "POST";
        c.r.target = at->target();
        c.r.head.set("Content-Type", "application/x-www-form-urlencoded");
        c.r.head.set("Authorization", oauth::format_basic(who_.client_id, who_.client_secret));
        c.r.body = "grant_type=client_credentials";
        return client_.send(std::move(c)).value_or(http::exchange{});
    }
    registered_client who_;

private:
    std::unique_ptr<mock::embedded> running_;
    std::string endpoint_;
    http::client client_{http::client_options{}};
};

TEST_F(registration_at_mock, gives_the_client_its_id_and_secret) {
    const auto made = register_with({});
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_FALSE(who_.client_id.empty());
    EXPECT_FALSE(who_.client_secret.empty());
}

// Otherwise a check about reserved characters would pass with an id that has none.
TEST_F(registration_at_mock, is_no_client_of_the_check_where_the_server_registers_other_values) {
    const auto made = register_with(json::object{{"client_id", "web+%:/ &"}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::unsupported);
    EXPECT_NE(made.error().message.find("client_id"), std::string::npos) << made.error().message;
    EXPECT_TRUE(who_.client_id.empty());
}

// RFC 7591 §2: private_key_jwt is nothing without the client's keys. The server shows what it registered (RFC 7592
// §2.1).
TEST_F(registration_at_mock, has_the_public_keys_of_the_client) {
    who_.auth_method = "private_key_jwt";
    who_.key = client_signing_key();
    who_.next = next_client_signing_key();
    const auto made = register_with({});
    ASSERT_TRUE(made) << made.error().text();
    const auto at = http::parse_url(made->uri);
    ASSERT_TRUE(at);
    http::call c;
    c.origin = at->origin();
    c.r.target = at->target();
    c.r.head.set("Authorization", "Bearer " + made->access_token);
    http::client client{http::client_options{}};
    const auto shown = client.send(std::move(c));
    ASSERT_TRUE(shown) << shown.error().text();
    const auto document = json::parse(shown->received.body);
    ASSERT_TRUE(document) << shown->received.body;
    const json::value* second = document->at_pointer("/jwks/keys/1");
    ASSERT_NE(second, nullptr) << shown->received.body;
    EXPECT_EQ(second->string_at("kid"), "next");
    EXPECT_EQ(second->find("d"), nullptr) << "only the public part leaves";
}

// The check then uses what was registered for it, not what the server file has.
TEST_F(registration_at_mock, gives_the_client_the_redirect_uris_of_the_check) {
    const auto made =
        register_with(json::object{{"redirect_uris", json::array{"https://client.example/cb?foo=bar"}}});
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(who_.redirect_uris, std::vector<std::string>{"https://client.example/cb?foo=bar"});
}

TEST_F(registration_at_mock, takes_members_that_the_server_registers) {
    const auto made = register_with(json::object{{"scope", "openid"}});
    EXPECT_TRUE(made) << made.error().text();
}

// Otherwise a check of such a grant would fail for want of a registration, not for a mistake of the server.
TEST_F(registration_at_mock, has_the_grants_that_the_server_announces) {
    ASSERT_TRUE(register_for({"device_grant"}));
    EXPECT_EQ(ask_for_token().received.status, 400);
    ASSERT_TRUE(register_for({"client_credentials", "device_grant", "token_exchange", "jwt_bearer"}));
    const auto answer = ask_for_token().received;
    EXPECT_EQ(answer.status, 200) << answer.body;
}

// Their order means nothing (RFC 7591 §2).
TEST_F(registration_at_mock, has_grants_that_the_server_returns_in_another_order) {
    const json::array reversed{"client_credentials", "refresh_token", "authorization_code"};
    const json::array without{"client_credentials", "authorization_code"};
    for (const auto& [returned, is_taken] : {std::pair{reversed, true}, {without, false}}) {
        at_dialect(
            "strict", "/register",
            {json::object{
                {"fault", "json_set"}, {"at", "register"}, {"members", json::object{{"grant_types", returned}}}}});
        const auto made = register_with(
            json::object{{"grant_types", json::array{"authorization_code", "refresh_token", "client_credentials"}}});
        EXPECT_EQ(made.has_value(), is_taken) << json::format(returned);
    }
}

// Polar registers the two grants of a sign-in only.
TEST_F(registration_at_mock, does_without_grants_that_the_server_does_not_register) {
    at_dialect("polar", "/v1/oauth2/register");
    const auto made = register_for({"client_credentials"});
    EXPECT_TRUE(made) << made.error().text();
}

}  // namespace
}  // namespace assay::harness
