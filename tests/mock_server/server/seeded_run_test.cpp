// With a seed, a frozen clock and sequential requests, two runs give the same bytes, over real sockets.
#include <vector>

#include "http/client.hpp"
#include "mock_server/server/embedded.hpp"
#include "tests/mock_server/flow.hpp"

namespace assay::mock {
namespace {

constexpr std::uint16_t any_port = 0;

class walk {
public:
    walk(const std::string& seed, const std::string& dialect) : speaks_(*find_dialect(dialect).value()) {
        embedded_options o;
        o.port = any_port;
        o.control = false;
        o.seed = seed;
        o.public_url = "https://mock.test";  // so that the port is not part of the compared bytes
        o.default_issuer.emplace();
        o.default_issuer->dialect = dialect;
        o.default_issuer->how = sign_in::automatic;
        o.default_issuer->now = 1'700'000'000;
        o.default_issuer->clients = demo_clients(speaks_);
        auto started = embedded::start(std::move(o));
        EXPECT_TRUE(started);
        running_ = std::move(*started);
        port_ = running_->listener_origin();
    }

    std::vector<std::string> run() {
        ask("GET", "/.well-known/openid-configuration");
        ask("GET", testing::path_in(speaks_, "jwks"));
        const auto location =
            ask("GET", testing::path_in(speaks_, "authorize") + "?" + oauth::format_form(authorization_request()));
        const auto at = location.find("code=");
        EXPECT_NE(at, std::string::npos) << location;
        const auto code = location.substr(at + 5, location.find_first_of("&\r", at) - at - 5);
        const auto tokens =
            post(testing::path_in(speaks_, "token"), {{"grant_type", "authorization_code"},
                                                      {"code", code},
                                                      {"redirect_uri", "http://localhost:8765/callback"},
                                                      {"code_verifier", verifier}});
        const auto access_token = member(tokens, "access_token");
        EXPECT_FALSE(access_token.empty()) << tokens;
        ask("GET", testing::path_in(speaks_, "userinfo"), {{"Authorization", "Bearer " + access_token}});
        post(testing::path_in(speaks_, "token"),
             {{"grant_type", "refresh_token"}, {"refresh_token", member(tokens, "refresh_token")}});
        post(testing::path_in(speaks_, "token"), {{"grant_type", "authorization_code"}, {"code", code}});
        post(testing::path_in(speaks_, "introspect"), {{"token", access_token}});
        post(testing::path_in(speaks_, "revoke"), {{"token", access_token}});
        ask("GET", "/nowhere");
        return answers_;
    }

private:
    oauth::form authorization_request() const {
        return {{"response_type", "code"},
                {"client_id", "demo-post"},
                {"redirect_uri", "http://localhost:8765/callback"},
                {"scope", "openid email"},
                {"state", "s"},
                {"nonce", "n"},
                {"code_challenge", oauth::s256_challenge(verifier)},
                {"code_challenge_method", "S256"}};
    }

    std::string post(const std::string& path, oauth::form body) {
        body.append("client_id", "demo-post");
        body.append("client_secret", "demo-post-secret");
        return ask("POST", path, {{"Content-Type", "application/x-www-form-urlencoded"}}, oauth::format_form(body));
    }

    // The answer as it came over the wire.
    std::string ask(const std::string& method, const std::string& path, const http::headers& head = {},
                    const std::string& body = {}) {
        std::string bytes = method + " " + path + " HTTP/1.1\r\nHost: mock.test\r\nConnection: close\r\n";
        for (const auto& h : head.list) bytes += h.name + ": " + h.value + "\r\n";
        if (!body.empty()) bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        http::client c;
        auto got = c.raw(port_, bytes + "\r\n" + body, std::chrono::milliseconds{20'000});
        EXPECT_TRUE(got) << path;
        answers_.push_back(got.value_or(""));
        return answers_.back();
    }

    static std::string member(const std::string& answer, const std::string& name) {
        const auto document = json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
        return document ? std::string(document->string_at(name)) : std::string();
    }

    static constexpr const char* verifier = "spec-verifier-0123456789-ABCDEFGHIJ-abcdefghij";
    const dialect& speaks_;
    std::unique_ptr<embedded> running_;
    std::string port_;
    std::vector<std::string> answers_;
};

class seeded_run : public ::testing::TestWithParam<std::string> {};

TEST_P(seeded_run, IsByteForByteRepeatable) {
    const auto first = walk("a", GetParam()).run();
    const auto second = walk("a", GetParam()).run();
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t n = 0; n < first.size(); ++n) {
        EXPECT_EQ(first[n], second[n]);
        EXPECT_NE(first[n].find("\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n"), std::string::npos) << first[n];
    }
    const auto other = walk("b", GetParam()).run();
    EXPECT_NE(first[2], other[2]) << "another seed, another code";
    EXPECT_NE(first[3], other[3]) << "another seed, other tokens";
}

INSTANTIATE_TEST_SUITE_P(dialects, seeded_run, ::testing::Values("strict", "polar"),
                         [](const auto& p) { return p.param; });

}  // namespace
}  // namespace assay::mock
