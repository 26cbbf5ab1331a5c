// The URLs that an issuer advertises answer, whatever its path; over real sockets. And its protected resources.
#include <gtest/gtest.h>

#include "http/client.hpp"
#include "http/url.hpp"
#include "mock_server/control/control.hpp"
#include "mock_server/pages/index.hpp"
#include "mock_server/server/embedded.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

std::unique_ptr<embedded> serving_at(const std::string& public_url, std::vector<std::string> resources = {}) {
    issuer_request r;
    r.how = sign_in::automatic;
    r.clients = demo_clients(**find_dialect("strict"));
    r.resources = std::move(resources);
    embedded_options o;
    o.public_url = public_url;
    o.default_issuer = std::move(r);
    auto out = embedded::start(std::move(o));
    if (!out) ADD_FAILURE() << out.error().text();
    return out ? std::move(*out) : nullptr;
}

// As a proxy that knows the listener would send it.
http::response get(const embedded& at, const std::string& target, const std::string& bearer = {}) {
    http::client c;
    http::call ask;
    ask.origin = at.listener_origin();
    ask.r.target = target;
    if (!bearer.empty()) ask.r.head.append("Authorization", "Bearer " + bearer);
    const auto x = c.send(std::move(ask));
    EXPECT_TRUE(x) << target;
    return x ? x->received : http::response{};
}

json::value json_of(const http::response& r) {
    return json::parse(r.body).value_or(json::value());
}

std::string path_of(std::string_view url) {
    return http::parse_url(url).value().target();
}

std::string demo_link(embedded& at) {
    const auto issuer = at.core().find("");
    return pages::demo_link(*issuer, *issuer->find_client("demo-web"));
}

TEST(PublicUrl, WithAPathOrASlashServesThereWhatItAdvertises) {
    for (const std::string issuer : {"http://127.0.0.1:1/tenant", "http://127.0.0.1:1/tenant/", "http://127.0.0.1:1/",
                                     "http://127.0.0.1:1/a/b"}) {
        SCOPED_TRACE(issuer);
        const auto at = serving_at(issuer);
        ASSERT_NE(at, nullptr);
        const auto without_slash = issuer.substr(0, issuer.find_last_not_of('/') + 1);
        const auto below = path_of(without_slash) == "/" ? "" : path_of(without_slash);
        const auto found = json_of(get(*at, below + "/.well-known/openid-configuration"));
        EXPECT_EQ(found.string_at("issuer"), issuer) << "as it was said (RFC 8414 §3.3)";
        EXPECT_EQ(json_of(get(*at, "/.well-known/oauth-authorization-server" + below)).string_at("issuer"), issuer);
        for (const auto* member :
             {"jwks_uri", "token_endpoint", "userinfo_endpoint", "authorization_endpoint", "registration_endpoint"}) {
            const std::string url(found.string_at(member));
            EXPECT_EQ(url.find("//", 7), std::string::npos) << url;
            EXPECT_NE(get(*at, path_of(url)).status, 404) << url;
        }
        const auto cookie = get(*at, path_of(demo_link(*at)));
        EXPECT_EQ(cookie.status, 302) << cookie.body;
        const std::string location(cookie.head.value("location"));
        EXPECT_NE(location.find(oauth::format_form({{"iss", issuer}})), std::string::npos) << location;
        EXPECT_NE(cookie.head.value("set-cookie").find("Path=" + (below.empty() ? "/" : below) + ";"),
                  std::string::npos)
            << cookie.head.value("set-cookie");
        EXPECT_EQ(get(*at, below + "/f/").status, 200);
        EXPECT_EQ(
            json_of(get(*at, below + "/f/jwks_status=503/.well-known/openid-configuration")).string_at("issuer"),
            without_slash + "/f/jwks_status=503");
    }
}

TEST(Resource, OfAPathHasMetadataAndIsAskedForByName) {
    const auto at = serving_at("", {"/mcp", "https://api.mine.example"});
    ASSERT_NE(at, nullptr);
    const auto metadata = json_of(get(*at, "/.well-known/oauth-protected-resource/mcp"));
    EXPECT_EQ(metadata.string_at("resource"), at->origin() + "/mcp");
    EXPECT_EQ(*metadata.at_pointer("/authorization_servers/0")->as_string(), at->origin());
    const auto refused = get(*at, "/mcp");
    EXPECT_EQ(refused.status, 401);
    EXPECT_NE(refused.head.value("www-authenticate")
                  .find("resource_metadata=\"" + at->origin() + "/.well-known/oauth-protected-resource/mcp\""),
              std::string::npos)
        << refused.head.value("www-authenticate");
    EXPECT_EQ(json_of(get(*at, "/.well-known/oauth-protected-resource/resource")).string_at("resource"),
              at->origin() + "/resource")
        << "the dialect's own";
    EXPECT_EQ(get(*at, "/.well-known/oauth-protected-resource/none").status, 404);
    const auto link = path_of(demo_link(*at));
    for (const auto& [resource, good] : {std::pair<std::string, bool>{at->origin() + "/mcp", true},
                                         {"https://api.mine.example", true},
                                         {"https://unknown.example", false}}) {
        const std::string location(
            get(*at, link + "&" + oauth::format_form({{"resource", resource}})).head.value("location"));
        EXPECT_EQ(location.find("invalid_target") == std::string::npos, good) << location;
    }
}

TEST(IssuerName, MayHaveSegments) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    const auto control = [&](const std::string& method, const std::string& target, const std::string& body) {
        http::request r;
        r.method = method;
        r.target = target;
        r.body = body;
        return std::get<http::write_response>(handle_control(core, r).front().what).r;
    };
    const auto made = control("POST", "/issuers", R"({"name": "realms/x"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(json_of(made).string_at("issuer"), "http://127.0.0.1:9/i/realms/x");
    EXPECT_EQ(control("GET", "/issuers/realms%2Fx/clients", "").status, 200);
    for (const std::string at :
         {"/i/realms/x/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/i/realms/x"}) {
        http::request r;
        r.target = at;
        const auto found = std::get<http::write_response>(core.handle(r).front().what).r;
        EXPECT_EQ(json_of(found).string_at("issuer"), "http://127.0.0.1:9/i/realms/x") << at;
    }
    for (const std::string below : {"realms", "realms/x/y"}) {
        const auto no = control("POST", "/issuers", R"({"name": ")" + below + R"("})");
        EXPECT_EQ(no.status, 409) << below;
        EXPECT_NE(no.body.find("would overlap"), std::string::npos) << no.body;
    }
    EXPECT_EQ(control("POST", "/issuers", R"({"name": "realms/y"})").status, 201) << "beside it";
    for (const std::string bad : {"/x", "x/", "a//b", "a/../b", "a b"})
        EXPECT_EQ(control("POST", "/issuers", R"({"name": ")" + bad + R"("})").status, 400) << bad;
    EXPECT_EQ(control("DELETE", "/issuers/realms%2Fx", "").status, 204);
}

TEST(IssuerName, MayEndInASlash) {
    mock core;
    core.set_origin("http://127.0.0.1:9");
    http::request make;
    make.method = "POST";
    make.target = "/issuers";
    make.body = R"({"name": "x", "ends_in_slash": true})";
    const auto made = std::get<http::write_response>(handle_control(core, make).front().what).r;
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(json_of(made).string_at("issuer"), "http://127.0.0.1:9/i/x/");
    http::request r;
    r.target = "/i/x/.well-known/openid-configuration";
    const auto found = json_of(std::get<http::write_response>(core.handle(r).front().what).r);
    EXPECT_EQ(found.string_at("issuer"), "http://127.0.0.1:9/i/x/") << "as it was said (RFC 8414 §3.3)";
    EXPECT_EQ(found.string_at("token_endpoint").find("//", 7), std::string_view::npos);
    r.target = "/i/x//.well-known/openid-configuration";
    EXPECT_EQ(std::get<http::write_response>(core.handle(r).front().what).r.status, 404);
}

}  // namespace
}  // namespace assay::mock
