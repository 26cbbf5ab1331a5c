#include "http/session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "http/handler_watch.hpp"
#include "http/parser.hpp"
#include "http/wire.hpp"

namespace assay::http {
namespace {

constexpr std::size_t read_size = 16U << 10U;
constexpr std::size_t first_read_size = 2U << 10U;  // most requests fit; reading zero-fills the buffer first
constexpr std::size_t chunk_header_max = 64U << 10U;
constexpr std::size_t linger_bytes_max = 8U << 20U;
constexpr std::chrono::milliseconds linger_time{1000};
constexpr std::chrono::milliseconds acknowledged_every{1};
constexpr int acknowledged_tries = 1000;

enum class arrival { request, refused, gone };

// The state of an answer while its plan is executed.
struct answering {
    bool head_only = false;
    bool http10_alive = false;
    bool keep = false;      // the connection may carry another request
    bool answered = false;  // a final response has been written
    bool gone = false;      // the connection is lost or must not be written to
};

task<error_code> read_more(connection& c) {
    const std::size_t had = c.buffer.size();
    const std::size_t most = c.busy ? read_size : first_read_size;
    c.buffer.resize(had + most);
    const auto room = asio::buffer(c.buffer.data() + had, most);
    error_code ec;
    std::size_t got = 0;
    if (c.secure) {
        auto [failed, n] = co_await c.secure->async_read_some(room, as_value);
        ec = failed == asio::ssl::error::stream_truncated ? asio::error::eof : failed;
        got = n;
    } else {
        auto [failed, n] = co_await c.socket.async_read_some(room, as_value);
        ec = failed;
        got = n;
    }
    c.buffer.resize(had + got);
    co_return ec;
}

task<bool> write(connection& c, std::string_view bytes) {
    c.watch(c.home.shared.options.idle_timeout);
    const auto all = asio::buffer(bytes.data(), bytes.size());
    if (c.secure) {
        auto [ec, n] = co_await asio::async_write(*c.secure, all, as_value);
        co_return !ec;
    }
    auto [ec, n] = co_await asio::async_write(c.socket, all, as_value);
    co_return !ec;
}

// Writes what fits into the socket's buffer without waiting, which is usually the whole answer. With TLS or an error:
// 0.
std::size_t write_at_once(connection& c, std::string_view bytes) {
    if (c.secure) return 0;
    error_code failed;
    return c.socket.write_some(asio::buffer(bytes.data(), bytes.size()), failed);
}

// The refusal of an incomplete request; gone: the client can no longer be answered.
arrival interrupted(connection& c, error_code ec, response& refusal) {
    if (c.aborted) return arrival::gone;
    if (c.timed_out) {
        refusal = plain_refusal(408, "The rest of the request did not arrive in time; send it faster.");
        return arrival::refused;
    }
    if (ec != asio::error::eof) return arrival::gone;
    refusal = plain_refusal(400, "The request was cut off; send all of it.");
    return arrival::refused;
}

bool expects_continue(const request_parser& p) {
    return p.version >= 11 && iequals(p.message.head.value("expect"), "100-continue");
}

// Parses the bytes received so far; nullopt: more are needed.
std::optional<arrival> parse_arrived(connection& c, request_parser& p, response& refusal) {
    const std::size_t header_bytes_max = c.home.shared.options.header_bytes_max;
    error_code ec;
    if (!p.is_header_done()) {
        if (feed_header(p, c.buffer, ec)) {
            auto no = objection(p);
            if (!no) return parse_arrived(c, p, refusal);
            refusal = std::move(*no);
            return arrival::refused;
        }
    } else if (p.is_done() || feed(p, c.buffer, ec)) {
        return arrival::request;
    } else if (!ec && c.buffer.size() > chunk_header_max) {
        ec = boost::beast::http::error::bad_chunk_extension;
    }
    if (!ec) return std::nullopt;
    refusal = refuse(p, c.buffer, header_bytes_max, ec);
    return arrival::refused;
}

response crowded() {
    response r = plain_refusal(503, "Large requests and answers in progress use all the memory for them; try again.");
    r.head.set("Retry-After", "1");
    return r;
}

// The idle timeout applies to the whole header from its first byte and to the whole body, not to each byte.
task<arrival> read_request(connection& c, request_parser& p, response& refusal) {
    const server_options& o = c.home.shared.options;
    bool reads_body = false;
    for (;;) {
        const auto what = parse_arrived(c, p, refusal);
        c.busy = p.got_some() || !c.buffer.empty() || p.is_header_done();
        if (what != arrival::refused && !c.message.hold(p.message.body.capacity())) {
            refusal = crowded();
            co_return arrival::refused;
        }
        if (what) co_return *what;
        const bool idle = !c.busy;
        if (idle && c.home.draining) co_return arrival::gone;
        if (p.is_header_done() && !reads_body) {
            reads_body = true;
            c.watch(o.idle_timeout);
            // RFC 9110 §10.1.1: a client that already sends the body does not wait for it.
            const bool waits = expects_continue(p) && c.buffer.empty() && p.message.body.empty();
            if (waits) co_await write(c, "HTTP/1.1 100 Continue\r\n\r\n");
        }
        if (idle) c.watch(o.idle_timeout);
        const error_code ec = co_await read_more(c);
        if (ec && idle) co_return arrival::gone;
        if (ec) co_return interrupted(c, ec, refusal);
        if (idle) c.watch(o.idle_timeout);
    }
}

// Sends FIN, then reads what still arrives: closing with unread bytes would send RST, which can discard the answer at
// the peer. Over TLS, close_notify comes first (RFC 8446 §6.1).
task<void> close_orderly(connection& c) {
    error_code ec;
    if (c.secure && !c.home.draining) {
        c.watch(linger_time);
        co_await c.secure->async_shutdown(as_value);
        c.secure.reset();
    }
    c.socket.shutdown(tcp::socket::shutdown_send, ec);
    c.busy = false;
    if (!ec && !c.home.draining) {
        c.watch(linger_time);
        for (std::size_t seen = 0; !ec && seen < linger_bytes_max; seen += c.buffer.size()) {
            c.buffer.clear();
            ec = co_await read_more(c);
        }
    }
    c.socket.close(ec);
}

void close_abruptly(connection& c) {
    error_code ec;
    c.socket.set_option(asio::socket_base::linger(true, 0), ec);
    c.socket.close(ec);
}

// Waits, for a second at most, until the peer's TCP has acknowledged all bytes written. A reset discards bytes in
// flight (RFC 9293 §3.10.4), and clients treat an answer of no bytes differently from one that is cut off: some send
// the request again.
task<void> wait_until_acknowledged(connection& c) {
    for (int n = 0; n < acknowledged_tries && !c.aborted; ++n) {
        int unacknowledged = 0;
        if (ioctl(c.socket.native_handle(), TIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0) co_return;
        co_await wait(c, acknowledged_every);
    }
}

task<void> write_answer(connection& c, const write_response& w, answering& a) {
    if (c.home.draining) a.keep = false;
    framing how;
    how.head_only = a.head_only;
    how.http10_alive = a.http10_alive;
    how.closing = !a.keep;
    how.exact = w.exact;
    how.without = w.without;
    serialised out = serialise(w.r, how);
    if (!out.framed || out.close) a.keep = false;
    auto most = w.only_bytes.value_or(out.bytes.size());
    if (w.only_body_bytes) most = std::min(most, out.bytes.find("\r\n\r\n") + 4 + *w.only_body_bytes);
    if (most < out.bytes.size()) {
        out.bytes.resize(most);
        a.keep = false;
    }
    const bool interim = w.r.status / 100 == 1 && w.r.status != 101;
    if (a.answered || w.r.status == 101) a.keep = false;
    if (!interim) a.answered = true;
    std::string_view rest = out.bytes;
    rest.remove_prefix(write_at_once(c, rest));
    bool written = true;
    if (!rest.empty()) written = co_await write(c, rest);
    a.gone = !written;
}

plan guarded(const std::function<plan()>& next) {
    try {
        return next();
    } catch (const std::exception& e) {
        // Handlers return their errors; an exception is a bug in this program, so the user sees it.
        response r = plain_refusal(500, fmt::format("The handler failed: {}. Please report this.", e.what()));
        return reply(std::move(r));
    }
}

task<void> carry_out(connection& c, plan steps, answering& a);

task<void> hold_at(connection& c, const hold& h, answering& a) {
    barrier& points = c.home.shared.points;
    barrier::waiter self;
    self.who = c.shared_from_this();
    self.ticket = c.ticket = ++c.tickets;
    if (!points.arrive(h.point, h.until_waiting, std::move(self))) {
        co_await wait(c, h.at_most);
        points.leave(h.point, c);
    }
    c.ticket = 0;
    if (c.aborted || !h.next) co_return;
    plan rest = guarded([&] { return call_watched(h.next, h.point); });
    if (!c.message.hold(bytes_of(rest))) rest = reply(crowded());
    co_await carry_out(c, std::move(rest), a);
}

task<void> write_repeatedly(connection& c, const repeat_bytes& what, answering& a) {
    a.keep = false;
    for (std::size_t n = 0; n < what.times && !a.gone && !c.aborted; ++n) {
        const bool written = co_await write(c, what.bytes);
        a.gone = !written;
    }
}

task<void> write_stream(connection& c, const stream& source, answering& a) {
    a.keep = false;
    std::optional<std::string> more = source.next();
    while (more && !a.gone && !c.aborted && !c.home.draining) {
        bool written = true;
        if (!more->empty()) written = co_await write(c, *more);
        a.gone = !written;
        if (written) co_await wait(c, source.interval);
        more = source.next();
    }
}

task<void> carry_out_step(connection& c, const step& now, answering& a) {
    if (const auto* w = std::get_if<write_response>(&now.what)) {
        co_await write_answer(c, *w, a);
    } else if (const auto* b = std::get_if<write_bytes>(&now.what)) {
        a.keep = false;  // the raw bytes may not end a response for the peer's parser
        const bool written = co_await write(c, b->bytes);
        a.gone = !written;
    } else if (const auto* again = std::get_if<repeat_bytes>(&now.what)) {
        co_await write_repeatedly(c, *again, a);
    } else if (const auto* d = std::get_if<delay>(&now.what)) {
        co_await wait(c, d->time);
    } else if (const auto* f = std::get_if<stream>(&now.what)) {
        co_await write_stream(c, *f, a);
    } else if (const auto* h = std::get_if<hold>(&now.what)) {
        co_await hold_at(c, *h, a);
    } else if (std::holds_alternative<reset>(now.what)) {
        co_await wait_until_acknowledged(c);
        close_abruptly(c);
        a.gone = true;
    } else {
        co_await close_orderly(c);
        a.gone = true;
    }
    if (c.aborted) a.gone = true;
}

task<void> carry_out(connection& c, plan steps, answering& a) {
    for (const step& now : steps) {
        if (a.gone) co_return;
        co_await carry_out_step(c, now, a);
    }
}

// True: the connection may carry another request.
task<bool> answer(connection& c, request_parser& p) {
    answering a;
    a.head_only = p.message.method == "HEAD";
    a.keep = p.keep_alive();
    a.http10_alive = a.keep && p.version < 11;
    const site& shared = c.home.shared;
    p.message.from_proxy = c.from_proxy;
    plan steps = guarded([&] { return call_watched(shared.handle, std::move(p.message)); });
    c.message.release();
    if (!c.message.hold(bytes_of(steps))) steps = reply(crowded());
    const auto* only = steps.size() == 1 ? std::get_if<write_response>(&steps.front().what) : nullptr;
    if (only != nullptr) {  // the usual case
        co_await write_answer(c, *only, a);
    } else {
        co_await carry_out(c, std::move(steps), a);
    }
    co_return a.keep&& a.answered && !a.gone && !c.aborted;
}

task<void> refuse_and_close(connection& c, response refusal) {
    framing how;
    how.closing = true;
    const serialised out = serialise(refusal, how);
    const bool written = co_await write(c, out.bytes);
    if (written) co_await close_orderly(c);
}

// Whether the peer's first byte begins a TLS record of a handshake (RFC 8446 §5.1).
task<bool> begins_with_tls(connection& c) {
    constexpr char handshake = 22;
    c.watch(c.home.shared.options.idle_timeout);
    auto [ec] = co_await c.socket.async_wait(tcp::socket::wait_read, as_value);
    char first = handshake;
    if (!ec) ::recv(c.socket.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
    co_return first == handshake;
}

// False: this connection cannot use TLS. Plain HTTP is answered in plain HTTP.
task<bool> greet(connection& c) {
    bool wants_tls = true;
    if (c.home.shared.options.lax.plain_http) wants_tls = co_await begins_with_tls(c);
    if (!wants_tls) co_return true;
    c.secure.emplace(c.socket, *c.home.shared.tls);
    c.busy = true;
    c.watch(c.home.shared.options.idle_timeout);
    auto [ec] = co_await c.secure->async_handshake(asio::ssl::stream_base::server, as_value);
    c.busy = false;
    if (!ec) co_return true;
    c.secure.reset();
    const bool plain = ec.category() == asio::error::get_ssl_category() &&
                       ERR_GET_REASON(static_cast<unsigned long>(ec.value())) == SSL_R_HTTP_REQUEST;
    if (plain) co_await refuse_and_close(c, plain_refusal(400, "This port speaks TLS; use https:// in the address."));
    co_return false;
}

}  // namespace

task<void> serve(std::shared_ptr<connection> c) {
    error_code ignored;
    c->socket.set_option(tcp::no_delay(true), ignored);
    c->socket.non_blocking(true, ignored);
    const server_options& o = c->home.shared.options;
    bool keep = true;
    if (!c->turned_away) c->wait_for_request();
    if (c->home.shared.tls) keep = co_await greet(*c);
    if (keep && c->turned_away)
        co_await refuse_and_close(*c,
                                  plain_refusal(503, "This server has reached its limit of connections; try again."));
    keep = keep && !c->turned_away;
    while (keep) {
        request_parser p(o.header_bytes_max, o.body_bytes_max);
        response refusal;
        c->wait_for_request();
        const arrival what = co_await read_request(*c, p, refusal);
        c->has_request();
        keep = what == arrival::request;
        if (what == arrival::refused) co_await refuse_and_close(*c, std::move(refusal));
        if (keep) keep = co_await answer(*c, p);
        c->busy = false;
        c->message.release();
        if (!keep && c->socket.is_open() && what == arrival::request) co_await close_orderly(*c);
    }
    c->has_request();
    c->watchdog.cancel();
    c->socket.close(ignored);
}

}  // namespace assay::http
