#include "mock_server/pages/inspect.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>

#include <fmt/format.h>

#include "data/json.hpp"
#include "http/url.hpp"
#include "mock_server/observe/events.hpp"
#include "mock_server/pages/inspector.hpp"
#include "mock_server/pages/layout.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view home = "/inspector";

// `urls`: of the mock and of the issuer, which may have a host of its own.
bool is_called_by_its_name(const http::request& r, std::initializer_list<std::string_view> urls) {
    const auto named = http::parse_url(fmt::format("http://{}/", r.head.value("Host")));
    return named && (named->is_loopback() || std::any_of(urls.begin(), urls.end(), [&](std::string_view url) {
                         const auto own = http::parse_url(url);
                         return own && http::iequals(own->host, named->host);
                     }));
}

}  // namespace

bool is_inspector(std::string_view path) {
    return path.starts_with(home) && (path.size() == home.size() || path[home.size()] == '/');
}

http::plan inspect(const http::request& r, const std::shared_ptr<issuer>& at, std::string_view path,
                   std::string_view origin) {
    if (!is_called_by_its_name(r, {origin, at->config().base_url})) {
        return http::reply(pages::plain(
            403, "The inspector answers only to the hosts 127.0.0.1, [::1], localhost and that of the issuer.\n"));
    }
    if (r.method != "GET") return http::reply(pages::only_get("The inspector is read with GET.\n"));
    const auto below = path.substr(home.size());
    if (below.empty()) return http::reply(pages::moved(at->base() + "/inspector/"));
    if (below == "/") return http::reply(pages::html(pages::inspector(*at), true));
    if (below == "/inspector.js")
        return http::reply(
            pages::plain(200, std::string(pages::asset("inspector.js")), "text/javascript; charset=utf-8"));
    if (below == "/events") {
        return journal_stream({at, &at->log}, events_after(r), [i = at.get()](const journal_entry& e) {
            return json::format(json::value(pages::inspector_step(*i, e)));
        });
    }
    return http::reply(
        pages::plain(404, "There is nothing here; the inspector is at /inspector/ below the issuer.\n"));
}

}  // namespace assay::mock
