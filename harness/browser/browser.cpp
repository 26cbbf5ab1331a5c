#include "harness/browser/browser.hpp"

#include <algorithm>
#include <ctime>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "harness/browser/navigation.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

constexpr int redirects_max = 20;
constexpr int forms_max = 8;

bool has_scheme(std::string_view text) {
    const std::size_t colon = text.find(':');
    return colon != std::string_view::npos && colon > 0 && colon < text.find_first_of("/?#");
}

bool of_the_web(std::string_view url) {
    return http::iequals(url.substr(0, 5), "http:") || http::iequals(url.substr(0, 6), "https:");
}

// Browsers accept URLs with bytes that RFC 3986 forbids: those bytes are percent-encoded.
std::string forgiven(std::string_view text) {
    constexpr std::string_view forbidden = "\"<>\\^`{|}";
    std::string out;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        if (u <= 0x20 || u >= 0x7f || forbidden.find(c) != std::string_view::npos) {
            out += fmt::format("%{:02X}", u);
        } else {
            out += c;
        }
    }
    return out;
}

// Makes the URL absolute; the text of an absolute Location is not changed.
result<std::string> target_of(const std::string& at, const std::string& location) {
    if (has_scheme(location)) return location;
    auto joined = http::resolve_url(at, forgiven(location));
    if (!joined)
        return fail(
            errc::malformed,
            fmt::format("{} redirects to \"{}\", which is no URL; look at its Location header", at, location));
    // RFC 9110 §10.2.2: a Location without a fragment inherits that of the page.
    const std::size_t hash = at.find('#');
    if (joined->find('#') == std::string::npos && hash != std::string::npos) *joined += at.substr(hash);
    return joined;
}

// Two forms count as the same if action, fields and pressed button are equal. Values of hidden fields (tokens) are
// ignored: they differ each time.
std::string signature(const html_form& f) {
    std::string out = f.method + " " + f.action.substr(0, f.action.find_first_of("?#"));
    std::vector<std::string> names;
    for (const control& c : f.controls) {
        names.push_back(c.kind == control_kind::button && c.on ? c.name + "=" + c.value : c.name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string& n : names) out += "\n" + n;
    return out;
}

}  // namespace

result<http::exchange> browser::request(std::string method, const std::string& url, http::headers head,
                                        std::string body) {
    const auto to = http::parse_url(url);
    if (!to) return fail(to.error());
    const std::int64_t now = std::time(nullptr);
    http::call c;
    c.origin = to->origin();
    c.r.method = std::move(method);
    c.r.target = to->target();
    c.r.head = std::move(head);
    c.r.body = std::move(body);
    if (std::string line = cookies_.header(*to, now); !line.empty()) c.r.head.append("Cookie", std::move(line));
    auto done = client_->send(std::move(c));
    if (!done) return done;
    for (const std::string& line : done->received.head.all("set-cookie")) cookies_.store(*to, line, now);
    history_.push_back(*done);
    return done;
}

result<journey> browser::visit(std::string url, const std::function<bool(std::string_view)>& is_client,
                               const sign_in_choice* who, std::string posted) {
    if (!webdriver_.empty() && who != nullptr && !who->nobody && posted.empty())
        return visit_for_real(url, is_client, *who);
    history_.clear();
    journey j;
    navigation next;
    next.url = std::move(url);
    if (!posted.empty()) next.method = "POST";
    next.body = std::move(posted);
    std::vector<std::string> filled;
    for (int redirects_met = 0;;) {
        j.final_url = next.url;
        j.reached_client = is_client(next.url);
        if (j.reached_client) {
            j.posted = next.body;
            break;
        }
        next.url = forgiven(next.url);
        // A URL of another scheme (an application's, javascript:) is not opened.
        if (!of_the_web(next.url) && !history_.empty()) break;
        auto e = request(next.method, next.url, head_of(next), next.body);
        if (!e) return fail(e.error());
        j.last = std::move(*e);
        const http::response& got = j.last.received;
        if (redirects(got)) {
            if (++redirects_met > redirects_max)
                return fail(errc::limit, fmt::format("more than {} redirects, the last from {}; look for a loop",
                                                     redirects_max, next.url.substr(0, next.url.find('#'))));
            auto to = target_of(next.url, *got.head.find("location"));
            if (!to) return fail(to.error());
            next = redirected(std::move(next), got.status, std::move(*to));
            continue;
        }
        if (who == nullptr) break;
        // A page that automatically posts itself to the client needs no user (OAuth 2.0 Form Post Response Mode §2).
        const auto form =
            who->nobody ? form_posted_to(got, next.url, is_client) : fill_in(forms_of(got, next.url), *who);
        if (!form) break;
        std::string mark = signature(*form);
        if (std::find(filled.begin(), filled.end(), mark) != filled.end()) break;
        if (filled.size() >= forms_max)
            return fail(errc::limit,
                        fmt::format("more than {} forms before the client's redirect URI; name the fields "
                                    "to fill in",
                                    forms_max));
        filled.push_back(std::move(mark));
        j.could_refuse = j.could_refuse || (!who->allow && refuses(*form));
        next = submitted(*form, next.url);
    }
    j.exchanges = history_;
    return j;
}

}  // namespace assay::harness
