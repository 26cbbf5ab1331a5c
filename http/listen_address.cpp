#include "http/listen_address.hpp"

#include <charconv>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <sys/un.h>

#include "http/asio.hpp"

namespace assay::http {
namespace {

bool is_loopback_address(const asio::ip::address& a) {
    if (!a.is_v6() || !a.to_v6().is_v4_mapped()) return a.is_loopback();
    return asio::ip::make_address_v4(asio::ip::v4_mapped, a.to_v6()).is_loopback();
}

// Takes ":8080" from the end of "[::1]:8080" or "127.0.0.1:8080". An IPv6 address without brackets has no port: where
// it would begin is unknown (RFC 3986 §3.2.2).
std::string_view take_port(std::string_view& text) {
    const auto colon = text.rfind(':');
    const bool bracketed = text.starts_with('[');
    if (colon == std::string_view::npos || (bracketed ? text[colon - 1] != ']' : text.find(':') != colon)) return {};
    const auto port = text.substr(colon);
    text.remove_suffix(port.size());
    return port;
}

}  // namespace

result<listen_address> parse_listen_address(std::string_view text) {
    constexpr std::string_view to_socket = "unix:";
    if (text.starts_with(to_socket)) {
        constexpr std::size_t path_max = sizeof(sockaddr_un::sun_path) - 1;
        const auto path = text.substr(to_socket.size());
        if (!path.empty() && path.size() <= path_max)
            return listen_address{.socket = std::string(path), .loopback = true};
        return fail(errc::usage, fmt::format("\"{}\" must have the path of a unix socket, of at most {} bytes, as "
                                             "unix:/run/assay.sock",
                                             text, path_max));
    }
    std::string_view host = text;
    const std::string_view port = take_port(host);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    error_code bad;
    const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : std::string(host), bad);
    listen_address out;
    if (!port.empty()) {
        const auto* last = port.data() + port.size();
        const auto [end, wrong] = std::from_chars(port.data() + 1, last, out.port.emplace());
        if (wrong != std::errc{} || end != last) bad = asio::error::invalid_argument;
    }
    if (bad || (bracketed && !address.is_v6())) {
        return fail(errc::usage, fmt::format("\"{}\" is not an IP address to listen on; use 127.0.0.1 or ::1, with a "
                                             "port 127.0.0.1:8080 or [::1]:8080, or unix:/path",
                                             text));
    }
    out.host = address.to_string();
    out.loopback = is_loopback_address(address);
    out.v6 = address.is_v6();
    return out;
}

}  // namespace assay::http
