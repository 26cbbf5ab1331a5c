#include "http/client.hpp"

#include <atomic>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/support.hpp"

namespace assay::http::test {
namespace {

using std::chrono::steady_clock;

// A socket that listens but never accepts or answers.
class silent_listener {
public:
    silent_listener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        auto* generic = reinterpret_cast<sockaddr*>(&at);
        if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 8) != 0) ADD_FAILURE() << "cannot listen";
        ::getsockname(socket_, generic, &size);
        origin = "http://127.0.0.1:" + std::to_string(ntohs(at.sin_port));
    }
    ~silent_listener() { close(); }
    silent_listener(const silent_listener&) = delete;
    silent_listener& operator=(const silent_listener&) = delete;
    void close() {
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    std::string origin;

private:
    int socket_;
};

TEST(client, adds_what_is_missing_and_keeps_what_is_there) {
    request seen;
    const auto s = serve([&](const request& r) {
        seen = r;
        return reply(text(""));
    });
    client c;
    call odd = post(s->origin(), "/a?b", "xyz");
    odd.r.head = {{"X-b", "1"}, {"x-B", "2"}, {"HOST", "other"}};
    const auto got = c.send(odd);
    ASSERT_TRUE(got) << got.error().text();
    s->stop();
    std::string fields;
    for (const header& h : seen.head.list) fields += h.name + "=" + h.value + ";";
    EXPECT_EQ(fields, "X-b=1;x-B=2;HOST=other;Content-Length=3;Connection=keep-alive;");
    EXPECT_EQ(got->sent.r.head.list.size(), 5U);
    EXPECT_EQ(seen.body, "xyz");
}

TEST(client, keeps_what_came_back_untidied) {
    const auto s = serve([](const request&) {
        response r = text("x", 418);
        r.reason = "Short and Stout";
        r.head = {{"SET-cookie", "a"}, {"B", "1"}, {"Set-Cookie", "b"}};
        return reply(std::move(r));
    });
    client c;
    const auto got = c.send(get(s->origin(), "/"));
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->received.status, 418);
    EXPECT_EQ(got->received.reason, "Short and Stout");
    EXPECT_EQ(got->received.head.list[0].name, "SET-cookie");
    EXPECT_EQ(got->received.head.list[1].name, "B");
    EXPECT_EQ(got->received.head.list[2].name, "Set-Cookie");
    EXPECT_GT(got->time.count(), 0);
}

TEST(client, does_not_follow_redirects) {
    const auto s = serve([](const request&) {
        response r = text("", 302);
        r.head.set("Location", "/elsewhere");
        return reply(std::move(r));
    });
    client c;
    EXPECT_EQ(c.send(get(s->origin(), "/"))->received.head.value("location"), "/elsewhere");
}

TEST(client, reuses_a_connection) {
    server_options o;
    o.connections_max = 1;
    const auto s = serve(echo_target, o);
    client c;
    for (int n = 0; n < 5; ++n) EXPECT_EQ(c.send(get(s->origin(), "/"))->received.status, 200);
}

TEST(client, goes_on_when_a_kept_connection_was_closed) {
    server_options o;
    auto s = serve(echo_target, o);
    client c;
    ASSERT_TRUE(c.send(get(s->origin(), "/1")));
    o.port = s->port();
    s->stop();
    s = serve(echo_target, o);
    const auto got = c.send(post(s->origin(), "/2", "x"));
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->received.body, "/2");
}

TEST(client, repeats_get_but_not_post_when_a_kept_connection_ends_unanswered) {
    std::atomic<int> asked{0};
    const auto s = serve([&](const request& r) {
        if (r.target == "/keep") return reply(text("kept"));
        plan p;
        if (++asked > 1) return reply(text("second"));
        p.push_back(step{reset{}});
        return p;
    });
    client c;
    ASSERT_TRUE(c.send(get(s->origin(), "/keep")));
    const auto again = c.send(get(s->origin(), "/once"));
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(again->received.body, "second");
    asked = 0;
    const auto not_again = c.send(post(s->origin(), "/once", ""));
    ASSERT_FALSE(not_again);
    EXPECT_EQ(not_again.error().code, errc::connect);
    EXPECT_EQ(asked, 1);
}

TEST(client, gives_up_at_its_deadline) {
    const silent_listener nobody;
    client_options o;
    o.deadline = milliseconds{200};
    client c(o);
    const auto began = steady_clock::now();
    const auto got = c.send(get(nobody.origin, "/"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::timeout);
    EXPECT_GE(steady_clock::now() - began, milliseconds{200});
    EXPECT_LT(steady_clock::now() - began, milliseconds{2000});
}

TEST(client, a_deadline_holds_for_the_whole_answer) {
    const auto s = serve([](const request&) {
        plan p;
        p.push_back(step{write_bytes{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"}});
        const step byte{write_bytes{"x"}};
        const step pause{delay{milliseconds{50}}};
        for (int n = 0; n < 100; ++n) {
            p.push_back(byte);
            p.push_back(pause);
        }
        return p;
    });
    client_options o;
    o.deadline = milliseconds{300};
    client c(o);
    EXPECT_EQ(c.send(get(s->origin(), "/")).error().code, errc::timeout);
}

TEST(client, says_who_refused) {
    silent_listener nobody;
    nobody.close();
    client c;
    const auto got = c.send(get(nobody.origin, "/"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::connect);
    EXPECT_NE(got.error().message.find(nobody.origin), std::string::npos);
    EXPECT_EQ(c.send(get("ftp://127.0.0.1", "/")).error().code, errc::usage);
    EXPECT_EQ(c.send(get("127.0.0.1", "/")).error().code, errc::malformed);
    EXPECT_EQ(c.send(get("http://127.0.0.1:99999", "/")).error().code, errc::usage);
}

TEST(client, finds_localhost_on_either_family) {
    server_options o;
    for (const char* address : {"127.0.0.1", "::1"}) {
        o.address = address;
        const auto s = server::start(o, echo_target);
        if (!s) continue;  // a machine without IPv6
        client c;
        const auto got = c.send(get("http://localhost:" + std::to_string((*s)->port()), "/x"));
        ASSERT_TRUE(got) << got.error().text();
        EXPECT_EQ(got->received.body, "/x");
    }
}

TEST(client, bounds_header_and_body) {
    const auto s = serve([](const request& r) {
        response big = text(r.target == "/body" ? std::string(2000, 'b') : "");
        if (r.target == "/header") big.head.set("Long", std::string(2000, 'h'));
        return reply(std::move(big));
    });
    client_options o;
    o.body_bytes_max = 1000;
    o.header_bytes_max = 1000;
    client c(o);
    EXPECT_EQ(c.send(get(s->origin(), "/body")).error().code, errc::limit);
    EXPECT_EQ(c.send(get(s->origin(), "/header")).error().code, errc::limit);
    EXPECT_TRUE(c.send(get(s->origin(), "/")));
}

struct answer_bytes {
    std::string bytes;
    std::string body;  // expected
    errc error{};      // when `body` is "!"
};

TEST(client, reads_every_framing_and_names_what_is_none) {
    const answer_bytes cases[] = {
        {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
        {"HTTP/1.0 200 OK\r\n\r\nold", "old"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", "abcd"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: "
         "2\r\n\r\nok",
         "ok"},
        {"HTTP/1.1 204 No Content\r\n\r\n", ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "!", errc::malformed},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "!", errc::malformed},
        {"HTTP/1.1 200 OK\r\nConte", "!", errc::malformed},
        {"SSH-2.0-OpenSSH_9\r\n", "!", errc::malformed},
        {"", "!", errc::connect},
    };
    for (const answer_bytes& k : cases) {
        const auto s = serve([&](const request&) {
            plan p;
            p.push_back(step{write_bytes{k.bytes}});
            return p;
        });
        client c;
        const auto got = c.send(get(s->origin(), "/"));
        if (k.body == "!") {
            ASSERT_FALSE(got) << k.bytes;
            EXPECT_EQ(got.error().code, k.error) << k.bytes << got.error().text();
        } else {
            ASSERT_TRUE(got) << k.bytes << got.error().text();
            EXPECT_EQ(got->received.body, k.body);
        }
    }
}

TEST(client, takes_an_answer_that_comes_before_the_body_is_read) {
    server_options o;
    o.body_bytes_max = 10;
    const auto s = serve(echo_target, o);
    client c;
    const auto got = c.send(post(s->origin(), "/", std::string(4U << 20U, 'x')));
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->received.status, 413);
}

TEST(client, sends_together_and_answers_in_order) {
    const auto s = serve(echo_target);
    silent_listener nobody;
    nobody.close();
    client c;
    std::vector<call> calls;
    for (int n = 0; n < 8; ++n) calls.push_back(get(n == 3 ? nobody.origin : s->origin(), "/" + std::to_string(n)));
    const auto got = c.send_together(std::move(calls));
    ASSERT_EQ(got.size(), 8U);
    for (std::size_t n = 0; n < 8; ++n) {
        if (n == 3) {
            EXPECT_EQ(got[n].error().code, errc::connect);
        } else {
            ASSERT_TRUE(got[n]) << got[n].error().text();
            EXPECT_EQ(got[n]->received.body, "/" + std::to_string(n));
        }
    }
    EXPECT_TRUE(c.send_together({}).empty());
}

TEST(client, raw_ends_when_nothing_comes) {
    const silent_listener nobody;
    client c;
    const auto got = c.raw(nobody.origin, "anything", milliseconds{50});
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(*got, "");
}

}  // namespace
}  // namespace assay::http::test
