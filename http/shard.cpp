// Accepting connections, and stopping a shard.
#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/parser.hpp"
#include "http/session.hpp"
#include "http/wire.hpp"

namespace assay::http {
namespace {

constexpr std::size_t turned_away_max = 64;
constexpr std::chrono::milliseconds accept_retry{20};
// A request follows its connection at once; a TLS handshake takes two round trips first.
constexpr std::chrono::milliseconds request_due{25};
constexpr std::chrono::milliseconds request_due_by_tls{250};

int spare_descriptor() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

const std::string& no_room() {
    static const std::string bytes = [] {
        framing how;
        how.closing = true;
        return serialise(plain_refusal(503, "This server has reached its limit of connections; try again."), how)
            .bytes;
    }();
    return bytes;
}

// Sends a 503 without waiting. Reads what has arrived first: closing with unread bytes would send RST, which may
// discard the answer at the peer.
void refuse_at_once(tcp_socket& socket) {
    error_code ec;
    socket.non_blocking(true, ec);
    const std::string& bytes = no_room();
    socket.write_some(asio::buffer(bytes.data(), bytes.size()), ec);
    socket.shutdown(tcp::socket::shutdown_send, ec);
    std::array<char, 4096> unread{};
    constexpr int reads_max = 16;
    for (int n = 0; n < reads_max; ++n) {
        if (socket.read_some(asio::buffer(unread), ec) == 0) break;
    }
    socket.close(ec);
}

bool is_from_proxy(const connection& c) {
    const peers& proxies = c.home.shared.options.proxies;
    if (proxies.empty()) return false;
    if (c.home.shared.at_unix_socket) return proxies.contains_unix();
    error_code gone;
    const auto peer = c.socket.remote_endpoint(gone);
    return !gone && proxies.contains(peer.address().to_string());
}

}  // namespace

shard::shard(site& s) : shared(s), spare(spare_descriptor()) {}

shard::~shard() {
    if (spare >= 0) ::close(spare);
}

task<void> accept_connections(shard& s) {
    while (!s.draining) {
        auto [ec, socket] = co_await s.acceptor.async_accept(as_value);
        if (!ec) {
            s.admit(std::move(socket));
        } else if (!s.draining) {
            // Most likely there are no free descriptors.
            const bool made_room = s.make_room() || s.turn_away_with_the_spare();
            s.retry.expires_after(made_room ? std::chrono::milliseconds{0} : accept_retry);
            co_await s.retry.async_wait(as_value);
        }
    }
}

void shard::admit(tcp_socket socket) {
    if (draining) return;
    const bool full = shared.admitted.fetch_add(1) >= shared.options.connections_max && !make_room();
    if (full) {
        shared.admitted.fetch_sub(1);
        if (shared.turned_away.fetch_add(1) >= turned_away_max) {
            shared.turned_away.fetch_sub(1);
            return refuse_at_once(socket);
        }
    }
    auto c = std::make_shared<connection>(*this, std::move(socket));
    c->from_proxy = is_from_proxy(*c);
    c->turned_away = full;
    live.insert(c.get());
    asio::co_spawn(loop.get_executor(), serve(c), [c](const std::exception_ptr&) { c->home.forget(*c); });
}

bool shard::make_room() {
    if (unasked.empty() || !unasked.front()->may_give_way()) return false;
    unasked.front()->give_way();
    return true;
}

bool shard::turn_away_with_the_spare() {
    if (spare < 0) return false;
    ::close(std::exchange(spare, -1));
    error_code ec;
    acceptor.non_blocking(true, ec);
    tcp_socket newcomer(loop);
    acceptor.accept(newcomer, ec);
    if (!ec) refuse_at_once(newcomer);
    spare = spare_descriptor();
    return !ec;
}

void shard::forget(connection& c) {
    error_code ignored;
    c.watchdog.cancel();
    c.socket.close(ignored);
    live.erase(&c);
    (c.turned_away ? shared.turned_away : shared.admitted).fetch_sub(1);
    if (draining && live.empty()) deadline.cancel();
}

void shard::drain(std::chrono::milliseconds time) {
    error_code ignored;
    draining = true;
    acceptor.close(ignored);
    retry.cancel();
    for (connection* c : live) {
        if (!c->busy) c->abort();
    }
    if (live.empty()) return;
    deadline.expires_after(time);
    deadline.async_wait([this](error_code ec) {
        if (ec) return;
        for (connection* c : live) c->abort();
    });
}

void connection::watch(std::chrono::milliseconds time) {
    timed_out = false;
    out_of_time = std::chrono::steady_clock::now() + time;
    // A timer that expires earlier checks the new time then: setting it again for each request would cost more.
    if (!watched || watchdog.expiry() > out_of_time) guard();
}

void connection::guard() {
    watched = true;
    watchdog.expires_at(out_of_time);
    watchdog.async_wait([self = shared_from_this()](error_code ec) {
        if (ec) return;
        if (self->out_of_time > std::chrono::steady_clock::now()) return self->guard();
        self->watched = false;
        self->timed_out = true;
        self->socket.cancel(ec);
    });
}

void connection::abort() {
    error_code ignored;
    aborted = true;
    watched = false;
    has_request();
    watchdog.cancel();
    pause.cancel();
    socket.close(ignored);
}

void connection::wait_for_request() {
    auto& line = home.unasked;
    line.splice(line.end(), place_.empty() ? line : place_, node_);
    waits_since_ = std::chrono::steady_clock::now();
}

void connection::has_request() {
    if (place_.empty()) place_.splice(place_.end(), home.unasked, node_);
}

bool connection::may_give_way() const {
    const auto due = home.shared.tls ? request_due_by_tls : request_due;
    return std::chrono::steady_clock::now() - waits_since_ >= due;
}

void connection::give_way() {
    if (busy && !home.shared.tls) refuse_at_once(socket);
    abort();
}

}  // namespace assay::http
