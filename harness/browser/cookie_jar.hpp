// Cookies as in a browser (RFC 6265 §5): by host and path, not port. Not thread-safe: one per browser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/url.hpp"

namespace assay::harness {

struct cookie {
    std::string name;
    std::string value;
    std::string domain;  // lower case
    std::string path;
    bool host_only = true;
    bool secure = false;
    std::optional<std::int64_t> expires_at;  // epoch seconds; nullopt: a session cookie
};

class cookie_jar {
public:
    // Stores one Set-Cookie value of an answer from `from`; an invalid one is ignored (§5.3). `now`: epoch seconds.
    void store(const http::url& from, std::string_view set_cookie, std::int64_t now);
    // The Cookie header for a request to `to`, or empty. Secure cookies are sent to https and to loopback.
    [[nodiscard]] std::string header(const http::url& to, std::int64_t now);
    void clear() { cookies_.clear(); }
    [[nodiscard]] const std::vector<cookie>& all() const { return cookies_; }

private:
    std::vector<cookie> cookies_;  // in order of creation
};

// RFC 6265 §5.1.1, epoch seconds; nullopt when it is not a date.
[[nodiscard]] std::optional<std::int64_t> parse_cookie_date(std::string_view text);

}  // namespace assay::harness
