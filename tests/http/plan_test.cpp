// Plans of a handler, observed by the peer.
#include <future>
#include <thread>

#include "tests/http/support.hpp"
#include "tests/support/waiting.hpp"

namespace assay::http::test {
namespace {

using std::chrono::steady_clock;

template <class... Steps>
plan steps(Steps... s) {
    plan p;
    (p.push_back(step{std::move(s)}), ...);
    return p;
}

std::string raw_get(const server& s, milliseconds quiet = milliseconds{3000}) {
    client c;
    auto got = c.raw(s.origin(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n", quiet);
    EXPECT_TRUE(got) << got.error().text();
    return got ? std::move(*got) : std::string{};
}

TEST(plan, exact_sends_these_headers_and_no_others_in_their_order) {
    const auto s = serve([](const request&) {
        write_response w;
        w.exact = true;
        w.r.status = 299;
        w.r.reason = "Odd Enough";
        w.r.head = {{"b", "1"}, {"A", "2"}, {"B", "3"}};
        w.r.body = "body";
        return steps(w);
    });
    EXPECT_EQ(raw_get(*s), "HTTP/1.1 299 Odd Enough\r\nb: 1\r\nA: 2\r\nB: 3\r\n\r\nbody");
}

TEST(plan, only_bytes_stops_there_and_closes) {
    const auto s = serve([](const request&) { return steps(write_response{text("0123456789"), false, {}, 20}); });
    EXPECT_EQ(raw_get(*s), "HTTP/1.1 200 OK\r\nCon");
}

TEST(plan, bytes_go_out_as_they_are) {
    const std::string odd("HTTP/1.1 200\r\n\r\n\0\xff", 18);
    const auto s = serve([&](const request&) { return steps(write_bytes{odd}); });
    EXPECT_EQ(raw_get(*s), odd);
}

TEST(plan, delay_comes_between_bytes) {
    const auto s = serve(
        [](const request&) { return steps(write_bytes{"first"}, delay{milliseconds{200}}, write_bytes{" second"}); });
    const auto began = steady_clock::now();
    EXPECT_EQ(raw_get(*s), "first second");
    EXPECT_GE(steady_clock::now() - began, milliseconds{200});
}

TEST(plan, shutdown_is_an_orderly_end_and_reset_is_not) {
    const auto s = serve([](const request& r) { return r.target == "/reset" ? steps(reset{}) : steps(shutdown{}); });
    client c;
    const auto orderly = c.send(get(s->origin(), "/shutdown"));
    ASSERT_FALSE(orderly);
    EXPECT_NE(orderly.error().message.find("closed the connection without an answer"), std::string::npos);
    const auto abrupt = c.send(get(s->origin(), "/reset"));
    ASSERT_FALSE(abrupt);
    EXPECT_EQ(abrupt.error().code, errc::connect);
    EXPECT_NE(abrupt.error().message.find("reset"), std::string::npos) << abrupt.error().message;
}

TEST(plan, a_reset_lets_what_was_written_arrive) {
    const std::string much(std::size_t{2} << 20U, 'x');
    const auto s = serve([&](const request&) { return steps(write_bytes{much}, reset{}); });
    EXPECT_EQ(raw_get(*s).size(), much.size());
}

TEST(plan, nothing_follows_a_shutdown) {
    const auto s = serve([](const request&) { return steps(write_bytes{"a"}, shutdown{}, write_bytes{"b"}); });
    EXPECT_EQ(raw_get(*s), "a");
}

TEST(plan, an_empty_plan_closes_without_a_byte) {
    const auto s = serve([](const request&) { return plan{}; });
    EXPECT_EQ(raw_get(*s), "");
}

TEST(plan, a_length_that_lies_ends_the_connection) {
    const auto s = serve([](const request&) {
        response r = text("abc");
        r.head.append("Content-Length", "10");
        return reply(std::move(r));
    });
    client c;
    const auto got = c.send(get(s->origin(), "/"));
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, errc::malformed);
}

plan held(const request& r, std::size_t until, milliseconds at_most) {
    hold h;
    h.point = "redeem";
    h.until_waiting = until;
    h.at_most = at_most;
    h.next = [target = r.target] { return reply(text(target)); };
    return steps(h);
}

TEST(hold, releases_when_enough_wait) {
    server_options o;
    o.threads = 2;
    const auto s = serve([](const request& r) { return held(r, 6, std::chrono::minutes{1}); }, o);
    client c;
    std::vector<call> calls;
    for (int n = 0; n < 6; ++n) calls.push_back(get(s->origin(), "/" + std::to_string(n)));
    const auto began = steady_clock::now();
    const auto got = c.send_together(std::move(calls));
    EXPECT_LT(steady_clock::now() - began, milliseconds{5000});
    ASSERT_EQ(got.size(), 6U);
    for (std::size_t n = 0; n < 6; ++n) {
        ASSERT_TRUE(got[n]) << got[n].error().text();
        EXPECT_EQ(got[n]->received.body, "/" + std::to_string(n));
    }
}

TEST(hold, goes_on_after_at_most) {
    const auto s = serve([](const request& r) { return held(r, 2, milliseconds{150}); });
    client c;
    const auto began = steady_clock::now();
    const auto got = c.send(get(s->origin(), "/alone"));
    EXPECT_GE(steady_clock::now() - began, milliseconds{150});
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(got->received.body, "/alone");
    // A waiter that gave up no longer counts: the next one waits alone.
    const auto again = steady_clock::now();
    ASSERT_TRUE(c.send(get(s->origin(), "/alone")));
    EXPECT_GE(steady_clock::now() - again, milliseconds{150});
}

TEST(hold, points_of_other_names_do_not_mix) {
    const auto s = serve([](const request& r) {
        hold h;
        h.point = r.target;
        h.until_waiting = 2;
        h.at_most = milliseconds{150};
        h.next = [] { return reply(text("on")); };
        return steps(h);
    });
    client c;
    const auto began = steady_clock::now();
    const auto got = c.send_together({get(s->origin(), "/a"), get(s->origin(), "/b")});
    EXPECT_GE(steady_clock::now() - began, milliseconds{150});
    for (const auto& g : got) EXPECT_TRUE(g) << g.error().text();
}

TEST(hold, is_cut_short_by_stop) {
    std::promise<void> arrived;
    const auto s = serve([&](const request& r) {
        arrived.set_value();
        return held(r, 2, std::chrono::hours{1});
    });
    auto waiting = std::async(std::launch::async, [&] {
        client c;
        return c.send(get(s->origin(), "/"));
    });
    EXPECT_TRUE(tests::came("the request that is held", arrived.get_future()));
    s->stop(milliseconds{50});
    EXPECT_FALSE(waiting.get());
}

}  // namespace
}  // namespace assay::http::test
