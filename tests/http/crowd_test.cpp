// More connections than the limit, and peers that close early.
#include <algorithm>
#include <future>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/http/support.hpp"
#include "tests/support/waiting.hpp"

namespace assay::http::test {
namespace {

// A peer with a bare socket.
class peer {
public:
    explicit peer(const server& s, std::string_view says = "")
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(s.port());
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(0, ::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at));
        say(says);
    }
    ~peer() { leave(); }
    peer(peer&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
    peer& operator=(peer&&) = delete;

    void say(std::string_view bytes) const { ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
    void leave() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    // The beginning of what the server says next.
    [[nodiscard]] std::string hear_something() const {
        char some[4096];
        const auto n = ::recv(socket_, some, sizeof some, 0);
        return {some, static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
    }
    // Reads until the server closes.
    [[nodiscard]] std::string hear() const {
        std::string out;
        char some[4096];
        pollfd now{socket_, POLLIN, 0};
        const auto patience = static_cast<int>(std::chrono::milliseconds(tests::patience).count());
        while (::poll(&now, 1, patience) == 1) {
            const auto n = ::recv(socket_, some, sizeof some, 0);
            if (n <= 0) return out;
            out.append(some, static_cast<std::size_t>(n));
        }
        ADD_FAILURE() << "the server said nothing more and did not close";
        return out;
    }

private:
    int socket_;
};

constexpr const char* asks = "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr const char* begins = "GET /slow HTTP/1.1\r\nHo";

plan slow(const request& r) {
    if (r.target != "/slow") return reply(text(r.target));
    plan p;
    p.push_back(step{delay{std::chrono::hours{1}}});
    p.push_back(step{write_response{text("late"), false, {}}});
    return p;
}

std::string ask(const server& s) {
    client c;
    const auto got = c.send(get(s.origin(), "/now"));
    return got ? std::to_string(got->received.status) : got.error().text();
}

TEST(crowd, a_peer_that_leaves_while_its_answer_is_delayed_is_forgotten) {
    const auto s = serve(slow);
    std::vector<peer> all;
    for (int n = 0; n < 50; ++n) all.emplace_back(*s, asks);
    ASSERT_TRUE(tests::came("the connections", [&] { return s->connections() == 50; }));
    all.clear();
    EXPECT_TRUE(tests::came("the end of the connections", [&] { return s->connections() == 0; }));
}

TEST(crowd, so_is_one_that_had_sent_a_next_request_already) {
    const auto s = serve(slow);
    for (const auto& said : {std::string(asks) + asks, std::string(asks)}) {
        peer p(*s, said);
        ASSERT_TRUE(tests::came("the connection", [&] { return s->connections() == 1; }));
        p.say(asks);
        p.leave();
        EXPECT_TRUE(tests::came("the end of the connection", [&] { return s->connections() == 0; }));
    }
}

TEST(crowd, so_is_one_that_waits_for_others_and_these_go_on_alone) {
    std::atomic<int> went_on{0};
    const auto s = serve([&](const request&) {
        hold h;
        h.point = "together";
        h.until_waiting = 2;
        h.at_most = std::chrono::hours{1};
        h.next = [&] { return ++went_on, reply(text("on")); };
        plan p;
        p.push_back(step{std::move(h)});
        return p;
    });
    peer alone(*s, asks);
    ASSERT_TRUE(tests::came("the connection", [&] { return s->connections() == 1; }));
    alone.leave();
    EXPECT_TRUE(tests::came("the end of the connection", [&] { return s->connections() == 0; }));
    client c;
    for (const auto& got : c.send_together({get(s->origin(), "/a"), get(s->origin(), "/b")})) EXPECT_TRUE(got);
    EXPECT_EQ(went_on, 2);
}

TEST(crowd, an_answer_that_pauses_long_is_whole_for_whoever_stays) {
    server_options o;
    o.idle_timeout = milliseconds{50};  // shorter than the pause
    const auto s = serve(
        [](const request&) {
            plan p;
            p.push_back(step{write_bytes{"a"}});
            p.push_back(step{delay{milliseconds{300}}});
            p.push_back(step{write_bytes{"b"}});
            return p;
        },
        o);
    EXPECT_EQ(peer(*s, asks).hear(), "ab");
}

TEST(crowd, whoever_waits_the_longest_without_a_request_makes_room) {
    server_options o;
    o.connections_max = 4;
    const auto s = serve(slow, o);
    std::vector<peer> idle, stayed;
    const auto room_is_made = [&] {  // a new connection while all others are new: 503
        peer newcomer(*s, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
        const bool taken = newcomer.hear_something().starts_with("HTTP/1.1 200 ");
        if (taken) stayed.push_back(std::move(newcomer));
        return taken;
    };
    idle.emplace_back(*s, begins);
    for (int n = 0; n < 3; ++n) idle.emplace_back(*s);
    ASSERT_TRUE(tests::came("the connections", [&] { return s->connections() == 4; }));
    for (int n = 0; n < 2; ++n) EXPECT_TRUE(tests::came("room for a newcomer", room_is_made));
    EXPECT_TRUE(idle[0].hear().starts_with("HTTP/1.1 503 ")) << "it had begun a request";
    EXPECT_EQ(idle[1].hear(), "");
}

TEST(crowd, those_who_were_turned_away_and_stay_keep_nobody_out) {
    server_options o;
    o.connections_max = 4;
    const auto s = serve(slow, o);
    constexpr std::size_t all = 4 + 64;  // as many are turned away with time to read their answer
    // They have a second for it. Where this machine pauses for longer, it is tried again.
    const auto a_newcomer_beside_them_is_served = [&] {
        EXPECT_TRUE(tests::came("the end of those before", [&] { return s->connections() == 0; }));
        std::vector<peer> busy, staying;
        for (int n = 0; n < 4; ++n) busy.emplace_back(*s, asks);
        EXPECT_TRUE(tests::came("those who are served", [&] { return s->connections() == 4; }));
        EXPECT_TRUE(tests::came("those who are turned away", [&] {
            if (s->connections() < all) staying.emplace_back(*s);
            return s->connections() == all;
        }));
        busy.pop_back();
        EXPECT_TRUE(tests::came("a free place", [&] { return s->connections() < all; }));
        const peer newcomer(*s, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
        return newcomer.hear_something().starts_with("HTTP/1.1 200 ") && s->connections() == all;
    };
    EXPECT_TRUE(tests::came("room for a newcomer", a_newcomer_beside_them_is_served));
}

TEST(crowd, where_all_wait_for_their_answers_everybody_else_hears_503) {
    server_options o;
    o.connections_max = 4;
    const auto s = serve(slow, o);
    std::vector<peer> busy;
    for (int n = 0; n < 4; ++n) busy.emplace_back(*s, asks);
    ASSERT_TRUE(tests::came("the connections", [&] { return s->connections() == 4; }));
    std::vector<peer> more;  // more than are refused without delay
    for (int n = 0; n < 200; ++n) more.emplace_back(*s, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    for (const auto& one : more) EXPECT_TRUE(one.hear().starts_with("HTTP/1.1 503 "));
    busy.clear();
    more.clear();
    EXPECT_TRUE(tests::came("the end of the connections", [&] { return s->connections() == 0; }));
    EXPECT_EQ(ask(*s), "200");
}

std::string begun_body(std::size_t sent) {
    return "POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n" + std::string(sent, 'x');
}

TEST(crowd, bodies_in_progress_have_one_limit_together_and_small_ones_pass) {
    server_options o;
    o.in_progress = std::make_shared<byte_pool>(100'000);
    const auto s = serve([](const request& r) { return reply(text(std::to_string(r.body.size()))); }, o);
    peer first(*s, begun_body(90'000));
    ASSERT_TRUE(tests::came("the first body", [&] { return o.in_progress->used() > 50'000; }));
    const peer second(*s, begun_body(90'000));
    const std::string refused = second.hear();
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
    EXPECT_NE(refused.find("Retry-After: 1\r\n"), std::string::npos) << refused;
    const auto body_of = [&](std::size_t size) {
        client c;
        const auto got = c.send(post(s->origin(), "/", std::string(size, 'x')));
        return got ? got->received.body : got.error().text();
    };
    EXPECT_EQ(body_of(16'000), "16000");
    first.leave();
    EXPECT_TRUE(tests::came("the end of the first", [&] { return o.in_progress->used() == 0; }));
    EXPECT_EQ(body_of(90'000), "90000");
    EXPECT_EQ(o.in_progress->used(), 0U);
}

TEST(crowd, so_have_answers_that_nobody_reads_and_one_alone_always_passes) {
    server_options o;
    o.in_progress = std::make_shared<byte_pool>(100'000);
    constexpr std::size_t much = 8'000'000;  // more than the system's buffers take
    const auto s =
        serve([](const request& r) { return reply(text(std::string(r.target == "/much" ? much : 5, 'x'))); }, o);
    peer unread(*s, "GET /much HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(tests::came("the answer", [&] { return o.in_progress->used() > 0; }));
    client c;
    const auto refused = c.send(get(s->origin(), "/much"));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->received.status, 503);
    EXPECT_EQ(ask(*s), "200");
    unread.leave();
    EXPECT_TRUE(tests::came("the end of it", [&] { return o.in_progress->used() == 0; }));
    client again;
    const auto whole = again.send(get(s->origin(), "/much"));
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->received.body.size(), much);
}

// While it exists, the process has one free descriptor.
class one_descriptor_left {
public:
    one_descriptor_left() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit now = before_;
        now.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &now);
        for (int one = ::dup(0); one >= 0; one = ::dup(0)) taken_.push_back(one);
        ::close(taken_.back());
        taken_.pop_back();
    }
    ~one_descriptor_left() {
        for (const int one : taken_) ::close(one);
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    one_descriptor_left(const one_descriptor_left&) = delete;
    one_descriptor_left& operator=(const one_descriptor_left&) = delete;

private:
    rlimit before_{};
    std::vector<int> taken_;
};

TEST(crowd, without_descriptors_it_is_503_too_and_not_silence) {
    const auto s = serve(slow);
    std::vector<peer> busy;
    for (int n = 0; n < 2; ++n) busy.emplace_back(*s, asks);
    ASSERT_TRUE(tests::came("the connections", [&] { return s->connections() == 2; }));
    const one_descriptor_left scarce;  // for the client's end; none is left for the server's
    const peer late(*s, asks);
    EXPECT_TRUE(late.hear().starts_with("HTTP/1.1 503 "));
}

}  // namespace
}  // namespace assay::http::test
