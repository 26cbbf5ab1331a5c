// Issuers with a host of their own, over real sockets: one listener, several names.
#include "tests/mock_server/faults/fault_walk.hpp"

namespace assay::mock {
namespace {

using testing::start_mock;
using testing::walker;

issuer_request at_host(const std::string& name, const std::string& host) {
    issuer_request r;
    r.name = name;
    r.host = host;
    r.how = sign_in::automatic;
    r.clients = demo_clients(**find_dialect("strict"));
    return r;
}

std::unique_ptr<embedded> two_hosts() {
    embedded_options o;
    o.issuers = {at_host("a", "a.localhost"), at_host("b", "b.localhost")};
    o.inspector = true;
    return start_mock(std::move(o));
}

std::string at_port_of(const embedded& mock, const std::string& host) {
    return "http://" + host + ":" + http::parse_url(mock.listener_origin())->port;
}

http::response ask(const embedded& mock, const std::string& host, const std::string& target,
                   const std::string& accept = "*/*") {
    http::client c;
    http::call call;
    call.origin = mock.listener_origin();
    call.r.target = target;
    call.r.head = {{"Host", host}, {"Accept", accept}};
    const auto x = c.send(std::move(call));
    EXPECT_TRUE(x) << target;
    return x ? x->received : http::response{};
}

std::string issuer_of(const http::response& r) {
    return std::string(json::parse(r.body).value_or(json::value()).string_at("issuer"));
}

http::response control(const embedded& mock, const std::string& method, const std::string& target,
                       const std::string& body = {}) {
    http::client c;
    http::call call;
    call.origin = mock.control_origin();
    call.r.method = method;
    call.r.target = target;
    call.r.body = body;
    const auto x = c.send(std::move(call));
    EXPECT_TRUE(x) << target;
    return x ? x->received : http::response{};
}

constexpr const char* discovery = "/.well-known/openid-configuration";

TEST(IssuerHost, IsAnIssuerOfItsOwnWithEverythingBelowIt) {
    const auto mock = two_hosts();
    for (const std::string host : {"a.localhost", "b.localhost"}) {
        walker w(at_port_of(*mock, host));
        ASSERT_TRUE(w.discover()) << host;
        EXPECT_TRUE(w.endpoint("token_endpoint").starts_with(w.issuer + "/")) << w.endpoint("token_endpoint");
        const auto back = w.callback();
        EXPECT_EQ(back.value("iss"), w.issuer);
        const auto redeemed = w.redeem(std::string(back.value("code")));
        ASSERT_TRUE(redeemed);
        EXPECT_EQ(redeemed->status, 200) << redeemed->body;
        for (const auto* page : {"/client/", "/inspector/", "/f/"})
            EXPECT_EQ(ask(*mock, host + ":1", page).status, 200) << host << page;
        EXPECT_NE(ask(*mock, host, "/", "text/html").body.find(w.issuer + "/f/"), std::string::npos);
    }
    EXPECT_EQ(issuer_of(ask(*mock, "a.localhost", "/.well-known/oauth-authorization-server")),
              at_port_of(*mock, "a.localhost"));
    EXPECT_NE(ask(*mock, "elsewhere.example", "/inspector/").status, 200) << "no page may read it by DNS rebinding";
}

TEST(IssuerHost, HasCodesThatNoOtherTakes) {
    const auto mock = two_hosts();
    walker a(at_port_of(*mock, "a.localhost"));
    walker b(at_port_of(*mock, "b.localhost"));
    ASSERT_TRUE(a.discover() && b.discover());
    const auto code = std::string(a.callback().value("code"));
    EXPECT_EQ(b.redeem(code)->status, 400);
    EXPECT_EQ(a.redeem(code)->status, 200);
}

TEST(IssuerHost, IsFoundHoweverItIsWritten) {
    const auto mock = two_hosts();
    const auto a = at_port_of(*mock, "a.localhost");
    for (const auto* host : {"a.localhost", "A.LocalHost:80", "a.localhost.", "a.localhost.:443"})
        EXPECT_EQ(issuer_of(ask(*mock, host, discovery)), a) << host;
    for (const auto* host :
         {"c.localhost", "a.localhost.example", "localhost", "127.0.0.1", "[::1]:80", "", ":", "a"})
        EXPECT_EQ(issuer_of(ask(*mock, host, discovery)), mock->origin()) << "as without hosts: " << host;
    EXPECT_EQ(issuer_of(ask(*mock, "127.0.0.1", std::string("/i/a") + discovery)), a) << "it says its own name there";
}

TEST(IssuerHost, HasCopiesWithFaults) {
    const auto mock = two_hosts();
    const std::string below = "/f/token_status=503";
    EXPECT_EQ(issuer_of(ask(*mock, "a.localhost", below + discovery)), at_port_of(*mock, "a.localhost") + below);
    EXPECT_EQ(issuer_of(ask(*mock, "b.localhost", below + discovery)), at_port_of(*mock, "b.localhost") + below);
    EXPECT_EQ(issuer_of(ask(*mock, "127.0.0.1", below + discovery)), mock->origin() + below);
    walker w(at_port_of(*mock, "a.localhost") + below);
    ASSERT_TRUE(w.discover());
    EXPECT_EQ(w.exchange()->status, 503);
    EXPECT_NE(mock->core().find("a/f:token_status=503"), nullptr);
    EXPECT_EQ(control(*mock, "DELETE", "/issuers/a").status, 204);
    EXPECT_EQ(mock->core().find("a/f:token_status=503"), nullptr) << "they go with it";
    EXPECT_NE(mock->core().find("b/f:token_status=503"), nullptr);
    EXPECT_EQ(issuer_of(ask(*mock, "a.localhost", discovery)), mock->origin()) << "an unknown host again";
}

TEST(IssuerHost, StaysThatOfAnIssuerWhichBeginsOnceMore) {
    const auto mock = two_hosts();
    walker a(at_port_of(*mock, "a.localhost"));
    ASSERT_TRUE(a.discover());
    const auto code = std::string(a.callback().value("code"));
    ASSERT_EQ(control(*mock, "POST", "/issuers/a/reset").status, 200);
    ASSERT_TRUE(a.discover());
    EXPECT_EQ(a.redeem(code)->status, 400) << "its state is gone";
    EXPECT_EQ(a.exchange()->status, 200);
}

TEST(IssuerHost, ComesAndGoesThroughTheControlApi) {
    const auto mock = two_hosts();
    const auto made =
        control(*mock, "POST", "/issuers", R"({"name": "c", "host": "login.example.test", "ends_in_slash": true})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto url = at_port_of(*mock, "login.example.test") + "/";
    EXPECT_EQ(issuer_of(made), url);
    EXPECT_EQ(issuer_of(ask(*mock, "login.example.test", discovery)), url);
    EXPECT_EQ(control(*mock, "DELETE", "/issuers/c").status, 204);
    EXPECT_EQ(issuer_of(ask(*mock, "login.example.test", discovery)), mock->origin());
    for (const auto& [body, status, said] :
         {std::tuple{R"({"name": "d", "host": "a.localhost"})", 409,
                     "host 'a.localhost' is already that of issuer 'a'"},
          {R"({"name": "d", "host": "d.localhost", "own_origin": true})", 400, "leave own_origin and tls out"},
          {R"({"name": "d", "host": "D.localhost"})", 400, "must be a name in lower case"},
          {R"({"name": "d", "host": "d.localhost:80"})", 400, "without scheme, port and path"},
          {R"({"name": "d", "host": "http://d"})", 400, "host 'http://d' must be"},
          {R"({"name": "d", "host": "d/x"})", 400, "host 'd/x' must be"},
          {R"({"name": "d", "host": 1})", 400, "member 'host' must be a string"}}) {
        const auto no = control(*mock, "POST", "/issuers", body);
        EXPECT_EQ(no.status, status) << body << no.body;
        EXPECT_NE(no.body.find(said), std::string::npos) << no.body;
    }
}

TEST(IssuerHost, HasSchemeAndPortOfThePublicUrl) {
    embedded_options o;
    o.public_url = "https://proxy.example:8443/tenant/";
    o.issuers = {at_host("a", "a.example")};
    const auto mock = start_mock(std::move(o));
    EXPECT_EQ(issuer_of(ask(*mock, "a.example", discovery)), "https://a.example:8443");
    EXPECT_EQ(issuer_of(ask(*mock, "proxy.example", std::string("/tenant") + discovery)),
              mock->core().find("")->url());
}

}  // namespace
}  // namespace assay::mock
