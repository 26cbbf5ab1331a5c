#include "http/channel.hpp"

#include <cerrno>
#include <charconv>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "http/parser.hpp"
#include "http/tls.hpp"
#include "http/url.hpp"
#include "http/wire.hpp"

namespace assay::http {
namespace {

namespace beast_http = boost::beast::http;
using std::chrono::steady_clock;

constexpr std::size_t read_size = 16U << 10U;

bool is_localhost(std::string_view host) {
    constexpr std::string_view suffix = ".localhost";
    return iequals(host, "localhost") ||
           (host.size() > suffix.size() && iequals(host.substr(host.size() - suffix.size()), suffix));
}

bool ended(error_code ec) {
    return ec == asio::error::eof || ec == asio::ssl::error::stream_truncated;
}

error not_an_answer(const destination& to, error_code ec, const client_options& limits) {
    if (ec == beast_http::error::body_limit)
        return {errc::limit, fmt::format("the answer of {} is larger than {} bytes; ask for less", to.origin,
                                         limits.body_bytes_max)};
    if (ec == beast_http::error::header_limit)
        return {errc::limit,
                fmt::format("the header of the answer of {} is longer than {} bytes; look at what it sends",
                            to.origin, limits.header_bytes_max)};
    if (ec == beast_http::error::partial_message)
        return {errc::malformed,
                fmt::format("the answer of {} was cut off; find out why it closed the connection", to.origin)};
    return {errc::malformed,
            fmt::format("the answer of {} is not HTTP/1.1 ({}); check the address and what listens there", to.origin,
                        ec.message())};
}

}  // namespace

result<destination> destination_of(const std::string& origin) {
    const auto parsed = parse_url(origin);
    if (!parsed) return fail(parsed.error());
    const bool tls = parsed->scheme == "https";
    if (!tls && parsed->scheme != "http")
        return fail(errc::usage, fmt::format("\"{}\" is not an http or https address; use one", origin));
    destination to;
    to.origin = parsed->origin();
    to.host = without_brackets(parsed->host);
    to.port = parsed->port.empty() ? (tls ? "443" : "80") : parsed->port;
    unsigned number = 0;
    const auto [end, bad] = std::from_chars(to.port.data(), to.port.data() + to.port.size(), number);
    if (bad != std::errc() || end != to.port.data() + to.port.size() || number == 0 || number > 65535)
        return fail(errc::usage, fmt::format("{} is no port; use one from 1 to 65535", to.port));
    to.port_number = static_cast<std::uint16_t>(number);
    to.authority = parsed->host + (parsed->port.empty() ? "" : ":" + parsed->port);
    to.tls = tls;
    return to;
}

channel::channel(asio::io_context& loop, destination d, asio::ssl::context* trust, bool named)
    : to(std::move(d)), socket_(loop), deadline_(loop), named_(named) {
    if (trust != nullptr) secure_.emplace(socket_, *trust);
}

void channel::expire_at(time_point at) {
    expired_ = false;
    deadline_.expires_at(at);
    if (at == time_point::max()) return;
    deadline_.async_wait([weak = weak_from_this()](error_code ec) {
        const auto self = weak.lock();
        if (ec || !self || self->deadline_.expiry() > steady_clock::now()) return;
        self->expired_ = true;
        self->socket_.close(ec);
    });
}

bool channel::usable(unread over_tls) {
    if (!socket_.is_open() || !buffer.empty()) return false;
    char byte = 0;
    const auto seen = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    // Over TLS, unread bytes may be a session ticket (RFC 8446 §4.6.1); over TCP they are an unrequested response.
    if (seen > 0) return secure_.has_value() && over_tls == unread::may_be_a_ticket;
    return seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

error channel::explain(error_code ec) const {
    if (expired_)
        return {errc::timeout,
                fmt::format("{} did not answer within the deadline; see what it waits for or allow more "
                            "time",
                            to.origin)};
    if (ended(ec))
        return {errc::connect, fmt::format("{} closed the connection without an answer; see its log", to.origin)};
    return {errc::connect,
            fmt::format("no connection with {}: {}; check that it runs and listens there", to.origin, ec.message())};
}

task<std::vector<tcp::endpoint>> channel::addresses(error_code& ec) {
    std::vector<tcp::endpoint> found;
    error_code not_ip;
    const auto literal = asio::ip::make_address(to.host, not_ip);
    if (!not_ip) {
        found.emplace_back(literal, to.port_number);
    } else if (is_localhost(to.host)) {
        // RFC 6761 §6.3. Programs listen on one address family or the other, so both are tried, whatever /etc/hosts
        // contains.
        found.emplace_back(asio::ip::address_v4::loopback(), to.port_number);
        found.emplace_back(asio::ip::address_v6::loopback(), to.port_number);
    } else {
        asio::ip::basic_resolver<tcp, executor> resolver(socket_.get_executor());
        auto [failed, list] = co_await resolver.async_resolve(to.host, to.port, as_value);
        ec = failed;
        for (const auto& entry : list) found.push_back(entry.endpoint());
    }
    co_return found;
}

task<result<void>> channel::open() {
    const auto self = shared_from_this();  // a hanging name resolution may outlive the call
    error_code ec;
    const std::vector<tcp::endpoint> list = co_await addresses(ec);
    if (!ec && list.empty()) ec = asio::error::host_not_found;
    std::string kept_from;
    for (const tcp::endpoint& at : list) {
        if (expired_) break;
        if (may_connect && !may_connect(to.host, at.address().to_string())) {
            kept_from = at.address().to_string();
            continue;
        }
        error_code ignored;
        socket_.close(ignored);
        auto [failed] = co_await socket_.async_connect(at, as_value);
        ec = failed;
        if (!ec) break;
    }
    if (!kept_from.empty() && (ec || !socket_.is_open()) && !expired_)
        co_return fail(errc::usage,
                       fmt::format("{} has the address {}, to which nothing is sent", to.host, kept_from));
    if (ec || expired_) co_return fail(explain(ec));
    socket_.set_option(tcp::no_delay(true), ec);
    if (!secure_) co_return result<void>();
    auto greeted = co_await handshake();
    co_return greeted;
}

task<result<void>> channel::handshake() {
    SSL* handle = secure_->native_handle();
    if (named_ && !expect_name(handle, to.host))
        co_return fail(errc::tls,
                       fmt::format("\"{}\" cannot be a name in a certificate; correct the address", to.host));
    auto [ec] = co_await secure_->async_handshake(asio::ssl::stream_base::client, as_value);
    greeting = ec;
    if (!ec) co_return result<void>();
    if (expired_) co_return fail(explain(ec));
    const std::string problem = certificate_problem(handle);
    if (!problem.empty())
        co_return fail(errc::tls,
                       fmt::format("the certificate of {} is not trusted: {}; give the CA that signed it (--ca FILE)",
                                   to.origin, problem));
    co_return fail(errc::tls, fmt::format("no TLS with {}: {}; check that it speaks TLS 1.2 or newer there",
                                          to.origin, ec.message()));
}

task<error_code> channel::write(std::string bytes) {
    const auto all = asio::buffer(bytes);
    if (secure_) {
        auto [ec, n] = co_await asio::async_write(*secure_, all, as_value);
        co_return ec;
    }
    auto [ec, n] = co_await asio::async_write(socket_, all, as_value);
    co_return ec;
}

task<error_code> channel::read_more() {
    const std::size_t had = buffer.size();
    buffer.resize(had + read_size);
    const auto room = asio::buffer(buffer.data() + had, read_size);
    error_code ec;
    std::size_t got = 0;
    if (secure_) {
        auto [failed, n] = co_await secure_->async_read_some(room, as_value);
        ec = failed;
        got = n;
    } else {
        auto [failed, n] = co_await socket_.async_read_some(room, as_value);
        ec = failed;
        got = n;
    }
    buffer.resize(had + got);
    co_return ec;
}

task<result<response>> channel::read_answer(bool head_only, client_options limits, outcome& o) {
    for (;;) {
        response_parser p(limits.header_bytes_max, limits.body_bytes_max);
        p.skip(head_only);
        error_code ec;
        while (!feed(p, buffer, ec)) {
            if (ec) co_return fail(not_an_answer(to, ec, limits));
            const error_code stopped = co_await read_more();
            if (!stopped) continue;
            o.unanswered = !p.got_some() && !expired_;
            if (!ended(stopped) || !p.got_some()) co_return fail(explain(stopped));
            p.put_eof(ec);
            if (ec) co_return fail(not_an_answer(to, ec, limits));
            break;
        }
        // RFC 9110 §15.2: interim responses precede the final one.
        if (p.message.status / 100 == 1 && p.message.status != 101) continue;
        o.reusable = p.keep_alive() && !p.need_eof() && p.message.status != 101 && buffer.empty();
        co_return std::move(p.message);
    }
}

task<outcome> channel::exchange(std::string bytes, bool head_only, client_options limits) {
    outcome o;
    const auto self = shared_from_this();
    const time_point began = steady_clock::now();
    const error_code unsent = co_await write(std::move(bytes));
    // A server may answer and close before it has read everything: the response counts, the write error does not.
    o.answer = co_await read_answer(head_only, limits, o);
    if (unsent) o.reusable = false;
    o.time = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - began);
    co_return o;
}

}  // namespace assay::http
