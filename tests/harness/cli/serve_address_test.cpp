// Where assay serve listens: IPv6, with every command that talks to it.
#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "http/client.hpp"
#include "http/url.hpp"
#include "tests/harness/cli/serving.hpp"

namespace assay::cli_tests {
namespace {

bool has_ipv6() {
    sockaddr_in6 at{};
    at.sin6_family = AF_INET6;
    at.sin6_addr = in6addr_loopback;
    const int s = ::socket(AF_INET6, SOCK_STREAM, 0);
    const bool has = ::bind(s, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;  // NOLINT: C API
    ::close(s);
    return has;
}

int status_at(const std::string& origin, const std::string& ca_file = {}) {
    http::client c({.ca_file = ca_file});
    http::call ask;
    ask.origin = origin;
    ask.r.target = "/.well-known/openid-configuration";
    const auto x = c.send(std::move(ask));
    return x ? x->received.status : 0;
}

std::string port_of(const server_beside& s) {
    return http::parse_url(std::string(s.ready.string_at("origin")))->port;
}

TEST(serve_ipv6, is_loopback_at_its_loopback_address_however_it_is_written) {
    if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
    for (const std::string address : {"::1", "[::1]", "[::1]:0", "0:0:0:0:0:0:0:1"}) {
        const folder at;
        const server_beside s(at, "--dialect strict --address " + address);
        EXPECT_TRUE(s.issuer().starts_with("http://[::1]:")) << address << s.issuer() << s.printed();
        EXPECT_EQ(s.ready.string_at("inspector"), s.issuer() + "/inspector/") << "only this machine reaches it";
        EXPECT_NE(s.printed().find("Mock authorization server " + s.issuer() + "\n"), std::string::npos);
        EXPECT_EQ(status_at(s.issuer()), 200);
        EXPECT_EQ(status_at("http://127.0.0.1:" + port_of(s)), 0) << "one family, unless it is ::";
    }
}

TEST(serve_ipv6, is_where_every_command_finds_it) {
    if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
    const folder at;
    const server_beside s(at,
                          "--dialect strict --address ::1 --sign-in by_request --control 0 --control-address ::1");
    const std::string control(s.ready.string_at("control"));
    EXPECT_TRUE(control.starts_with("http://[::1]:")) << control;
    EXPECT_EQ(assay(at, "healthy '" + s.issuer() + "'").code, 0);
    const auto token = assay(at, "token --client demo-spa --from '" + control + "'");
    EXPECT_EQ(token.code, 0) << token.err;
    const auto run = assay(at, "run --server '" + s.issuer() + "' --select AS-DISC-01");
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    const auto load =
        assay(at, "load --flow metadata --users 1 --for 200ms --server '" + s.issuer() + "' --out load");
    EXPECT_EQ(load.code, 0) << load.out << load.err;
}

TEST(serve_ipv6, has_a_certificate_for_its_address) {
    if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
    const folder at;
    const server_beside s(at, "--address ::1 --tls --tls-dir ca");
    EXPECT_EQ(status_at(s.issuer(), (at / "ca/ca.pem").string()), 200) << s.issuer();
    EXPECT_EQ(status_at(s.issuer()), 0) << "nobody trusts it without that file";
}

TEST(serve_ipv6, is_joined_by_ipv4_at_the_address_of_all) {
    if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
    const folder at;
    const server_beside s(at, "--dialect strict --address :: --expose");
    EXPECT_EQ(s.ready.find("inspector"), nullptr) << "others reach it, too";
    EXPECT_EQ(status_at("http://127.0.0.1:" + port_of(s)), 200);
    EXPECT_EQ(status_at("http://[::1]:" + port_of(s)), 200);
}

TEST(serve_address, is_refused_in_one_sentence) {
    const folder at;
    struct wrong_address {
        const char* options;
        const char* said;
    };
    for (const auto& row : {wrong_address{"--address ::", "assay: :: is not a loopback address and the signing keys"},
                            {"--address '[::]:8080'", "assay: [::]:8080 is not a loopback address"},
                            {"--address ::ffff:10.0.0.1", "is not a loopback address"},
                            {"--address '[::1]:8080' --port 8081",
                             "assay: --address [::1]:8080 and --port 8081 both name a port; leave one of them out\n"},
                            {"--address nowhere",
                             "assay: --address: \"nowhere\" is not an IP address to listen on; use 127.0.0.1 or ::1"},
                            {"--address '[127.0.0.1]'", "is not an IP address to listen on"},
                            {"--address '[::1]:http'", "is not an IP address to listen on"},
                            {"--address '[::1]:70000'", "is not an IP address to listen on"},
                            {"--address ''", "is not an IP address to listen on"},
                            {"--address ':'", "is not an IP address to listen on"},
                            {"--control 0 --control-address ::", "--expose-control"},
                            {"--control 0 --control-address '[::1]:9'", "takes no port; give it to --control\n"}}) {
        const auto e = assay(at, std::string("serve ") + row.options);
        EXPECT_EQ(e.code, 2) << row.options;
        EXPECT_NE(e.err.find(row.said), std::string::npos) << row.options << ": " << e.err;
        EXPECT_EQ(std::count(e.err.begin(), e.err.end(), '\n'), 1) << e.err;
    }
}

}  // namespace
}  // namespace assay::cli_tests
