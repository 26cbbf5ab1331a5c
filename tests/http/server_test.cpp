#include "http/server.hpp"

#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "tests/http/support.hpp"
#include "tests/support/waiting.hpp"

namespace assay::http::test {
namespace {

constexpr const char* small = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n";

std::string raw(const server& s, std::string_view bytes, milliseconds quiet = milliseconds{300}) {
    client c;
    auto got = c.raw(s.origin(), bytes, quiet);
    EXPECT_TRUE(got) << got.error().text();
    return got ? std::move(*got) : std::string{};
}

TEST(server, answers_with_date_and_length) {
    const auto s = serve(echo_target);
    const std::string got = raw(*s, small);
    EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n")) << got;
    EXPECT_NE(got.find("\r\nDate: "), std::string::npos);
    EXPECT_NE(got.find("\r\nContent-Length: 2\r\n"), std::string::npos);
    EXPECT_TRUE(got.ends_with("\r\n\r\n/1"));
}

TEST(server, serves_pipelined_requests_in_order) {
    const auto s = serve(echo_target);
    const std::string got = raw(*s,
                                "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: "
                                "3\r\n\r\nabcGET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(count(got, "HTTP/1.1 200 OK"), 3U) << got;
    EXPECT_LT(got.find("/1"), got.find("/2"));
    EXPECT_LT(got.find("/2"), got.find("/3"));
    EXPECT_NE(got.find("Connection: close"), std::string::npos);
}

TEST(server, keeps_what_was_sent_untidied) {
    request seen;
    const auto s = serve([&](const request& r) {
        seen = r;
        return reply(text(""));
    });
    raw(*s, "PURGE /a/../b%2f?x=%41&&y HTTP/1.1\r\nhOsT: h\r\nX-A: 1\r\nCookie: a\r\nx-a:  2 \r\nX-A:\r\n\r\n");
    s->stop();
    EXPECT_EQ(seen.method, "PURGE");
    EXPECT_EQ(seen.target, "/a/../b%2f?x=%41&&y");
    ASSERT_EQ(seen.head.list.size(), 5U);
    EXPECT_EQ(seen.head.list[0].name, "hOsT");
    EXPECT_EQ(seen.head.list[1].name, "X-A");
    EXPECT_EQ(seen.head.list[2].name, "Cookie");
    EXPECT_EQ(seen.head.list[3].name, "x-a");
    EXPECT_EQ(seen.head.list[3].value, "2");
    EXPECT_EQ(seen.head.list[4].value, "");
}

struct refused {
    const char* name;
    std::string bytes;
    int status;
};

class refusals : public testing::TestWithParam<refused> {};

TEST_P(refusals, are_answered_and_then_closed) {
    server_options o;
    o.header_bytes_max = 4096;
    o.body_bytes_max = 1000;
    const auto s = serve(echo_target, o);
    const auto began = std::chrono::steady_clock::now();
    const std::string got = raw(*s, GetParam().bytes, milliseconds{5000});
    EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds{4000}) << "the server did not close";
    EXPECT_TRUE(got.starts_with("HTTP/1.1 " + std::to_string(GetParam().status) + " ")) << got.substr(0, 200);
    EXPECT_NE(got.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(count(got, "\r\nContent-Length: "), 1U);
}

const std::string host = "Host: h\r\n";

INSTANTIATE_TEST_SUITE_P(
    all, refusals,
    testing::Values(
        refused{"not_http", "hello\r\n\r\n", 400},
        refused{"binary", std::string("\x16\x03\x01\x00\xa5\r\n\r\n", 9), 400},
        refused{"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
        refused{"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        refused{"space_in_name", "GET / HTTP/1.1\r\n" + host + "A : b\r\n\r\n", 400},
        refused{"two_lengths", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                400},
        refused{"length_and_chunked",
                "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                400},
        refused{"negative_length", "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", 400},
        refused{"bad_chunk", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n", 400},
        refused{"unknown_coding", "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n", 501},
        refused{"version_2", "GET / HTTP/2.0\r\n" + host + "\r\n", 505},
        refused{"long_uri", "GET /" + std::string(5000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
        refused{"endless_uri", "GET /" + std::string(50'000, 'a'), 414},
        refused{"long_field", "GET / HTTP/1.1\r\n" + host + "A: " + std::string(5000, 'a') + "\r\n\r\n", 431},
        refused{"many_fields",
                [] {
                    std::string all = "GET / HTTP/1.1\r\n" + host;
                    for (int n = 0; n < 1000; ++n) all += "A: b\r\n";
                    return all + "\r\n";
                }(),
                431},
        refused{"long_body", "POST / HTTP/1.1\r\n" + host + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'b'),
                413},
        refused{"long_chunks",
                "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'b') +
                    "\r\n0\r\n\r\n",
                413}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(server, answers_a_request_that_stops_half_way) {
    server_options o;
    o.idle_timeout = milliseconds{150};
    const auto s = serve(echo_target, o);
    EXPECT_TRUE(raw(*s, "GET / HTTP/1.1\r\nHo", milliseconds{3000}).starts_with("HTTP/1.1 408 "));
    EXPECT_TRUE(raw(*s, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc", milliseconds{3000})
                    .starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(raw(*s, "", milliseconds{3000}), "");
}

TEST(server, accepts_chunked_bodies_and_drops_trailers) {
    request seen;
    const auto s = serve([&](const request& r) {
        seen = r;
        return reply(text(r.body));
    });
    const std::string got =
        raw(*s,
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n"
            "Authorization: smuggled\r\n\r\n" +
                std::string(small));
    s->stop();
    EXPECT_NE(got.find("\r\n\r\nabcde"), std::string::npos) << got;
    EXPECT_EQ(count(got, "HTTP/1.1 200"), 2U);
    EXPECT_EQ(seen.head.find("authorization"), nullptr);
}

TEST(server, says_continue_to_a_client_that_waits) {
    const auto s = serve([](const request& r) { return reply(text(r.body)); });
    const std::string got =
        raw(*s, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(got, "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(server, answers_head_with_the_length_only) {
    const auto s = serve([](const request&) { return reply(text("12345")); });
    const std::string got = raw(*s, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_NE(got.find("Content-Length: 5\r\n"), std::string::npos);
    EXPECT_TRUE(got.ends_with("\r\n\r\n"));
}

TEST(server, closes_after_http_1_0_unless_asked_to_keep) {
    const auto s = serve(echo_target);
    const std::string closed = raw(*s, "GET / HTTP/1.0\r\n\r\n", milliseconds{5000});
    EXPECT_NE(closed.find("Connection: close\r\n"), std::string::npos);
    const std::string kept = raw(*s, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_NE(kept.find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(server, turns_a_handlers_exception_into_500) {
    const auto s = serve([](const request&) -> plan { throw std::runtime_error("out of luck"); });
    const std::string got = raw(*s, small);
    EXPECT_TRUE(got.starts_with("HTTP/1.1 500 ")) << got;
    EXPECT_NE(got.find("out of luck"), std::string::npos);
}

TEST(server, names_the_port_that_is_in_use) {
    server_options o;
    o.threads = 2;
    const auto s = serve(echo_target, o);
    o.port = s->port();
    const auto second = server::start(o, echo_target);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::environment);
    EXPECT_EQ(second.error().message, "port " + std::to_string(s->port()) +
                                          " on 127.0.0.1 is in use; choose another with --port or use --port 0");
    s->stop();
    EXPECT_TRUE(server::start(o, echo_target)) << "a stopped server gives its port back";
}

TEST(server, refuses_an_address_that_is_none) {
    server_options o;
    o.address = "example.com";
    const auto s = server::start(o, echo_target);
    ASSERT_FALSE(s);
    EXPECT_EQ(s.error().code, errc::usage);
    o.address = "192.0.2.1";
    const auto other = server::start(o, echo_target);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, errc::environment);
}

TEST(server, stop_drains_a_request_in_progress_and_closes_idle_connections) {
    std::promise<void> arrived;
    const auto s = serve([&](const request& r) {
        if (r.target == "/idle") return reply(text("idle"));
        arrived.set_value();
        plan p;
        p.push_back(step{delay{milliseconds{200}}});
        p.push_back(step{write_response{text("done"), false, {}}});
        return p;
    });
    client idle;
    ASSERT_TRUE(idle.send(get(s->origin(), "/idle")));
    auto answer = std::async(std::launch::async, [&] {
        client c;
        return c.send(get(s->origin(), "/slow"));
    });
    EXPECT_TRUE(tests::came("the slow request", arrived.get_future()));
    s->stop(milliseconds{5000});
    const auto got = answer.get();
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->received.body, "done");
    EXPECT_EQ(got->received.head.value("connection"), "close");
    EXPECT_FALSE(idle.send(get(s->origin(), "/idle")));
}

TEST(server, stop_ends_what_outlasts_the_drain) {
    std::promise<void> arrived;
    const auto s = serve([&](const request&) {
        arrived.set_value();
        plan p;
        p.push_back(step{delay{std::chrono::hours{1}}});
        return p;
    });
    auto answer = std::async(std::launch::async, [&] {
        client c;
        return c.send(get(s->origin(), "/"));
    });
    EXPECT_TRUE(tests::came("the request that outlasts", arrived.get_future()));
    s->stop(milliseconds{50});
    EXPECT_EQ(answer.get().error().code, errc::connect);
    s->stop();
}

TEST(server, serves_many_threads_at_once) {
    server_options o;
    o.threads = 2;
    std::atomic<int> served{0};
    const auto s = serve(
        [&](const request& r) {
            ++served;
            return reply(text(r.target + r.body));
        },
        o);
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            client c;
            for (int n = 0; n < 200; ++n) {
                const std::string mark = "/" + std::to_string(t) + "/" + std::to_string(n);
                const auto got = n % 2 == 0 ? c.send(get(s->origin(), mark)) : c.send(post(s->origin(), mark, mark));
                if (!got || got->received.body != (n % 2 == 0 ? mark : mark + mark)) ++wrong;
            }
        });
    }
    for (auto& t : threads) t.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(served, 1600);
}

}  // namespace
}  // namespace assay::http::test
