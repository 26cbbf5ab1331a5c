#include "http/parser.hpp"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace assay::http {
namespace {

namespace beast_http = boost::beast::http;

// One step of parsing; true when the parser needs more bytes.
template <class Parser>
bool put(Parser& p, std::string& buffer, error_code& ec) {
    if (buffer.empty()) return true;
    // Beast asserts that the last chunk and its empty line come in one piece, and ends the program where assertions
    // are on. Every chunked body ends in at least these bytes, so that waiting for them delays nothing.
    constexpr std::size_t last_chunk_bytes = 5;
    if (p.is_header_done() && p.chunked() && buffer.size() < last_chunk_bytes) return true;
    const std::size_t used = p.put(boost::asio::buffer(buffer), ec);
    buffer.erase(0, used);
    if (ec != beast_http::error::need_more) return false;
    ec = {};
    return true;
}

template <class Parser>
bool feed_message(Parser& p, std::string& buffer, error_code& ec) {
    p.eager(true);
    while (!p.is_done()) {
        const bool starved = put(p, buffer, ec);
        if (ec) return false;
        if (starved) return false;
    }
    return true;
}

}  // namespace

bool feed_header(request_parser& p, std::string& buffer, error_code& ec) {
    // RFC 9112 §2.2: empty lines before the request line are skipped.
    if (!p.got_some()) buffer.erase(0, std::min(buffer.find_first_not_of("\r\n"), buffer.size()));
    while (!p.is_header_done()) {
        const std::size_t before = buffer.size();
        const bool starved = put(p, buffer, ec);
        const std::size_t used = before - buffer.size();
        // Beast checks its limit per call: without this, a header that arrives in small pieces would have none.
        const std::size_t of_header = used + (p.is_header_done() ? 0 : buffer.size());
        if (!ec && of_header > p.header_room) ec = beast_http::error::header_limit;
        p.header_room -= std::min(used, p.header_room);
        if (ec || starved) return false;
    }
    return true;
}

bool feed(request_parser& p, std::string& buffer, error_code& ec) {
    return feed_message(p, buffer, ec);
}
bool feed(response_parser& p, std::string& buffer, error_code& ec) {
    return feed_message(p, buffer, ec);
}

response plain_refusal(int status, std::string_view sentence) {
    response r;
    r.status = status;
    r.head = {{"Content-Type", "text/plain; charset=utf-8"}, {"Connection", "close"}};
    r.body = std::string(sentence) + "\n";
    return r;
}

response refuse(const request_parser& p, const std::string& buffer, std::size_t header_bytes_max, error_code why) {
    if (why == beast_http::error::header_limit) {
        const std::size_t line = buffer.find("\r\n");
        // The longer part decides: a request line of more than half the limit means URI too long.
        if (!p.line_seen && line >= header_bytes_max / 2)
            return plain_refusal(
                414, fmt::format("The request line alone fills the {} bytes that a header may have; shorten the URI.",
                                 header_bytes_max));
        return plain_refusal(
            431, fmt::format("The header is longer than {} bytes; send fewer or shorter fields.", header_bytes_max));
    }
    if (why == beast_http::error::body_limit)
        return plain_refusal(413, "The body is larger than this server takes; send less.");
    if (why == beast_http::error::bad_version)
        return plain_refusal(505, "This server speaks HTTP/1.1 and HTTP/1.0; use one of them.");
    if (why == beast_http::error::partial_message)
        return plain_refusal(400, "The request was cut off; send all of it.");
    return plain_refusal(400, fmt::format("This is not an HTTP/1.1 request ({}); correct it.", why.message()));
}

std::optional<response> objection(const request_parser& p) {
    const auto hosts = p.message.head.count("host");
    if (hosts > 1 || (hosts == 0 && p.version >= 11))
        return plain_refusal(400, "An HTTP/1.1 request carries exactly one Host field (RFC 9112 §3.2).");
    const auto codings = p.message.head.count("transfer-encoding");
    if (codings == 0) return std::nullopt;
    if (codings > 1 || !iequals(p.message.head.value("transfer-encoding"), "chunked"))
        return plain_refusal(501, "The only supported transfer coding is chunked (RFC 9112 §6.1); use that.");
    return std::nullopt;
}

}  // namespace assay::http
