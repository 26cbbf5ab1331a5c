// Cookies as a browser keeps them (RFC 6265 §5): by host and path, ports ignored. Not thread-safe: one jar a browser.
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
    std::optional<std::int64_t> expires_at;  // epoch seconds; none: when the browser ends
};

class cookie_jar {
public:
    // One Set-Cookie value that came from `from`; what does not fit is ignored, as §5.3 says.
    void store(const http::url& from, std::string_view set_cookie, std::int64_t now);
    // The Cookie header for a request to `to`, empty when there is none. Secure ones go to https and to loopback.
    [[nodiscard]] std::string header(const http::url& to, std::int64_t now);
    void clear() { cookies_.clear(); }
    [[nodiscard]] const std::vector<cookie>& all() const { return cookies_; }

private:
    std::vector<cookie> cookies_;  // in order of creation
};

// RFC 6265 §5.1.1; nullopt when it is no date.
[[nodiscard]] std::optional<std::int64_t> parse_cookie_date(std::string_view text);

}  // namespace assay::harness
