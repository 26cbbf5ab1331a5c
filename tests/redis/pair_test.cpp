// Two nodes of one issuer: what happens at one is so at the other, and of two at the same moment one wins.
#include <algorithm>
#include <array>

#include "tests/harness/cli/program.hpp"
#include "tests/redis/node.hpp"

namespace assay::redis_tests {
namespace {

class Pair : public testing::Test {
protected:
    void SetUp() override {
        ASSAY_NEEDS(server_program());
        server.emplace();
        one.emplace(server->open());
        two.emplace(server->open());
    }
    // Both nodes do it at the same moment, `tries` times; how often other than once it was done.
    template <class Act>
    int unfair(int tries, const Act& act) {
        std::atomic<int> ready{0};
        std::vector<std::atomic<int>> wins(static_cast<std::size_t>(tries));
        const auto run = [&](node& at) {
            for (int n = 0; n < tries; ++n) {
                ready.fetch_add(1);
                while (ready.load() < 2 * (n + 1)) std::this_thread::yield();
                if (act(at, n)) wins[static_cast<std::size_t>(n)].fetch_add(1);
            }
        };
        std::thread other([&] { run(*two); });
        run(*one);
        other.join();
        return static_cast<int>(
            std::count_if(wins.begin(), wins.end(), [](const auto& count) { return count.load() != 1; }));
    }

    std::optional<redis_server> server;
    std::optional<node> one, two;
};

constexpr int tries = 10'000;

TEST_F(Pair, OfTwoRedemptionsOneWinsInTenThousandTries) {
    auto& s = one->core.find("")->tokens;
    mock::code_grant g;
    g.client_id = "web";
    g.lifetime = 60;
    for (int n = 0; n < tries; ++n) ASSERT_TRUE(s.put_code(fmt::format("c-{}", n), g));
    EXPECT_EQ(
        unfair(tries, [](node& at, int n) { return at.core.find("")->tokens.redeem_code(fmt::format("c-{}", n)); }),
        0);
}

TEST_F(Pair, OfTwoRotationsOneWinsInTenThousandTries) {
    auto& pairs = one->core.find("")->tokens.pairs;
    mock::token_pair p;
    p.grant = pairs.share({"web", "openid", {"user", "ada"}});
    p.expires_in = 60;
    for (int n = 0; n < tries; ++n) pairs.put(fmt::format("a-{}", n), fmt::format("r-{}", n), p);
    EXPECT_EQ(unfair(tries,
                     [](node& at, int n) {
                         return at.core.find("")->tokens.pairs.retire_refresh(mock::digest_of(fmt::format("r-{}", n)),
                                                                              true, 1);
                     }),
              0);
    EXPECT_EQ(
        unfair(tries, [](node& at, int n) { return at.core.find("")->short_lived.is_first(fmt::format("{}", n)); }),
        0);
}

TEST_F(Pair, OfTwoTokenRequestsOneGetsTokens) {
    const auto minted = one->mint(300);
    const auto wins = [&](node& at, int n) {
        const auto r = at.redeem(minted.all[static_cast<std::size_t>(n)], minted.verifier);
        EXPECT_TRUE(r.status == 200 || r.status == 400) << r.status << r.body;
        return r.status == 200;
    };
    EXPECT_EQ(unfair(300, wins), 0);
}

TEST_F(Pair, WhatOneIssuesTheOtherKnows) {
    const auto minted = one->mint(1);
    const auto tokens = body_of(two->redeem(minted.all.front(), minted.verifier));
    const std::string access(tokens.string_at("access_token"));
    EXPECT_TRUE(one->is_active(access));
    const auto refreshed = body_of(one->refresh(std::string(tokens.string_at("refresh_token"))));
    EXPECT_TRUE(two->is_active(std::string(refreshed.string_at("access_token"))));
    EXPECT_EQ(two->refresh(std::string(tokens.string_at("refresh_token"))).status, 400) << "reuse";
    EXPECT_FALSE(one->is_active(std::string(refreshed.string_at("access_token")))) << "the reuse ended the family";
    // A client of one is a client of both.
    EXPECT_EQ(
        one->control("POST", "/issuers/default/clients",
                     json::object{{"client_id", "late"}, {"redirect_uris", json::array{"https://a.example/cb"}}})
            .status,
        201);
    EXPECT_EQ(two->control("GET", "/issuers/default/clients/late").status, 200);
}

TEST_F(Pair, FaultsCountAcrossBoth) {
    ASSERT_EQ(one->control("PUT", "/issuers/default/faults", json::array{"token_status=503@3"}).status, 200);
    const auto minted = one->mint(6);
    std::vector<int> seen;
    for (std::size_t n = 0; n < 6; ++n) {
        node& at = n % 2 == 0 ? *one : *two;
        seen.push_back(at.redeem(minted.all[n], minted.verifier).status);
    }
    EXPECT_EQ(seen, (std::vector<int>{200, 200, 503, 200, 200, 200}));
    for (node* at : {&*one, &*two}) {
        const auto said = body_of(at->control("GET", "/issuers/default/faults"));
        EXPECT_EQ(said.at_pointer("/fired/0")->as_integer(), 1) << json::format(said);
    }
    ASSERT_EQ(two->control("DELETE", "/issuers/default/faults").status, 204);
    EXPECT_TRUE(body_of(one->control("GET", "/issuers/default/faults")).find("faults")->as_array()->empty());
}

TEST_F(Pair, ClockKeysAndPeopleAreSetForBoth) {
    const auto now_at = [](node& at) {
        return body_of(at.control("GET", "/issuers/default/clock")).find("now")->as_integer().value();
    };
    one->control("POST", "/issuers/default/clock", json::object{{"now", 1'000'000}});
    EXPECT_EQ(now_at(*two), 1'000'000);
    two->control("POST", "/issuers/default/clock", json::object{{"advance_s", 60}});
    EXPECT_EQ(now_at(*one), 1'000'060);
    one->control("POST", "/issuers/default/keys");
    EXPECT_EQ(one->get("/jwks").body, two->get("/jwks").body);
    EXPECT_NE(two->get("/jwks").body.find("-2\""), std::string::npos) << "rotated";
    one->control("POST", "/issuers/default/users", json::object{{"username", "rosalind"}});
    const auto user = two->control("GET", "/issuers/default/users/rosalind");
    EXPECT_EQ(user.status, 200);
    EXPECT_EQ(user.body, one->control("GET", "/issuers/default/users/rosalind").body) << "with the same sub";
    const auto third = node(server->open());
    EXPECT_EQ(third.core.find("")->now(), 1'000'060) << "a mock that starts later takes over what was set";
}

TEST_F(Pair, AMockThatIsToldOtherwiseSetsItForAll) {
    one->control("PUT", "/issuers/default/faults", json::array{"token_status=503"});
    node told(server->open(), json::array{"id_token_aud_wrong"});
    EXPECT_NE(one->control("GET", "/issuers/default/faults").body.find("id_token_aud_wrong"), std::string::npos);
    node again(server->open(), json::array{"id_token_aud_wrong"});
    EXPECT_NE(two->control("GET", "/issuers/default/faults").body.find("id_token_aud_wrong"), std::string::npos);
}

// It proposes a secret of its own before the others have noticed the loss.
TEST_F(Pair, AMockThatStartsAfterALossHasTheSameSecretAsTheOthers) {
    const auto token_at = [](node& at) { return at.core.find("")->csrf_token("session"); };
    EXPECT_EQ(token_at(*one), token_at(*two));
    ASSERT_EQ(server->ask({"FLUSHALL"}).text, "OK");
    node third(server->open());
    for (node* at : {&*one, &*two}) {
        EXPECT_EQ(at->get("/jwks").status, 200);
        EXPECT_EQ(token_at(*at), token_at(third));
    }
}

// The faults that stay are those that requests use meanwhile.
TEST_F(Pair, FaultsAreAddedWhileRequestsCountThem) {
    ASSERT_EQ(one->control("PUT", "/issuers/default/faults", json::array{"token_status=503@900"}).status, 200);
    std::atomic<bool> done{false};
    std::thread requests([&] {
        while (!done.load()) EXPECT_NE(one->redeem("none", "none").status, 200);
    });
    for (int n = 0; n < 20; ++n) {
        ASSERT_EQ(one->control("POST", "/issuers/default/faults", json::array{"metadata_status=500@900"}).status,
                  200);
    }
    done.store(true);
    requests.join();
    const auto there = two->core.find("");
    EXPECT_EQ(two->get("/jwks").status, 200);
    EXPECT_EQ(there->faults()->specs().size(), 21U);
    EXPECT_EQ(there->faults()->ids(), one->core.find("")->faults()->ids());
}

TEST_F(Pair, NeitherResetsWhatTheOtherServes) {
    const auto before = one->core.find("");
    const auto again = one->core.reset("default");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, errc::environment);
    EXPECT_EQ(one->core.find(""), before);
}

TEST_F(Pair, FaultIssuersByUrlAreShared) {
    const auto ask = [](node& at) {
        return at.get("/f/metadata_status=503@2/.well-known/openid-configuration").status;
    };
    EXPECT_EQ(ask(*one), 200);
    EXPECT_EQ(ask(*two), 503);
    EXPECT_EQ(ask(*one), 200);
}

// As in docs/serve.md, for `front` and two mocks. The second part of a pair is the command that starts it.
std::pair<std::string, std::vector<std::string>> proxy_of(const std::string& program, const folder& at,
                                                          std::uint16_t front,
                                                          const std::array<std::uint16_t, 2>& ports) {
    const auto file = at.file(program + ".conf");
    if (program == "haproxy") {
        return {fmt::format("defaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n"
                            "frontend mocks\n bind 127.0.0.1:{}\n default_backend mocks\n"
                            "backend mocks\n balance roundrobin\n option httpchk GET /health\n"
                            " server one 127.0.0.1:{} check\n server two 127.0.0.1:{} check\n",
                            front, ports[0], ports[1]),
                {"haproxy", "-db", "-f", file}};
    }
    return {
        fmt::format("daemon off; master_process off; pid {0}/nginx.pid; error_log stderr; events {{}}\n"
                    "http {{\n access_log off; client_body_temp_path {0}; proxy_temp_path {0}; fastcgi_temp_path {0};"
                    " uwsgi_temp_path {0}; scgi_temp_path {0};\n"
                    " upstream mocks {{ server 127.0.0.1:{2}; server 127.0.0.1:{3}; keepalive 16; }}\n"
                    " server {{\n  listen 127.0.0.1:{1};\n  location / {{\n   proxy_pass http://mocks;\n"
                    "   proxy_http_version 1.1;\n   proxy_set_header Connection \"\";\n"
                    "   proxy_set_header Host $http_host;\n  }}\n }}\n}}\n",
                    at.name(), front, ports[0], ports[1]),
        {"nginx", "-c", file}};
}

// The program, twice, behind a proxy: the checks of a profile see one server.
class PairBehindAProxy : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(proxies, PairBehindAProxy, testing::Values("haproxy", "nginx"),
                         [](const auto& row) { return row.param; });

TEST_P(PairBehindAProxy, PassesTheChecks) {
    ASSAY_NEEDS(server_program());
    ASSAY_NEEDS(GetParam());
    redis_server server;
    const folder at;
    const auto front = free_port();
    const std::array<std::uint16_t, 2> ports{free_port(), free_port()};
    const auto mock_at = [&](std::uint16_t port) {
        return std::make_unique<process>(
            at,
            std::vector<std::string>{ASSAY_PROGRAM, "serve", "--dialect", "strict", "--port", std::to_string(port),
                                     "--public-url", fmt::format("http://127.0.0.1:{}", front), "--store",
                                     server.url(), "--ready-file", at.file(fmt::format("ready-{}", port))});
    };
    const auto one = mock_at(ports[0]);
    const auto two = mock_at(ports[1]);
    for (const auto port : ports) {
        const auto ready = at / fmt::format("ready-{}", port);
        ASSERT_TRUE(came("a mock", [&] { return tests::text_of(ready).ends_with("\n"); }))
            << tests::text_of(at / "log");
        EXPECT_EQ(json::parse(tests::text_of(ready)).value().string_at("store"), server.url());
    }
    const auto [text, command] = proxy_of(GetParam(), at, front, ports);
    tests::write(command.back(), text);
    const process proxy(at, command);
    ASSERT_TRUE(came("the proxy", [&] {
        return http::byte_stream::open({"127.0.0.1", std::to_string(front), false}, nullptr,
                                       std::chrono::milliseconds{1000})
            .has_value();
    }));
    const auto e = cli_tests::assay(
        at, fmt::format("run --profile oauth2.1 --server http://127.0.0.1:{} --brief --format json", front));
    EXPECT_EQ(e.code, 0) << e.out << e.err;
}

}  // namespace
}  // namespace assay::redis_tests
