#include "http/unix_socket.hpp"

#include <filesystem>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/http/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/unix_peer.hpp"

namespace assay::http::test {
namespace {

namespace fs = std::filesystem;

using tests::asked_at;

server_options at_socket(const std::string& path) {
    server_options o;
    o.address = "unix:" + path;
    o.port = 8080;
    return o;
}

constexpr const char* closing = "GET /1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST(unix_socket, serves_its_owner_and_goes_with_the_server) {
    const tests::folder at;
    const auto path = at.file("assay.sock");
    auto o = at_socket(path);
    o.threads = 2;
    const auto s = serve(echo_target, o);
    EXPECT_EQ(s->origin(), "http://localhost:8080");
    struct stat there {};
    ASSERT_EQ(::lstat(path.c_str(), &there), 0);
    EXPECT_TRUE(S_ISSOCK(there.st_mode));
    EXPECT_EQ(there.st_mode & 0777U, 0600U);
    for (int n = 0; n < 20; ++n) {
        const auto got = asked_at(path, closing);
        EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK\r\n") && got.ends_with("\r\n\r\n/1")) << got;
    }
    const auto refused = asked_at(path, "nonsense\r\n\r\n");
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 400 ")) << refused;
    s->stop();
    EXPECT_FALSE(fs::exists(path));
}

TEST(unix_socket, resets_end_a_connection_there_too) {
    const tests::folder at;
    const auto s = serve(
        [](const request&) {
            plan out = reply(text("x"));
            out.push_back({reset{}});
            return out;
        },
        at_socket(at.file("s")));
    EXPECT_TRUE(asked_at(at.file("s"), "GET / HTTP/1.1\r\nHost: h\r\n\r\n").ends_with("x"));
}

TEST(unix_socket, tells_whose_requests_come_from_a_proxy) {
    const tests::folder at;
    const auto who = [](const request& r) { return reply(text(r.from_proxy ? "proxy" : "anybody")); };
    auto o = at_socket(at.file("a"));
    const auto closed = serve(who, o);
    EXPECT_TRUE(asked_at(at.file("a"), closing).ends_with("anybody"));
    ASSERT_TRUE(o.proxies.add("unix"));
    o.address = "unix:" + at.file("b");
    const auto open = serve(who, o);
    EXPECT_TRUE(asked_at(at.file("b"), closing).ends_with("proxy"));
    server_options tcp;
    tcp.proxies = o.proxies;
    const auto beside = serve(who, tcp);
    client c;
    EXPECT_EQ(c.send(get(beside->origin(), "/"))->received.body, "anybody");
    ASSERT_TRUE(tcp.proxies.add("127.0.0.0/8"));
    const auto trusting = serve(who, tcp);
    EXPECT_EQ(c.send(get(trusting->origin(), "/"))->received.body, "proxy");
}

TEST(unix_socket, takes_the_place_of_one_that_nobody_listens_on) {
    const tests::folder at;
    const auto path = at.file("s");
    const auto left = tests::unix_address(path);
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&left), sizeof left), 0);  // NOLINT: C API
    ::close(dead);
    ASSERT_TRUE(fs::exists(path));
    const auto s = serve(echo_target, at_socket(path));
    EXPECT_TRUE(asked_at(path, closing).ends_with("/1"));
    const auto second = server::start(at_socket(path), echo_target);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::environment);
    EXPECT_NE(second.error().message.find("is in use: another program listens there"), std::string::npos);
    EXPECT_TRUE(asked_at(path, closing).ends_with("/1")) << "the first is undisturbed";
}

TEST(unix_socket, leaves_alone_what_is_not_its_own) {
    const tests::folder at;
    tests::write(at / "file", "precious");
    const auto no = server::start(at_socket(at.file("file")), echo_target);
    ASSERT_FALSE(no);
    EXPECT_NE(no.error().message.find("is there and is no socket"), std::string::npos) << no.error().message;
    EXPECT_EQ(tests::text_of(at / "file"), "precious");
    const auto first = serve(echo_target, at_socket(at.file("s")));
    fs::remove(at / "s");
    const auto second = serve(echo_target, at_socket(at.file("s")));
    first->stop();
    EXPECT_TRUE(asked_at(at.file("s"), closing).ends_with("/1")) << "the file is the second's";
}

TEST(unix_socket, is_refused_with_a_reason) {
    const tests::folder at;
    for (const auto& [address, said] : {std::pair<std::string, std::string>{
                                            "unix:" + at.file("none/s"), "No such file or directory; choose a path"},
                                        {"unix:" + std::string(200, 'x'), "of at most 107 bytes"},
                                        {"unix:", "must have the path of a unix socket"}}) {
        server_options o;
        o.address = address;
        const auto no = server::start(o, echo_target);
        ASSERT_FALSE(no) << address;
        EXPECT_NE(no.error().message.find(said), std::string::npos) << no.error().message;
    }
}

}  // namespace
}  // namespace assay::http::test
