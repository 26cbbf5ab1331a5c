#include "harness/browser/cookie_jar.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "data/text.hpp"
#include "http/message.hpp"

namespace assay::harness {
namespace {

// RFC 6265 §6.1 requires at least these limits; here they are upper bounds.
constexpr std::size_t cookie_bytes_max = 4096;
constexpr std::size_t cookies_max = 300;

bool is_address(std::string_view host) {
    return host.starts_with('[') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// §5.1.3
bool domain_matches(std::string_view host, std::string_view domain) {
    if (host == domain) return true;
    return !is_address(host) && host.size() > domain.size() && host.ends_with(domain) &&
           host[host.size() - domain.size() - 1] == '.';
}

// §5.1.4
std::string default_path(std::string_view path) {
    const std::size_t last = path.rfind('/');
    return last == 0 || last == std::string_view::npos ? "/" : std::string(path.substr(0, last));
}

bool path_matches(std::string_view path, std::string_view of_cookie) {
    if (!path.starts_with(of_cookie)) return false;
    return path.size() == of_cookie.size() || of_cookie.ends_with('/') || path[of_cookie.size()] == '/';
}

// §5.2: applies one attribute to the cookie. False: the cookie must be ignored (§5.3 (6)).
bool take_attribute(cookie& c, std::string_view name, std::string_view value, const std::string& host,
                    std::int64_t now, bool& aged) {
    if (http::iequals(name, "secure")) {
        c.secure = true;
    } else if (http::iequals(name, "path") && value.starts_with('/')) {
        c.path = value;
    } else if (http::iequals(name, "max-age")) {
        const auto seconds = whole_number<std::int64_t>(value);
        if (!seconds) return true;
        aged = true;
        // A year counts as unlimited here, and avoids overflow of the sum.
        c.expires_at = *seconds <= 0 ? 0 : now + std::min<std::int64_t>(*seconds, std::int64_t{366} * 86400);
    } else if (http::iequals(name, "expires") && !aged) {
        if (const auto at = parse_cookie_date(value)) c.expires_at = *at;
    } else if (http::iequals(name, "domain") && !value.empty()) {
        std::string domain = lowered(value.front() == '.' ? value.substr(1) : value);
        // A name without a dot is treated as a public suffix.
        const bool too_wide = domain.find('.') == std::string::npos && domain != host;
        if (too_wide || !domain_matches(host, domain)) return false;
        c.domain = std::move(domain);
        c.host_only = false;
    }
    return true;
}

// RFC 6265bis §5.7 (1): a cookie with a control character other than a tab is ignored, so that none is sent in a
// header.
bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto u = static_cast<unsigned char>(c);
        return (u < 0x20 && u != 0x09) || u == 0x7f;
    });
}

std::optional<cookie> parse(const http::url& from, std::string_view text, std::int64_t now) {
    if (text.size() > cookie_bytes_max || has_control(text)) return std::nullopt;
    const std::size_t first_end = std::min(text.find(';'), text.size());
    const std::string_view pair = text.substr(0, first_end);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    cookie c;
    c.name = trimmed(pair.substr(0, equals));
    c.value = trimmed(pair.substr(equals + 1));
    if (c.name.empty()) return std::nullopt;
    c.domain = lowered(from.host);
    c.path = default_path(from.path);
    const std::string host = c.domain;
    bool aged = false;
    std::string_view rest = text.substr(first_end);
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view attribute = rest.substr(0, rest.find(';'));
        rest.remove_prefix(attribute.size());
        const std::size_t mark = std::min(attribute.find('='), attribute.size());
        const std::string_view value = attribute.substr(std::min(mark + 1, attribute.size()));
        if (!take_attribute(c, trimmed(attribute.substr(0, mark)), trimmed(value), host, now, aged))
            return std::nullopt;
    }
    return c;
}

bool delimiter(char c) {
    const auto u = static_cast<unsigned char>(c);
    return u == 0x09 || (u >= 0x20 && u <= 0x2f) || (u >= 0x3b && u <= 0x40) || (u >= 0x5b && u <= 0x60) ||
           (u >= 0x7b && u <= 0x7e);
}

std::optional<int> leading_number(std::string_view s, std::size_t at_least, std::size_t at_most) {
    std::size_t digits = 0;
    int n = 0;
    while (digits < s.size() && digits <= at_most && s[digits] >= '0' && s[digits] <= '9')
        n = n * 10 + (s[digits++] - '0');
    if (digits < at_least || digits > at_most) return std::nullopt;
    return n;
}

struct date_parts {
    std::optional<int> hour;
    int minute = 0;
    int second = 0;
    std::optional<int> day;
    std::optional<int> month;
    std::optional<int> year;
};

bool take_time(date_parts& d, std::string_view token) {
    const std::size_t a = token.find(':');
    const std::size_t b = a == std::string_view::npos ? a : token.find(':', a + 1);
    if (b == std::string_view::npos) return false;
    const auto h = leading_number(token.substr(0, a), 1, 2);
    const auto m = leading_number(token.substr(a + 1, b - a - 1), 1, 2);
    const auto s = leading_number(token.substr(b + 1), 1, 2);
    if (!h || !m || !s) return false;
    d.hour = h;
    d.minute = *m;
    d.second = *s;
    return true;
}

std::optional<int> month_of(std::string_view token) {
    static constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                             "jul", "aug", "sep", "oct", "nov", "dec"};
    for (std::size_t n = 0; n < months.size(); ++n) {
        if (http::iequals(token.substr(0, 3), months[n])) return static_cast<int>(n);
    }
    return std::nullopt;
}

void take_token(date_parts& d, std::string_view token) {
    if (!d.hour && take_time(d, token)) return;
    if (const auto day = leading_number(token, 1, 2); !d.day && day) {
        d.day = day;
    } else if (const auto month = month_of(token); !d.month && month) {
        d.month = month;
    } else if (const auto year = leading_number(token, 2, 4); !d.year && year) {
        d.year = *year < 70 ? *year + 2000 : *year < 100 ? *year + 1900 : *year;
    }
}

}  // namespace

std::optional<std::int64_t> parse_cookie_date(std::string_view text) {
    date_parts d;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && !delimiter(text[end])) ++end;
        if (end > at) take_token(d, text.substr(at, end - at));
        at = end + 1;
    }
    if (!d.hour || !d.day || !d.month || !d.year) return std::nullopt;
    if (*d.day < 1 || *d.day > 31 || *d.year < 1601 || *d.hour > 23 || d.minute > 59 || d.second > 59)
        return std::nullopt;
    std::tm t{};
    t.tm_year = *d.year - 1900;
    t.tm_mon = *d.month;
    t.tm_mday = *d.day;
    t.tm_hour = *d.hour;
    t.tm_min = d.minute;
    t.tm_sec = d.second;
    return ::timegm(&t);
}

void cookie_jar::store(const http::url& from, std::string_view set_cookie, std::int64_t now) {
    auto made = parse(from, set_cookie, now);
    if (!made) return;
    const auto same = std::find_if(cookies_.begin(), cookies_.end(), [&](const cookie& c) {
        return c.name == made->name && c.domain == made->domain && c.path == made->path;
    });
    const bool dead = made->expires_at && *made->expires_at <= now;
    if (same != cookies_.end()) {
        if (dead) {
            cookies_.erase(same);
        } else {
            *same = std::move(*made);
        }
    } else if (!dead) {
        if (cookies_.size() >= cookies_max) cookies_.erase(cookies_.begin());
        cookies_.push_back(std::move(*made));
    }
}

std::string cookie_jar::header(const http::url& to, std::int64_t now) {
    std::erase_if(cookies_, [&](const cookie& c) { return c.expires_at && *c.expires_at <= now; });
    const std::string host = lowered(to.host);
    std::vector<const cookie*> fit;
    for (const cookie& c : cookies_) {
        const bool here = c.host_only ? host == c.domain : domain_matches(host, c.domain);
        const bool safe = !c.secure || to.scheme == "https" || to.is_loopback();
        if (here && safe && path_matches(to.path, c.path)) fit.push_back(&c);
    }
    // §5.4 (2): longer paths first, then the older.
    std::stable_sort(fit.begin(), fit.end(),
                     [](const cookie* a, const cookie* b) { return a->path.size() > b->path.size(); });
    std::string out;
    for (const cookie* c : fit) out += (out.empty() ? "" : "; ") + c->name + "=" + c->value;
    return out;
}

}  // namespace assay::harness
