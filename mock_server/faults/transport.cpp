// From an answer to the plan that sends it: in pieces, late, cut short, never.
#include <algorithm>
#include <utility>

#include "http/wire.hpp"
#include "mock_server/faults/operations.hpp"

namespace assay::mock {
namespace {

using std::chrono::milliseconds;

// So that what was written has arrived before the connection is torn down.
constexpr milliseconds before_reset{30};
// How long a connection that will never be answered is kept; every client should have given up by then.
constexpr milliseconds stall{120'000};
constexpr std::size_t pieces_max = 4096;
constexpr std::size_t endless_chunk = 64U << 10U;

std::size_t size_of(const json::value& v) {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, v.as_integer().value_or(0)));
}

template <class Step>
void add(http::plan& p, Step s) {
    p.emplace_back().what.template emplace<Step>(std::move(s));  // g++ 12 warns of a temporary here
}

// What the listener would add though a fault has dropped it.
std::vector<std::string> left_out(const std::vector<operation>& operations) {
    std::vector<std::string> out;
    for (const auto& op : operations) {
        if (op.name != "header.drop" || !op.arguments.is_array()) continue;
        for (const auto& name : *op.arguments.as_array()) {
            if (name.is_string()) out.push_back(*name.as_string());
        }
    }
    return out;
}

http::write_response first_bytes(const http::response& r, std::size_t of_body) {
    http::write_response w;
    w.r = r;
    w.only_body_bytes = of_body;
    return w;
}

void drip(http::plan& p, const http::response& r, const json::value& how) {
    http::framing closing;
    closing.closing = true;
    const auto bytes = http::serialise(r, closing).bytes;
    const auto head = std::min(bytes.find("\r\n\r\n") + 4, bytes.size());
    const auto* each = how.find("bytes");
    const auto* every = how.find("every_ms");
    const auto step = std::max<std::size_t>(1, each != nullptr ? size_of(*each) : 1);
    add(p, http::write_bytes{bytes.substr(0, head)});
    std::size_t at = head;
    for (std::size_t n = 0; n < pieces_max && at < bytes.size(); ++n, at += step) {
        add(p, http::delay{milliseconds(every != nullptr ? size_of(*every) : 1000)});
        add(p, http::write_bytes{bytes.substr(at, step)});
    }
    if (at < bytes.size()) add(p, http::write_bytes{bytes.substr(at)});
    add(p, http::shutdown{});
}

// A body in chunks that goes on for `mib` MiB (RFC 9112 §7.1).
void endless(http::plan& p, http::response r, std::size_t mib) {
    r.head.erase("Content-Length");
    r.head.set("Transfer-Encoding", "chunked");
    r.body.clear();
    http::write_response head;
    head.r = std::move(r);
    add(p, std::move(head));
    const std::string chunk = "10000\r\n" + std::string(endless_chunk, ' ') + "\r\n";
    add(p, http::repeat_bytes{chunk, (mib << 20U) / endless_chunk});
    add(p, http::reset{});
}

// The steps of one operation that sends the answer its own way. False: it is no such operation.
bool send_oddly(http::plan& p, const http::response& r, const operation& op) {
    const auto n = size_of(op.arguments);
    if (op.name == "tcp.reset_after" || op.name == "tcp.close_after" || op.name == "tcp.stall_after") {
        if (op.name != "tcp.reset_after" || n > 0) add(p, first_bytes(r, n));
        if (op.name == "tcp.reset_after") add(p, http::delay{before_reset});
        if (op.name == "tcp.stall_after") add(p, http::delay{stall});
        if (op.name == "tcp.close_after") {
            add(p, http::shutdown{});
        } else {
            add(p, http::reset{});
        }
        return true;
    }
    if (op.name == "tcp.drip") {
        drip(p, r, op.arguments);
        return true;
    }
    if (op.name == "tcp.endless") {
        endless(p, r, n);
        return true;
    }
    return false;
}

}  // namespace

http::plan plan_of(http::response r, const std::vector<operation>& operations) {
    http::plan p;
    bool close_idle = false;
    for (const auto& op : operations) {
        if (op.name == "tcp.delay") add(p, http::delay{milliseconds(size_of(op.arguments))});
        if (op.name == "http.interim" && op.arguments.is_array()) {
            for (const auto& status : *op.arguments.as_array()) {
                http::response interim;
                interim.status = static_cast<int>(status.as_integer().value_or(103));
                if (interim.status == 103) interim.head.append("Link", "</style.css>; rel=preload; as=style");
                add(p, http::write_response{std::move(interim)});
            }
        }
        if (op.name == "tcp.short_body")
            r.head.set("Content-Length", std::to_string(r.body.size() + size_of(op.arguments)));
        if (op.name == "tcp.close_idle") close_idle = true;
    }
    for (const auto& op : operations) {
        if (send_oddly(p, r, op)) return p;
    }
    http::write_response all;
    all.r = std::move(r);
    all.without = left_out(operations);
    add(p, std::move(all));
    if (close_idle) add(p, http::shutdown{});
    return p;
}

}  // namespace assay::mock
