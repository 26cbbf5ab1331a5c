#include "mock_server/routing/behind_proxy.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/text.hpp"
#include "http/url.hpp"
#include "mock_server/issuer/outer_url.hpp"

namespace assay::mock {
namespace {

constexpr std::array<std::string_view, 4> fields{"Forwarded", "X-Forwarded-Proto", "X-Forwarded-Host",
                                                 "X-Forwarded-Prefix"};

// The parts of a text between separators outside quotes.
std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> out;
    bool quoted = false;
    std::size_t from = 0;
    for (std::size_t n = 0; n <= text.size(); ++n) {
        if (n + 1 < text.size() && quoted && text[n] == '\\') {
            ++n;
        } else if (n < text.size() && text[n] == '"') {
            quoted = !quoted;
        } else if (n == text.size() || (!quoted && text[n] == separator)) {
            out.push_back(trimmed(text.substr(from, n - from)));
            from = n + 1;
        }
    }
    return out;
}

// The last value of all fields of that name; empty: there is none.
std::string_view last_of(const http::request& r, std::string_view name) {
    const auto& list = r.head.list;
    const auto at = std::find_if(list.rbegin(), list.rend(),
                                 [&](const http::header& one) { return http::iequals(one.name, name); });
    return at == list.rend() ? std::string_view{} : split(at->value, ',').back();
}

// RFC 7239 §4: for=192.0.2.43;proto=https;host="a.example:8443". Empty: it says nothing about that.
std::string forwarded(std::string_view element, std::string_view name) {
    for (const auto pair : split(element, ';')) {
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || !http::iequals(trimmed(pair.substr(0, equals)), name)) continue;
        auto value = trimmed(pair.substr(equals + 1));
        if (value.size() < 2 || value.front() != '"') return std::string(value);
        value = value.substr(1, value.size() - 2);
        std::string out;
        for (std::size_t n = 0; n < value.size(); ++n)
            out += value[n] == '\\' && n + 1 < value.size() ? value[++n] : value[n];
        return out;
    }
    return {};
}

tl::unexpected<error> makes_no_sense(std::string_view field, std::string_view value, std::string_view wanted) {
    return fail(errc::malformed, fmt::format("{} of the trusted proxy is '{}', which is no {}; correct the proxy's "
                                             "configuration, or leave --trust-proxy out",
                                             field, value, wanted));
}

bool is_authority(const std::string& host) {
    const auto url = http::parse_url(fmt::format("http://{}/", host));
    return url && url->path == "/" && !url->has_query && !url->has_fragment &&
           url->origin().substr(std::string_view("http://").size()) == host;
}

bool is_prefix(std::string_view text) {
    if (!text.starts_with('/') || text.starts_with("//")) return false;
    const auto url = http::parse_url(fmt::format("http://h{}", text));
    return url && url->path == text && !url->has_query && !url->has_fragment;
}

http::response refused(const error& why) {
    http::response r;
    r.status = 400;
    r.head.set("Content-Type", "text/plain; charset=utf-8");
    r.body = why.message + "\n";
    return r;
}

// What continues later, after other requests on this thread, does so under the same URL.
http::plan under(const std::shared_ptr<outer_url>& at, const std::function<http::plan()>& make) {
    const outer_url::in_force now(*at);
    auto out = make();
    for (auto& one : out) {
        auto* waits = std::get_if<http::hold>(&one.what);
        if (waits != nullptr && waits->next)
            waits->next = [at, next = std::move(waits->next)] { return under(at, next); };
    }
    return out;
}

}  // namespace

bool is_forwarded(const http::request& r) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](std::string_view name) { return r.head.find(name) != nullptr; });
}

result<client_url> url_of_client(const http::request& r, std::string_view scheme) {
    const auto element = last_of(r, "Forwarded");
    client_url out{forwarded(element, "proto"), forwarded(element, "host"),
                   std::string(last_of(r, "X-Forwarded-Prefix"))};
    const std::string_view field = element.empty() ? "X-Forwarded-" : "Forwarded, ";
    if (element.empty()) {
        out.scheme = last_of(r, "X-Forwarded-Proto");
        out.host = last_of(r, "X-Forwarded-Host");
    }
    if (out.scheme.empty()) out.scheme = scheme;
    if (out.host.empty()) out.host = r.head.value("Host");
    for (const std::string_view good : {"http", "https"}) {
        if (http::iequals(out.scheme, good)) out.scheme = good;
    }
    if (out.scheme != "http" && out.scheme != "https")
        return makes_no_sense(fmt::format("{}{}", field, element.empty() ? "Proto" : "proto"), out.scheme,
                              "http or https");
    if (!is_authority(out.host))
        return makes_no_sense(fmt::format("{}{}", field, element.empty() ? "Host" : "host"), out.host, "host");
    if (!out.prefix.empty() && !is_prefix(out.prefix))
        return makes_no_sense("X-Forwarded-Prefix", out.prefix, "path");
    while (out.prefix.ends_with('/')) out.prefix.pop_back();
    return out;
}

http::plan answer_through_proxy(mock& m, http::request r, std::string_view scheme) {
    auto url = url_of_client(r, scheme);
    if (!url) return http::reply(refused(url.error()));
    // The issuer is chosen, and plain http judged, by what the client sent.
    r.head.set("Host", url->host);
    return under(std::make_shared<outer_url>(url->text()), [&] { return m.handle(std::move(r)); });
}

}  // namespace assay::mock
