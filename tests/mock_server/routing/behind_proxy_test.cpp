// What a trusted proxy says about the URL of a request, over real sockets.
#include "mock_server/routing/behind_proxy.hpp"

#include "oauth/jwt.hpp"
#include "tests/mock_server/faults/fault_walk.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

using testing::start_mock;

constexpr const char* metadata_path = "/.well-known/openid-configuration";

http::peers this_machine() {
    http::peers out;
    EXPECT_TRUE(out.add("127.0.0.1"));
    return out;
}

embedded_options behind(http::peers proxies) {
    embedded_options o;
    o.proxies = std::move(proxies);
    return o;
}

http::response ask(const embedded& mock, const std::string& target, http::headers head, std::string body = {}) {
    http::client c;
    http::call call;
    call.origin = mock.listener_origin();
    call.r.target = target;
    call.r.head = std::move(head);
    if (!body.empty()) {
        call.r.method = "POST";
        call.r.body = std::move(body);
    }
    const auto x = c.send(std::move(call));
    EXPECT_TRUE(x) << target;
    return x ? x->received : http::response{};
}

std::string issuer_of(const http::response& r) {
    return std::string(json::parse(r.body).value_or(json::value()).string_at("issuer"));
}

const http::headers public_name{
    {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "login.example"}, {"X-Forwarded-Prefix", "/auth"}};

TEST(BehindProxy, UrlsFollowWhatATrustedPeerSays) {
    const auto mock = start_mock(behind(this_machine()));
    struct said {
        http::headers head;
        std::string issuer;
    };
    const auto own = mock->origin();
    const auto at = own.substr(std::string("http://").size());
    for (const auto& row : std::vector<said>{
             {{}, own},
             {public_name, "https://login.example/auth"},
             {{{"X-Forwarded-Proto", "HTTPS"}}, "https://" + at},
             {{{"X-Forwarded-Host", "login.example:8443"}}, "http://login.example:8443"},
             {{{"X-Forwarded-Host", "[2001:db8::1]:80"}}, "http://[2001:db8::1]:80"},
             {{{"X-Forwarded-Prefix", "/a/b/"}}, own + "/a/b"},
             {{{"X-Forwarded-Prefix", "/"}}, own},
             {{{"X-Forwarded-Proto", "http, https"}, {"X-Forwarded-Host", "evil.example , login.example"}},
              "https://login.example"},
             {{{"X-Forwarded-Host", "evil.example"}, {"X-Forwarded-Host", "login.example"}}, "http://login.example"},
             {{{"Forwarded", "for=192.0.2.43;proto=https;host=login.example"}}, "https://login.example"},
             {{{"Forwarded", "host=evil.example, For=\"[2001:db8::1]\" ; Proto=https ; HOST=\"login.example:8443\""}},
              "https://login.example:8443"},
             {{{"Forwarded", "for=\"a,b;host=c\\\"d\";host=login.example"}}, "http://login.example"},
             {{{"Forwarded", "for=192.0.2.43"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "x.example"}},
              own},
             {{{"Forwarded", "proto=https"}, {"X-Forwarded-Prefix", "/auth"}}, "https://" + at + "/auth"}}) {
        const auto got = ask(*mock, metadata_path, row.head);
        EXPECT_EQ(issuer_of(got), row.issuer) << json::format(json::value(got.body));
        EXPECT_TRUE(json::parse(got.body)->string_at("token_endpoint").starts_with(row.issuer + "/")) << got.body;
    }
    EXPECT_EQ(issuer_of(ask(*mock, metadata_path, {})), own) << "the next request is its own";
}

TEST(BehindProxy, NobodyElseIsBelieved) {
    http::peers others;
    ASSERT_TRUE(others.add("10.0.0.0/8"));
    ASSERT_TRUE(others.add("unix"));
    for (const auto& proxies : {http::peers{}, others}) {
        const auto mock = start_mock(behind(proxies));
        auto head = public_name;
        head.append("Forwarded", "proto=https;host=login.example");
        EXPECT_EQ(issuer_of(ask(*mock, metadata_path, head)), mock->origin());
        EXPECT_EQ(ask(*mock, metadata_path, {{"X-Forwarded-Host", "a b"}}).status, 200);
    }
}

TEST(BehindProxy, ThePathMayHaveThePrefixOrNot) {
    const auto mock = start_mock(behind(this_machine()));
    for (const std::string path : {"", "/auth"}) {
        EXPECT_EQ(issuer_of(ask(*mock, path + metadata_path, public_name)), "https://login.example/auth") << path;
        EXPECT_EQ(issuer_of(ask(*mock, path + "/f/token_status=503" + metadata_path, public_name)),
                  "https://login.example/auth/f/token_status=503");
        EXPECT_EQ(ask(*mock, path + "/f/", public_name).status, 200);
    }
    EXPECT_EQ(issuer_of(ask(*mock, "/.well-known/oauth-authorization-server/auth", public_name)),
              "https://login.example/auth")
        << "RFC 8414 §3.1";
    EXPECT_EQ(ask(*mock, "/auth", public_name).status, ask(*mock, "/", public_name).status);
    EXPECT_EQ(ask(*mock, std::string("/authority") + metadata_path, public_name).status, 404);
    EXPECT_EQ(issuer_of(ask(*mock, std::string("/f/token_status=503") + metadata_path, {})),
              mock->origin() + "/f/token_status=503")
        << "made through the proxy, and its own without it";
}

TEST(BehindProxy, SignInEndsInTokensOfThatUrl) {
    const auto mock = start_mock(behind(this_machine()));
    testing::walker w("");
    // The page of the demo clients is a redirect_uri under the outer URL, too.
    for (const std::string back : {"http://localhost:8765/callback", "https://login.example/auth/client/"}) {
        const oauth::form p{{"response_type", "code"},
                            {"client_id", "demo-web"},
                            {"redirect_uri", back},
                            {"scope", "openid"},
                            {"code_challenge_method", "S256"},
                            {"code_challenge", oauth::s256_challenge(w.verifier)}};
        const auto redirect = ask(*mock, "/authorize?" + oauth::format_form(p), public_name);
        ASSERT_EQ(redirect.status, 302) << redirect.body;
        const auto query = oauth::parse_form(http::parse_url(redirect.head.value("location"))->query).value();
        EXPECT_EQ(query.value("iss"), "https://login.example/auth");
        EXPECT_NE(redirect.head.value("set-cookie").find("Path=/auth;"), std::string::npos)
            << redirect.head.value("set-cookie");
        auto head = public_name;
        head.append("Authorization", oauth::format_basic("demo-web", "demo-web-secret"));
        head.append("Content-Type", "application/x-www-form-urlencoded");
        const auto redeemed = ask(*mock, "/token", head,
                                  oauth::format_form({{"grant_type", "authorization_code"},
                                                      {"code", std::string(query.value("code"))},
                                                      {"redirect_uri", back},
                                                      {"code_verifier", w.verifier}}));
        ASSERT_EQ(redeemed.status, 200) << redeemed.body;
        const auto id_token = oauth::parse_jws(std::string(json::parse(redeemed.body)->string_at("id_token")));
        ASSERT_TRUE(id_token);
        EXPECT_EQ(json::parse(id_token->payload)->string_at("iss"), "https://login.example/auth");
    }
}

// Other requests come on this thread between the two halves of an answer.
TEST(BehindProxy, WhatContinuesLaterIsUnderTheSameUrl) {
    testing::flow f("strict", json::array{json::object{{"defect", "token.code_redeemed_atomically"}}});
    http::request r;
    r.method = "POST";
    r.target = "/i/t/token";
    r.head = public_name;
    r.head.append("Content-Type", "application/x-www-form-urlencoded");
    r.head.append("Authorization", f.basic);
    r.body = oauth::format_form({{"grant_type", "authorization_code"},
                                 {"code", std::string(f.authorize({}).value("code"))},
                                 {"redirect_uri", "http://127.0.0.1:1/cb"},
                                 {"code_verifier", f.verifier}});
    const auto plan = answer_through_proxy(f.core, std::move(r), "http");
    const auto* waits = std::get_if<http::hold>(&plan.front().what);
    ASSERT_NE(waits, nullptr);
    EXPECT_EQ(f.at->url(), "http://127.0.0.1:9/i/t") << "in between";
    const auto rest = waits->next();
    const auto& got = std::get<http::write_response>(rest.front().what).r;
    ASSERT_EQ(got.status, 200) << got.body;
    const auto id_token = oauth::parse_jws(std::string(json::parse(got.body)->string_at("id_token")));
    ASSERT_TRUE(id_token);
    EXPECT_EQ(json::parse(id_token->payload)->string_at("iss"), "https://login.example/auth/i/t");
    EXPECT_EQ(f.at->url(), "http://127.0.0.1:9/i/t") << "afterwards";
}

TEST(BehindProxy, ChoosesAmongHostsAndJudgesPlainHttp) {
    auto o = behind(this_machine());
    issuer_request a;
    a.name = "a";
    a.host = "a.example";
    o.issuers.push_back(std::move(a));
    const auto mock = start_mock(std::move(o), "polar");
    EXPECT_EQ(
        issuer_of(ask(*mock, metadata_path, {{"X-Forwarded-Host", "a.example"}, {"X-Forwarded-Proto", "https"}})),
        "https://a.example");
    const auto judged = [&](const char* scheme) {
        return ask(*mock, "/v1/oauth2/token", {{"X-Forwarded-Host", "b.example"}, {"X-Forwarded-Proto", scheme}},
                   "x=1")
                   .body.find("insecure_transport") != std::string::npos;
    };
    EXPECT_TRUE(judged("http"));
    EXPECT_FALSE(judged("https"));
}

TEST(BehindProxy, NonsenseIsRefusedInOneSentence) {
    const auto mock = start_mock(behind(this_machine()));
    for (const auto& [head, said] : std::vector<std::pair<http::headers, std::string>>{
             {{{"X-Forwarded-Proto", "ftp"}},
              "X-Forwarded-Proto of the trusted proxy is 'ftp', which is no http or https"},
             {{{"X-Forwarded-Host", "a b"}}, "X-Forwarded-Host of the trusted proxy is 'a b', which is no host"},
             {{{"X-Forwarded-Host", "a/b"}}, "is 'a/b', which is no host"},
             {{{"X-Forwarded-Host", "u@a"}}, "is 'u@a', which is no host"},
             {{{"X-Forwarded-Host", "a?b"}}, "is 'a?b', which is no host"},
             {{{"X-Forwarded-Prefix", "auth"}},
              "X-Forwarded-Prefix of the trusted proxy is 'auth', which is no path"},
             {{{"X-Forwarded-Prefix", "//evil.example"}}, "which is no path"},
             {{{"X-Forwarded-Prefix", "/a\"b"}}, "which is no path"},
             {{{"X-Forwarded-Prefix", "/a]b"}}, "which is no path"},
             {{{"Forwarded", "proto=\"ws\\"}}, "Forwarded, proto of the trusted proxy is 'w"},
             {{{"Forwarded", "proto=ws"}}, "Forwarded, proto of the trusted proxy is 'ws'"}}) {
        const auto got = ask(*mock, metadata_path, head);
        EXPECT_EQ(got.status, 400) << said;
        EXPECT_NE(got.body.find(said), std::string::npos) << got.body;
    }
}

// A page that was led here by DNS rebinding is a peer on this machine, too.
TEST(BehindProxy, DoesNotOpenTheInspector) {
    auto o = behind(this_machine());
    o.inspector = true;
    const auto mock = start_mock(std::move(o));
    EXPECT_EQ(ask(*mock, "/inspector/", {}).status, 200);
    EXPECT_EQ(ask(*mock, "/inspector/", {{"X-Forwarded-Host", "evil.example"}}).status, 403);
    EXPECT_EQ(ask(*mock, "/inspector/", {{"Host", "evil.example"}, {"X-Forwarded-Proto", "http"}}).status, 403);
}

}  // namespace
}  // namespace assay::mock
