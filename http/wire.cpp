#include "http/wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include <fmt/format.h>

#include "data/text.hpp"

namespace assay::http {
namespace {

void add_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

// RFC 9112 §6.3 (1)
bool bodiless(int status) {
    return status / 100 == 1 || status == 204 || status == 304;
}

bool says_length(const response& r) {
    const auto lengths = r.head.all("content-length");
    if (lengths.empty()) return false;
    std::size_t number = 0;
    const std::string& text = lengths.front();
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    return lengths.size() == 1 && ec == std::errc{} && end == text.data() + text.size() && number == r.body.size();
}

bool left_out(const framing& how, std::string_view name) {
    return std::any_of(how.without.begin(), how.without.end(),
                       [&](const std::string& one) { return iequals(one, name); });
}

}  // namespace

std::string imf_fixdate(std::int64_t epoch_s) {
    const auto at = static_cast<std::time_t>(epoch_s);
    static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    gmtime_r(&at, &t);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(t.tm_wday)], t.tm_mday,
                       months[static_cast<std::size_t>(t.tm_mon)], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

const std::string& date_now() {
    thread_local std::time_t rendered = -1;
    thread_local std::string text;
    const std::time_t now = std::time(nullptr);
    if (now == rendered) return text;
    text = imf_fixdate(now);
    rendered = now;
    return text;
}

std::size_t bytes_of(const response& r) {
    std::size_t out = r.body.size();
    for (const header& h : r.head.list) out += h.name.size() + h.value.size();
    return 2 * out;
}

std::size_t bytes_of(const plan& steps) {
    std::size_t out = 0;
    for (const step& one : steps) {
        if (const auto* w = std::get_if<write_response>(&one.what)) out += bytes_of(w->r);
        if (const auto* b = std::get_if<write_bytes>(&one.what)) out += b->bytes.size();
        if (const auto* again = std::get_if<repeat_bytes>(&one.what)) out += again->bytes.size();
    }
    return out;
}

bool connection_has(const headers& h, std::string_view token) {
    for (const header& field : h.list) {
        if (!iequals(field.name, "connection")) continue;
        std::string_view rest = field.value;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            if (iequals(trimmed(rest.substr(0, comma)), token)) return true;
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    }
    return false;
}

serialised serialise(const response& r, const framing& how) {
    serialised out;
    std::string& b = out.bytes;
    b.reserve(256 + r.body.size());
    b += "HTTP/1.1 ";
    if (r.status < 100) b += r.status < 10 ? "00" : "0";
    b.append(std::to_string(r.status)).append(" ");
    b.append(r.reason.empty() ? reason_phrase(r.status) : std::string_view(r.reason)).append("\r\n");
    for (const header& h : r.head.list) add_field(b, h.name, h.value);
    const bool no_body = bodiless(r.status);
    const bool coded = r.head.find("transfer-encoding") != nullptr;
    const bool has_length = r.head.find("content-length") != nullptr;
    const bool length_added = !how.exact && !left_out(how, "content-length");
    if (!how.exact) {
        if (r.head.find("date") == nullptr && !left_out(how, "date"))
            add_field(b, "Date", how.date.empty() ? std::string_view(date_now()) : how.date);
        if (!no_body && !coded && !has_length && length_added)
            add_field(b, "Content-Length", std::to_string(r.body.size()));
        if (r.head.find("connection") == nullptr && !left_out(how, "connection")) {
            if (how.closing) add_field(b, "Connection", "close");
            if (!how.closing && how.http10_alive) add_field(b, "Connection", "keep-alive");
        }
    }
    b += "\r\n";
    if (!how.head_only && (!no_body || how.exact)) b += r.body;
    out.close = connection_has(r.head, "close");
    if (how.head_only || no_body) {
        out.framed = how.head_only || !how.exact || r.body.empty();
    } else if (coded) {
        out.framed = false;  // the handler wrote the chunks itself, and they are not checked
    } else {
        out.framed = has_length ? says_length(r) : length_added;
    }
    return out;
}

std::string serialise(const request& r) {
    std::string out = r.method + " " + r.target + " HTTP/1.1\r\n";
    for (const header& h : r.head.list) add_field(out, h.name, h.value);
    return out.append("\r\n").append(r.body);
}

}  // namespace assay::http
