// Who comes in, and how a shard ends.
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "http/session.hpp"

namespace assay::http {
namespace {

constexpr std::size_t turned_away_max = 64;
constexpr std::chrono::milliseconds accept_retry{20};

}  // namespace

task<void> accept_connections(shard& s) {
    while (!s.draining) {
        auto [ec, socket] = co_await s.acceptor.async_accept(as_value);
        if (!ec) {
            s.admit(std::move(socket));
        } else if (!s.draining) {
            // Out of descriptors, most likely: some will come back.
            s.retry.expires_after(accept_retry);
            co_await s.retry.async_wait(as_value);
        }
    }
}

void shard::admit(tcp_socket socket) {
    const std::size_t before = shared.connections.fetch_add(1);
    auto c = std::make_shared<connection>(*this, std::move(socket));
    c->turned_away = before >= shared.options.connections_max;
    if (draining || before >= shared.options.connections_max + turned_away_max) {
        shared.connections.fetch_sub(1);
        return;
    }
    live.insert(c.get());
    asio::co_spawn(loop.get_executor(), serve(c), [c](const std::exception_ptr&) { c->home.forget(*c); });
}

void shard::forget(connection& c) {
    error_code ignored;
    c.watchdog.cancel();
    c.socket.close(ignored);
    live.erase(&c);
    shared.connections.fetch_sub(1);
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
    // A timer that goes off earlier looks at the new time then: setting it anew for each request costs more.
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
    watchdog.cancel();
    pause.cancel();
    socket.close(ignored);
}

}  // namespace assay::http
