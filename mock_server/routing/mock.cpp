#include "mock_server/routing/mock.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/pages/client_page.hpp"
#include "mock_server/pages/fault_list.hpp"
#include "mock_server/pages/index.hpp"
#include "mock_server/pages/inspect.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/request/answers.hpp"
#include "mock_server/request/refusals.hpp"
#include "mock_server/routing/dispatch.hpp"
#include "mock_server/routing/request_path.hpp"
#include "mock_server/store/outage.hpp"

namespace assay::mock {
namespace {

// A browser at the root of an issuer gets the page. Programs get the answer of dispatch(), in the dialect's way and
// with a journal entry.
bool wants_index(const http::request& r, std::string_view path) {
    return r.method == "GET" && (path == "/" || path.empty()) && pages::wants_html(r);
}

}  // namespace

bool mock::has_expired(const issuer& i) {
    const auto ttl = i.config().ttl_s;
    const auto age = std::chrono::steady_clock::now() - i.made;
    return ttl > 0 && std::chrono::duration_cast<std::chrono::seconds>(age).count() >= ttl;
}

void mock::set_origin(std::string url) {
    default_url_ = std::move(url);
    origin_ = default_url_;
    while (origin_.ends_with('/')) origin_.pop_back();
    const auto path = origin_.find('/', origin_.find("://") + 3);
    prefix_ = path == std::string::npos ? "" : origin_.substr(path);
}

http::response mock::show_index(const issuer& at) const {
    pages::index_view v;
    v.others = all();
    v.inspector = inspector;
    // An issuer at the root of a host has copies with faults there.
    const auto own = http::parse_url(at.config().base_url);
    const bool at_root = own && own->path == "/";
    if (serves_fault_issuers) v.faults_url = (at_root ? at.base() : outer_origin()) + "/f/";
    std::erase_if(v.others, [&](const auto& one) { return one.get() == &at; });
    return pages::html(pages::index(at, v));
}

const std::string& mock::outer_origin() const {
    const auto* outer = outer_url::current();
    return outer == nullptr ? origin_ : outer->root();
}

std::shared_ptr<issuer> mock::find(const std::string& name) const {
    const std::lock_guard guard(lock_);
    const auto found = issuers_.find(name.empty() ? "default" : name);
    if (found == issuers_.end()) return faulty_.find(name);
    if (has_expired(*found->second.at)) return nullptr;
    return found->second.at;
}

std::vector<std::shared_ptr<issuer>> mock::all() const {
    const std::lock_guard guard(lock_);
    auto out = faulty_.all();
    for (const auto& entry : issuers_) {
        if (!has_expired(*entry.second.at)) out.push_back(entry.second.at);
    }
    std::sort(out.begin(), out.end(),
              [](const auto& a, const auto& b) { return a->config().name < b->config().name; });
    return out;
}

http::plan mock::handle_faulty(http::request r, std::string_view below, const std::shared_ptr<issuer>& like) {
    if (!serves_fault_issuers) {
        return no_such_issuer(std::move(r), {{"error", "no_such_issuer"},
                                             {"message", "Fault issuers are off; start with --fault-issuers on."}});
    }
    const auto slash = std::min(below.find('/'), below.size());
    const std::string text(below.substr(0, slash));
    if (text.empty()) return http::reply(list_of_faults(r, like ? like->base() : outer_origin()));
    if (!like)
        return no_such_issuer(std::move(r),
                              {{"error", "no_such_issuer"}, {"message", "There is no default issuer."}});
    outage::forget();
    auto at = faulty_.find_or_make(text, like);
    if (outage::is_noted()) return http::reply(out_of_order());
    std::string path(below.substr(slash));
    if (at) return serve(std::move(r), std::move(*at), std::move(path));
    return no_such_issuer(
        std::move(r),
        {{"error", "unknown_fault"}, {"message", at.error().message}, {"faults", like->base() + "/f/"}});
}

http::plan mock::serve(http::request&& r, std::shared_ptr<issuer> at, std::string path) {
    outage::forget();
    at->catch_up();
    const bool inspects = inspector && is_inspector(path);
    const bool is_page = inspects || is_client_page(path) || wants_index(r, path);
    if (!is_page) return dispatch(std::move(r), std::move(at), std::move(path));
    auto page = inspects               ? inspect(r, at, path, origin_)
                : is_client_page(path) ? client_page(r, *at, path)
                                       : http::reply(show_index(*at));
    return outage::is_noted() ? http::reply(out_of_order()) : std::move(page);
}

http::plan mock::no_such_issuer(http::request r, const json::object& why) {
    http::response out;
    if (pages::wants_html(r)) {
        const std::string faults = serves_fault_issuers ? fmt::format(" · <a href=\"{}/f/\">Faults by URL</a>",
                                                                      pages::escape(outer_origin()))
                                                        : "";
        out = pages::html(pages::render(
            {"There is no such issuer",
             fmt::format("<p>{}</p>\n<p><a href=\"{}/\">This mock</a>{}</p>",
                         pages::escape(json::value(why).string_at("message")), pages::escape(outer_origin()), faults),
             false}));
    } else {
        out.head.append("Content-Type", "application/json");
        out.body = json::format(why);
    }
    out.status = 404;
    journal_entry e;
    e.endpoint = "other";
    e.request = std::move(r);
    e.response = out;
    seen->count(e);
    if (seen->log) seen->log("", e);
    orphans.add(std::move(e));
    return http::reply(std::move(out));
}

std::pair<std::shared_ptr<issuer>, std::string> mock::named(std::string_view below) const {
    auto slash = below.find('/');
    for (std::size_t segments = 0; segments < name_segments_max; ++segments, slash = below.find('/', slash + 1)) {
        const auto end = std::min(slash, below.size());
        if (auto at = find(std::string(below.substr(0, end)))) return {std::move(at), std::string(below.substr(end))};
        if (slash == std::string_view::npos) break;
    }
    return {};
}

namespace {

http::response healthy() {
    http::response out = json_response(200, json::object{{"ok", true}});
    out.head.set("Cache-Control", "no-store");
    return out;
}

}  // namespace

http::plan mock::handle(http::request r) {
    auto root = hosts_.find(r.head.value("Host"));
    if (root && has_expired(*root)) root = nullptr;
    const auto* outer = outer_url::current();
    const std::string_view prefix = outer != nullptr ? outer->prefix() : root ? std::string_view{} : prefix_;
    const std::string effective = path_below(prefix, r.path());
    const std::string_view path = effective;
    // For whoever starts this program and waits for it: no issuer sees it, no fault applies, no journal has it.
    if (path == "/health") return http::reply(healthy());
    constexpr std::string_view below_i = "/i/";
    constexpr std::string_view faulty = "/f/";
    if (path == "/f" || path.starts_with(faulty))
        return handle_faulty(std::move(r), path.substr(std::min(path.size(), faulty.size())), root ? root : find(""));
    if (path.starts_with(below_i)) {
        const auto below = path.substr(below_i.size());
        auto [at, rest] = this->named(below);
        if (!at && issuers_on_demand) {
            // Another request may have made it meanwhile; then it is found as well.
            const auto made = make_on_demand(below);
            std::tie(at, rest) = this->named(below);
            if (!at)
                return no_such_issuer(std::move(r), {{"error", "no_such_issuer"}, {"message", made.error().message}});
        }
        if (at) return serve(std::move(r), std::move(at), std::move(rest));
    } else if (auto at = root ? std::move(root) : find("")) {
        return serve(std::move(r), std::move(at), effective);
    }
    return no_such_issuer(std::move(r), {{"error", "no_such_issuer"},
                                         {"message", "No issuer has this URL; it was deleted or never created."}});
}

}  // namespace assay::mock
