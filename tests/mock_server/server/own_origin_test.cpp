// An issuer with its own port: a client's pooled connection is never used for another check.
#include <gtest/gtest.h>

#include "http/client.hpp"
#include "http/url.hpp"
#include "mock_server/server/embedded.hpp"

namespace assay::tests {
namespace {

result<http::exchange> ask(const std::string& origin, std::string method, std::string target, std::string body = {}) {
    http::client client;
    http::call c;
    c.origin = origin;
    c.r.method = std::move(method);
    c.r.target = std::move(target);
    if (!body.empty()) c.r.head.set("Content-Type", "application/json");
    c.r.body = std::move(body);
    return client.send(std::move(c));
}

TEST(own_origin, is_a_port_that_comes_and_goes_with_the_issuer) {
    auto running = mock::embedded::start({});
    ASSERT_TRUE(running);
    const std::string control = (*running)->control_origin();
    const auto made = ask(control, "POST", "/issuers", R"({"name":"alone","own_origin":true})");
    ASSERT_TRUE(made);
    ASSERT_EQ(made->received.status, 201) << made->received.body;
    const auto document = json::parse(made->received.body);
    const std::string issuer(document->string_at("issuer"));
    const auto url = http::parse_url(issuer);
    ASSERT_TRUE(url);
    EXPECT_NE(url->origin(), (*running)->origin());

    const auto metadata = ask(url->origin(), "GET", "/i/alone/.well-known/openid-configuration");
    ASSERT_TRUE(metadata);
    EXPECT_EQ(json::parse(metadata->received.body)->string_at("issuer"), issuer);

    ASSERT_TRUE(ask(control, "DELETE", "/issuers/alone"));
    EXPECT_FALSE(ask(url->origin(), "GET", "/i/alone/jwks")) << "nobody listens there any more";
    EXPECT_TRUE(ask((*running)->origin(), "GET", "/i/alone/jwks")) << "the first port is still there";
}

TEST(own_origin, is_refused_by_a_mock_without_listeners) {
    mock::mock m;
    mock::issuer_request r;
    r.own_origin = true;
    EXPECT_FALSE(m.create(r));
}

}  // namespace
}  // namespace assay::tests
