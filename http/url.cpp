#include "http/url.hpp"

#include <algorithm>

#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include "data/hex.hpp"
#include "http/message.hpp"

namespace assay::http {
namespace {

namespace urls = boost::urls;

constexpr std::size_t length_max = 64U << 10U;

template <class View>
std::string text_of(const View& v) {
    return std::string(v.data(), v.size());
}

// A foreign text made fit for a message.
std::string shown(std::string_view text) {
    std::string out(text.substr(0, 200));
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return text.size() > 200 ? out + "…" : out;
}

// RFC 3986 §5.2.4. Written out because Boost.URL 1.81 leaves "/../g" unchanged.
std::string remove_dot_segments(std::string_view in) {
    std::string out;
    const auto drop_last = [&out] { out.erase(out.rfind('/') == std::string::npos ? 0 : out.rfind('/')); };
    while (!in.empty()) {
        if (in.starts_with("../")) {
            in.remove_prefix(3);
        } else if (in.starts_with("./") || in.starts_with("/./")) {
            in.remove_prefix(2);
        } else if (in == "/.") {
            in = "/";
        } else if (in.starts_with("/../")) {
            in.remove_prefix(3);
            drop_last();
        } else if (in == "/..") {
            in = "/";
            drop_last();
        } else if (in == "." || in == "..") {
            in = {};
        } else {
            const std::size_t end = std::min(in.find('/', 1), in.size());
            out += in.substr(0, end);
            in.remove_prefix(end);
        }
    }
    return out;
}

// RFC 3986 §5.2.3
std::string merge(const urls::url_view& base, std::string_view path) {
    const std::string from = text_of(base.encoded_path());
    if (from.empty() && base.has_authority()) return "/" + std::string(path);
    return from.substr(0, from.rfind('/') + 1) + std::string(path);
}

// RFC 3986 §5.2.2 and §5.3
std::string join(const urls::url_view& base, const urls::url_view& r) {
    const bool own_authority = r.has_scheme() || r.has_authority();
    const urls::url_view& authority = own_authority ? r : base;
    const std::string own_path = text_of(r.encoded_path());
    std::string path;
    if (own_authority || own_path.starts_with('/')) {
        path = remove_dot_segments(own_path);
    } else {
        path = own_path.empty() ? text_of(base.encoded_path()) : remove_dot_segments(merge(base, own_path));
    }
    const bool inherits_query = !own_authority && own_path.empty() && !r.has_query();
    const urls::url_view& query = inherits_query ? base : r;
    std::string out = text_of(r.has_scheme() ? r.scheme() : base.scheme()) + ":";
    if (authority.has_authority()) out += "//" + text_of(authority.encoded_authority());
    out += path;
    if (query.has_query()) out += "?" + text_of(query.encoded_query());
    if (r.has_fragment()) out += "#" + text_of(r.encoded_fragment());
    return out;
}

// RFC 3986 §3.3: after an authority a path is empty or begins with a slash. Boost.URL 1.81 parses "http://h:80x/"
// into port 80 and path "x/".
bool whole(const urls::url_view& v) {
    return !v.has_authority() || v.encoded_path().empty() || v.encoded_path().starts_with('/');
}

tl::unexpected<error> not_a_url(std::string_view text, std::string_view what) {
    return fail(errc::malformed,
                fmt::format("\"{}\" is not {}; write it as https://host/path (RFC 3986)", shown(text), what));
}

}  // namespace

std::string url::origin() const {
    return scheme + "://" + host + (port.empty() ? "" : ":" + port);
}

std::string url::target() const {
    return has_query ? path + "?" + query : path;
}

bool url::is_loopback() const {
    if (iequals(host, "localhost")) return true;
    if (host.size() > 2 && host.front() == '[') {
        const auto v6 = urls::parse_ipv6_address(std::string_view(host).substr(1, host.size() - 2));
        return v6.has_value() && v6->is_loopback();
    }
    const auto v4 = urls::parse_ipv4_address(host);
    // Boost.URL 1.81 accepts "127.0.0.1.example" as an address: the whole text must be compared.
    return v4.has_value() && v4->is_loopback() && v4->to_string() == host;
}

result<url> parse_url(std::string_view text) {
    if (text.size() > length_max) return not_a_url(text, "a URL of at most 65536 bytes");
    const auto parsed = urls::parse_uri(text);
    if (!parsed || !whole(*parsed)) return not_a_url(text, "an absolute URL");
    const urls::url_view& v = *parsed;
    if (v.encoded_host().empty()) return not_a_url(text, "a URL with a host");
    url u;
    u.scheme = text_of(v.scheme());
    for (char& c : u.scheme) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    u.host = text_of(v.encoded_host());
    u.port = text_of(v.port());
    u.path = v.encoded_path().empty() ? "/" : text_of(v.encoded_path());
    u.has_query = v.has_query();
    u.query = text_of(v.encoded_query());
    u.has_fragment = v.has_fragment();
    u.fragment = text_of(v.encoded_fragment());
    return u;
}

std::string without_brackets(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    return std::string(host);
}

bool is_written_as_uri(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '%' && percent_encoded_byte(text, i) < 0) return false;
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) == std::string_view::npos) return false;
    }
    return !text.empty();
}

result<std::string> resolve_url(std::string_view base, std::string_view reference) {
    if (reference.size() > length_max) return not_a_url(reference, "a URL of at most 65536 bytes");
    const auto from = urls::parse_uri(base);
    if (!from || !whole(*from)) return not_a_url(base, "an absolute URL");
    const auto to = urls::parse_uri_reference(reference);
    if (!to || !whole(*to)) return not_a_url(reference, "a URL or a path");
    return join(*from, *to);
}

std::string add_query(std::string_view text, std::string_view query) {
    if (query.empty()) return std::string(text);
    const std::size_t hash = text.find('#');
    const std::string_view head = text.substr(0, hash);
    const std::string_view fragment = hash == std::string_view::npos ? std::string_view{} : text.substr(hash);
    const std::size_t mark = head.find('?');
    std::string out(head);
    if (mark == std::string_view::npos) {
        out += '?';
    } else if (mark + 1 != head.size() && head.back() != '&') {
        out += '&';
    }
    return out.append(query).append(fragment);
}

}  // namespace assay::http
