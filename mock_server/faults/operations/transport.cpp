// When an answer is sent, in which pieces, and how much of it: late, truncated, never.
#include <algorithm>
#include <chrono>
#include <utility>

#include "http/wire.hpp"
#include "mock_server/faults/operations/arguments.hpp"
#include "mock_server/faults/operations/families.hpp"
#include "mock_server/faults/outgoing.hpp"

namespace assay::mock::operations {
namespace {

using enum operation_argument;
using enum operation_reach;
using std::chrono::milliseconds;

// Time for the written bytes to arrive before the connection is reset.
constexpr milliseconds before_reset{30};
// How long a connection without an answer stays open; every client should have timed out by then.
constexpr milliseconds stall{120'000};
constexpr std::size_t pieces_max = 4096;
constexpr std::size_t endless_chunk = 64U << 10U;

template <class Step>
void add(http::plan& p, Step s) {
    p.emplace_back().what.template emplace<Step>(std::move(s));  // g++ 12 warns about a temporary here
}

void add_first_bytes(http::plan& p, const http::response& r, std::size_t of_body) {
    http::write_response w;
    w.r = r;
    w.only_body_bytes = of_body;
    add(p, std::move(w));
}

// The first operation that replaces the way of sending takes effect.
template <class Send>
void send_by(sending& s, Send&& send) {
    if (!s.instead) s.instead = std::forward<Send>(send);
}

void wait_first(sending& s, const json::value& ms) {
    add(s.first, http::delay{milliseconds(size_of(ms))});
}

// RFC 9110 §15.2: any number of interim responses may precede the final one.
void send_interim(sending& s, const json::value& statuses) {
    for (const auto& status : names_of(statuses)) {
        http::response interim;
        interim.status = static_cast<int>(status.as_integer().value_or(103));
        if (interim.status == 103) interim.head.append("Link", "</style.css>; rel=preload; as=style");
        add(s.first, http::write_response{std::move(interim)});
    }
}

void announce_more(sending& s, const json::value& bytes) {
    s.a.r.head.set("Content-Length", std::to_string(s.a.r.body.size() + size_of(bytes)));
}

void close_idle(sending& s, const json::value&) {
    s.closes = true;
}

void reset_after(sending& s, const json::value& bytes) {
    send_by(s, [n = size_of(bytes)](http::plan& p, const http::response& r) {
        if (n > 0) add_first_bytes(p, r, n);
        add(p, http::delay{before_reset});
        add(p, http::reset{});
    });
}

void close_after(sending& s, const json::value& bytes) {
    send_by(s, [n = size_of(bytes)](http::plan& p, const http::response& r) {
        add_first_bytes(p, r, n);
        add(p, http::shutdown{});
    });
}

void stall_after(sending& s, const json::value& bytes) {
    send_by(s, [n = size_of(bytes)](http::plan& p, const http::response& r) {
        add_first_bytes(p, r, n);
        add(p, http::delay{stall});
        add(p, http::reset{});
    });
}

void drip(sending& s, const json::value& how) {
    const auto* each = how.find("bytes");
    const auto* every = how.find("every_ms");
    const auto step = std::max<std::size_t>(1, each != nullptr ? size_of(*each) : 1);
    const milliseconds pause(every != nullptr ? size_of(*every) : 1000);
    send_by(s, [step, pause](http::plan& p, const http::response& r) {
        http::framing closing;
        closing.closing = true;
        const auto bytes = http::serialise(r, closing).bytes;
        std::size_t at = std::min(bytes.find("\r\n\r\n") + 4, bytes.size());
        add(p, http::write_bytes{bytes.substr(0, at)});
        for (std::size_t n = 0; n < pieces_max && at < bytes.size(); ++n, at += step) {
            add(p, http::delay{pause});
            add(p, http::write_bytes{bytes.substr(at, step)});
        }
        if (at < bytes.size()) add(p, http::write_bytes{bytes.substr(at)});
        add(p, http::shutdown{});
    });
}

// A chunked body of that many MiB (RFC 9112 §7.1).
void send_endless(sending& s, const json::value& mib) {
    send_by(s, [n = size_of(mib)](http::plan& p, const http::response& r) {
        http::write_response head;
        head.r = r;
        head.r.head.erase("Content-Length");
        head.r.head.set("Transfer-Encoding", "chunked");
        head.r.body.clear();
        add(p, std::move(head));
        const std::string chunk = "10000\r\n" + std::string(endless_chunk, ' ') + "\r\n";
        add(p, http::repeat_bytes{chunk, (n << 20U) / endless_chunk});
        add(p, http::reset{});
    });
}

constexpr operation_row rows[] = {
    {"http.interim", std::nullopt, names, "Sends these interim statuses first.", of_sending{send_interim}, wire},
    {"tcp.delay", std::nullopt, number, "Waits this many milliseconds before the answer.", of_sending{wait_first},
     wire},
    {"tcp.drip", std::nullopt, members, "Sends a few bytes at a time.", of_sending{drip}, slow},
    {"tcp.reset_after", std::nullopt, number, "Resets the connection after this many bytes of the body.",
     of_sending{reset_after}, wire},
    {"tcp.close_after", std::nullopt, number, "Closes the connection after this many bytes of the body.",
     of_sending{close_after}, wire},
    {"tcp.stall_after", std::nullopt, number, "Sends nothing more after this many bytes of the body.",
     of_sending{stall_after}, slow},
    {"tcp.short_body", std::nullopt, number, "Sends a Content-Length that is this many bytes too large.",
     of_sending{announce_more}, wire},
    {"tcp.close_idle", std::nullopt, anything, "Closes the connection without announcing it.", of_sending{close_idle},
     wire},
    {"tcp.endless", std::nullopt, number, "Sends a body of this many MiB.", of_sending{send_endless}, slow},
};

}  // namespace

family transport_operations() {
    return rows;
}

}  // namespace assay::mock::operations
