// Pauses in an answer, and how a peer that closes during one is noticed, although nothing is read from its socket
// then.
#include <algorithm>
#include <utility>

#include <poll.h>

#include "http/session.hpp"

namespace assay::http {
namespace {

constexpr std::chrono::milliseconds look_interval{250};

}  // namespace

// Also true after the peer's FIN: a peer that closed cannot be distinguished from one that still reads.
bool connection::peer_has_left() {
    pollfd now{socket.native_handle(), POLLRDHUP, 0};
    return ::poll(&now, 1, 0) > 0 && (now.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void connection::mind_the_peer() {
    if (minded || look_now_and_then) return;
    minded = true;
    socket.async_wait(tcp::socket::wait_read, [me = shared_from_this()](error_code ec) {
        if (ec || me->aborted) return;
        me->minded = false;
        if (me->peer_has_left()) return me->abort();
        // A pipelined request: with its bytes unread, waiting for the socket would return at once every time.
        me->look_now_and_then = true;
        me->pause.cancel();
    });
}

task<void> wait(connection& c, std::chrono::milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    // Stops the watchdog of the last write: it would cancel the wait for the peer.
    c.watched = false;
    c.watchdog.cancel();
    c.look_now_and_then = !c.buffer.empty();
    while (!c.aborted) {
        const bool looks = c.look_now_and_then;
        const auto now = std::chrono::steady_clock::now();
        c.mind_the_peer();
        c.pause.expires_at(looks ? std::min(until, now + look_interval) : until);
        auto [ec] = co_await c.pause.async_wait(as_value);
        if (looks && c.socket.is_open() && c.peer_has_left()) c.abort();
        const bool began_to_look = c.look_now_and_then && !looks;
        const bool woken = ec && !began_to_look;
        if (woken || std::chrono::steady_clock::now() >= until) break;
    }
    error_code ignored;
    if (std::exchange(c.minded, false)) c.socket.cancel(ignored);
}

}  // namespace assay::http
