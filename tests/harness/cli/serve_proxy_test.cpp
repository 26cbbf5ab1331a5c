// assay serve behind a proxy, and at a unix socket.
#include <algorithm>
#include <csignal>

#include "http/byte_stream.hpp"
#include "http/client.hpp"
#include "tests/harness/cli/serving.hpp"
#include "tests/support/process.hpp"
#include "tests/support/unix_peer.hpp"
#include "tests/support/waiting.hpp"

namespace assay::cli_tests {
namespace {

constexpr const char* ask_for_metadata =
    "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST(serve_unix, listens_at_a_file_of_its_owner_that_goes_with_it) {
    const folder at;
    const auto socket = at.file("assay.sock");
    {
        const server_beside s(at, "--dialect strict --address unix:assay.sock --ready-file ready.json");
        EXPECT_EQ(s.issuer(), "http://localhost") << s.printed();
        EXPECT_EQ(s.ready.string_at("socket"), "assay.sock");
        EXPECT_NE(s.ready.find("inspector"), nullptr) << "nobody else reaches it";
        EXPECT_NE(s.printed().find("socket     assay.sock\n"), std::string::npos) << s.printed();
        const auto got = tests::asked_at(socket, ask_for_metadata);
        EXPECT_NE(got.find(R"("issuer":"http://localhost")"), std::string::npos) << got;
        const auto second = assay(at, "serve --address unix:assay.sock");
        EXPECT_EQ(second.code, 3);
        EXPECT_NE(second.err.find("unix:assay.sock is in use"), std::string::npos) << second.err;
    }
    EXPECT_FALSE(fs::exists(socket));
}

TEST(serve_unix, comes_back_after_it_was_killed) {
    const folder at;
    {
        tests::process killed(
            at, {ASSAY_PROGRAM, "serve", "--address", "unix:" + at.file("s"), "--ready-file", at.file("ready.json")});
        ASSERT_TRUE(tests::came("its ready file", [&] { return fs::exists(at / "ready.json"); }));
        const auto first = json::parse(text_of(at / "ready.json")).value_or(json::value());
        ASSERT_EQ(first.string_at("issuer"), "http://localhost:8080") << "the port is that of URLs";
        killed.end(SIGKILL);
    }
    const server_beside s(at, "--address unix:s");
    EXPECT_EQ(s.issuer(), "http://localhost") << s.printed();
}

TEST(serve_unix, is_refused_in_one_sentence) {
    const folder at;
    for (const auto& [options, code, said] :
         {std::tuple{"--address unix:", 2, "assay: --address: \"unix:\" must have the path of a unix socket"},
          {"--address unix:none/s", 3, "assay: cannot listen on unix:none/s: "},
          {"--control 0 --control-address unix:s", 2, "only --address may be a unix socket\n"}}) {
        const auto e = assay(at, std::string("serve ") + options);
        EXPECT_EQ(e.code, code) << options << e.err;
        EXPECT_NE(e.err.find(said), std::string::npos) << e.err;
        EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << e.err;
    }
}

TEST(serve_proxy, is_refused_in_one_sentence_where_it_is_wrong) {
    const folder at;
    write(at / "serve.yaml", "trust_proxies:\n  - 10.0.0.0/8\n  - proxy.example\n");
    for (const auto& [options, said] :
         {std::pair{"--trust-proxy 10.0.0.0/8,proxy", "assay: --trust-proxy: 'proxy' is neither an address such as"},
          {"--config serve.yaml", "assay: serve.yaml:3:5: 'proxy.example' is neither an address such as"},
          {"--trust-proxy ::1 --public-url https://mock.example",
           "assay: --public-url and --trust-proxy both say which URL clients use; leave one of them out\n"}}) {
        const auto e = assay(at, std::string("serve ") + options);
        EXPECT_EQ(e.code, 2) << options;
        EXPECT_NE(e.err.find(said), std::string::npos) << e.err;
        EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << e.err;
    }
}

TEST(serve_proxy, is_a_variable_too) {
    const folder at;
    const server_beside s(at, "--dialect strict", "serve.err", "ASSAY_TRUST_PROXY=10.0.0.0/8,127.0.0.1");
    http::client c;
    http::call ask;
    ask.origin = s.issuer();
    ask.r.target = "/.well-known/openid-configuration";
    ask.r.head = {{"X-Forwarded-Host", "login.example"}};
    const auto x = c.send(std::move(ask));
    ASSERT_TRUE(x) << x.error().text();
    EXPECT_EQ(json::parse(x->received.body)->string_at("issuer"), "http://login.example");
    EXPECT_NE(s.printed().find("proxies    10.0.0.0/8, 127.0.0.1 say under which URL"), std::string::npos)
        << s.printed();
}

// A proxy as users have one: it takes a prefix from the path, and reaches the mock at its socket.
TEST(serve_proxy, is_one_server_behind_haproxy) {
    ASSAY_NEEDS("haproxy");
    const folder at;
    const server_beside s(
        at, "--dialect strict --sign-in by_request --address unix:" + at.file("s") + " --trust-proxy unix");
    const auto port = std::to_string(tests::free_port());
    write(at / "haproxy.cfg",
          "defaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n"
          "frontend f\n bind 127.0.0.1:" +
              port +
              "\n http-request set-header X-Forwarded-Proto http\n"
              " http-request set-header X-Forwarded-Host %[req.hdr(host)]\n"
              " http-request set-header X-Forwarded-Prefix /auth\n"
              " http-request replace-path /auth(/.*)? \\1\n"
              " default_backend b\nbackend b\n server mock unix@" +
              at.file("s") + "\n");
    const tests::process proxy(at, {"haproxy", "-db", "-f", at.file("haproxy.cfg")});
    ASSERT_TRUE(tests::came("the proxy", [&] {
        return http::byte_stream::open({"127.0.0.1", port, false}, nullptr, std::chrono::milliseconds{1000})
            .has_value();
    })) << text_of(at / "log");
    const auto run = assay(at, "run --server http://127.0.0.1:" + port + "/auth --profile oauth2.1 --brief");
    EXPECT_EQ(run.code, 0) << run.out << run.err;
}

}  // namespace
}  // namespace assay::cli_tests
