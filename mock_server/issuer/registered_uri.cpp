#include "mock_server/issuer/registered_uri.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "data/text.hpp"
#include "http/message.hpp"
#include "http/url.hpp"

namespace assay::mock {
namespace {

std::string_view scheme_of(std::string_view text) {
    const auto colon = text.find(':');
    return colon == std::string_view::npos ? std::string_view{} : text.substr(0, colon);
}

// RFC 3986 §3.1.
bool is_scheme(std::string_view text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    });
}

bool is_web(std::string_view scheme) {
    return http::iequals(scheme, "https") || http::iequals(scheme, "http");
}

// As the WHATWG URL standard reads it, decimal only: "127.1" is 127.0.0.1.
std::optional<std::uint32_t> parse_ipv4(std::string_view host) {
    std::array<std::uint32_t, 4> parts{};
    std::size_t last = 0;
    for (;;) {
        const auto dot = host.find('.');
        const auto n = whole_number<std::uint32_t>(host.substr(0, dot));
        if (!n) return std::nullopt;
        parts.at(last) = *n;
        if (dot == std::string_view::npos) break;
        host.remove_prefix(dot + 1);
        if (++last == parts.size()) return std::nullopt;
    }
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < last; ++i) {
        if (parts.at(i) > 255) return std::nullopt;
        out += std::uint64_t{parts.at(i)} << (24 - 8 * i);
    }
    const auto last_max = std::uint64_t{0xffffffff} >> (8 * last);
    if (parts.at(last) > last_max) return std::nullopt;
    return static_cast<std::uint32_t>(out + parts.at(last));
}

struct network {
    std::uint32_t address;
    unsigned bits;
};
constexpr std::uint32_t quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d = 0) {
    return (a << 24U) + (b << 16U) + (c << 8U) + d;
}
// Python's ipaddress.is_private (IANA's registry of special-purpose addresses).
constexpr std::array<network, 13> private_networks{{{quad(0, 0, 0), 8},
                                                    {quad(10, 0, 0), 8},
                                                    {quad(127, 0, 0), 8},
                                                    {quad(169, 254, 0), 16},
                                                    {quad(172, 16, 0), 12},
                                                    {quad(192, 0, 0), 24},
                                                    {quad(192, 0, 2), 24},
                                                    {quad(192, 168, 0), 16},
                                                    {quad(198, 18, 0), 15},
                                                    {quad(198, 51, 100), 24},
                                                    {quad(203, 0, 113), 24},
                                                    {quad(240, 0, 0), 4},
                                                    {quad(255, 255, 255, 255), 32}}};

bool is_private_ipv4(std::string_view host) {
    const auto address = parse_ipv4(host);
    if (!address || *address == quad(192, 0, 0, 9) || *address == quad(192, 0, 0, 10)) return false;
    return std::any_of(private_networks.begin(), private_networks.end(),
                       [&](const network& n) { return (*address ^ n.address) >> (32 - n.bits) == 0; });
}

bool takes_http(const http::url& uri, const registration_rules& by) {
    if (http::iequals(uri.host, "localhost") || uri.host.ends_with(".localhost")) return true;
    if (by.http_on_private_ipv4) return is_private_ipv4(uri.host);
    return uri.is_loopback();
}

bool is_unreserved_in_url(unsigned char c) {
    return c > ' ' && c < 0x7f && std::string_view("\"<>`").find(static_cast<char>(c)) == std::string_view::npos;
}

std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += is_unreserved_in_url(byte) ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return out;
}

// The text to check: pydantic percent-encodes before it checks.
std::string as_stored(std::string_view text, const registration_rules& by) {
    return by.normalised_redirect_uris ? encoded(text) : std::string(text);
}

}  // namespace

bool is_absolute_redirect_uri(std::string_view text, const registration_rules& by) {
    if (!is_scheme(scheme_of(text)) || text.find('#') != std::string_view::npos) return false;
    const bool needs_host = by.redirect_uri_host || is_web(scheme_of(text));
    return !needs_host || http::parse_url(as_stored(text, by)).has_value();
}

bool is_secure_redirect_uri(std::string_view text, const registration_rules& by) {
    constexpr std::array<std::string_view, 4> refused{"javascript", "data", "vbscript", "file"};
    const auto scheme = scheme_of(text);
    if (http::iequals(scheme, "http")) {
        const auto uri = http::parse_url(as_stored(text, by));
        return uri && takes_http(*uri, by);
    }
    // In dialects where every URI needs a host, those schemes fail because they have none.
    if (by.redirect_uri_host) return !scheme.empty();
    return std::none_of(refused.begin(), refused.end(),
                        [&](std::string_view one) { return http::iequals(scheme, one); });
}

bool is_dotted_or_web(std::string_view text) {
    const auto scheme = scheme_of(text);
    return is_web(scheme) || scheme.find('.') != std::string_view::npos;
}

std::vector<uri_finding> judge_redirect_uri(std::string_view text, const registration_rules& by, bool configured) {
    std::vector<uri_finding> out;
    const bool mended = by.normalised_redirect_uris && !configured;
    if (!mended && !http::is_written_as_uri(text))
        out.push_back({rule::register_redirect_uris_well_formed, "ASCII, what is not percent-encoded"});
    if (!is_absolute_redirect_uri(text, by)) {
        out.push_back({rule::register_redirect_uris_without_fragment,
                       by.redirect_uri_host ? "absolute, with a host and without fragment"
                                            : "absolute and without fragment, as http://localhost:3000/callback"});
    }
    const bool by_operator = configured && http::iequals(scheme_of(text), "http");
    if (!by_operator && !is_secure_redirect_uri(text, by))
        out.push_back({rule::register_redirect_uris_secure, "https, or a scheme of the application's own"});
    if (!is_dotted_or_web(text))
        out.push_back({rule::register_private_use_scheme_dotted, "of a scheme such as com.example.app"});
    return out;
}

std::string normalised(std::string_view text) {
    const auto uri = http::parse_url(encoded(text));
    if (!uri || !is_web(uri->scheme)) return encoded(text);
    std::string host = lowered(uri->host);
    if (const auto v4 = parse_ipv4(host)) {
        host = fmt::format("{}.{}.{}.{}", *v4 >> 24U, *v4 >> 16U & 255U, *v4 >> 8U & 255U, *v4 & 255U);
    }
    const std::string_view default_port = uri->scheme == "https" ? "443" : "80";
    std::string out = uri->scheme + "://" + host;
    if (!uri->port.empty() && uri->port != default_port) out += ":" + uri->port;
    out += uri->path;
    if (uri->has_query) out += "?" + uri->query;
    if (uri->has_fragment) out += "#" + uri->fragment;
    return out;
}

}  // namespace assay::mock
