// Absolute URLs parsed by Boost.URL (RFC 3986); the text of the parts is not changed. Thread-safe: plain values.
#pragma once

#include <string>
#include <string_view>

#include "data/result.hpp"

namespace assay::http {

struct url {
    std::string scheme;    // lower case
    std::string host;      // as written, IPv6 with its brackets
    std::string port;      // as written, or empty
    std::string path;      // encoded; "/" when empty
    std::string query;     // encoded, without '?'
    std::string fragment;  // encoded, without '#'
    bool has_query = false;
    bool has_fragment = false;

    [[nodiscard]] std::string origin() const;  // scheme://host[:port]
    [[nodiscard]] std::string target() const;  // path[?query]
    [[nodiscard]] bool is_loopback() const;    // 127.0.0.0/8, [::1], localhost
};

// An absolute URL with scheme and host. Errors: malformed, with the text in the message.
[[nodiscard]] result<url> parse_url(std::string_view text);
// Only characters of RFC 3986 §2, and two hex digits after every '%'.
[[nodiscard]] bool is_written_as_uri(std::string_view text);
// A host without the brackets of an IPv6 address.
[[nodiscard]] std::string without_brackets(std::string_view host);
// RFC 3986 §5.2 for redirects: `reference` against `base`.
[[nodiscard]] result<std::string> resolve_url(std::string_view base, std::string_view reference);
// Adds `query` to `text` with '?' or '&', before any fragment. An empty query changes nothing.
[[nodiscard]] std::string add_query(std::string_view text, std::string_view query);

}  // namespace assay::http
