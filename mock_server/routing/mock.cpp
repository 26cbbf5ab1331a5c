#include "mock_server/routing/mock.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "mock_server/pages/client_page.hpp"
#include "mock_server/pages/fault_list.hpp"
#include "mock_server/pages/index.hpp"
#include "mock_server/pages/inspect.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/request/answers.hpp"
#include "mock_server/request/refusals.hpp"
#include "mock_server/routing/dispatch.hpp"
#include "mock_server/routing/new_issuer.hpp"
#include "mock_server/store/outage.hpp"
#include "oauth/crypto.hpp"

namespace assay::mock {
namespace {

bool has_expired(const issuer& i) {
    const auto ttl = i.config().ttl_s;
    const auto age = std::chrono::steady_clock::now() - i.made;
    return ttl > 0 && std::chrono::duration_cast<std::chrono::seconds>(age).count() >= ttl;
}

// A browser at the root of an issuer gets the page. Programs get the answer of dispatch(), in the dialect's way and
// with a journal entry.
bool wants_index(const http::request& r, std::string_view path) {
    return r.method == "GET" && (path == "/" || path.empty()) && pages::wants_html(r);
}

// RFC 8414 §3.1 puts the well-known name between host and path. Returns the path with that name at its end.
std::string behind_the_issuer(std::string_view path) {
    for (const std::string_view name :
         {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
          "/.well-known/oauth-protected-resource"}) {
        if (path.starts_with(name) && path.size() > name.size() + 1 && path[name.size()] == '/')
            return std::string(path.substr(name.size())) + std::string(name);
    }
    return std::string(path);
}

// So that a sign-in by a demo client ends in tokens, without an application. Not as the first redirect URI: requests
// without one go there, to where the client listens.
void call_back_at_client_page(client& c, std::string_view base) {
    const auto url = client_page_url(base);
    c.redirect_uris.push_back(url);
    c.metadata.set("post_logout_redirect_uris", json::array{url});
}

}  // namespace

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
    if (serves_fault_issuers) v.faults_url = origin_ + "/f/";
    std::erase_if(v.others, [&](const auto& one) { return one.get() == &at; });
    return pages::html(pages::index(at, v));
}

result<mock::served> mock::make(issuer_request r, std::string base_url) {
    outage::forget();
    served out;
    out.begun = r;
    if (kept_in && !(seed_.empty() && r.seed.empty()))
        return fail(errc::usage,
                    "with a store that mocks share, a seed would make all of them issue the same tokens; "
                    "leave out the seed or the store");
    auto speaks = find_dialect(r.dialect);
    if (!speaks) return fail(errc::usage, speaks.error().message);
    if (!r.resources.empty() && (*speaks)->resource_indicators.empty()) {
        return fail(errc::usage,
                    fmt::format("dialect {} knows no resource indicators (RFC 8707); leave resources out, "
                                "or take strict",
                                (*speaks)->name));
    }
    auto faults = fault_set::from_json(r.faults);
    if (!faults) return fail(faults.error());
    auto made = std::make_shared<issuer>(issuer_config{std::move(r.name),
                                                       std::move(base_url),
                                                       std::move(*speaks),
                                                       r.how,
                                                       r.seed.empty() ? seed_ : r.seed,
                                                       r.now,
                                                       r.ttl_s,
                                                       r.journal_entries,
                                                       seen,
                                                       nullptr,
                                                       std::move(r.signing_algs),
                                                       r.rsa_bits,
                                                       post_,
                                                       tls_,
                                                       r.resources,
                                                       exposed,
                                                       memory,
                                                       kept_in,
                                                       std::move(r.trusted_issuers),
                                                       !r.seed.empty()});
    if (auto ok = made->set_faults(std::move(*faults)); !ok) return fail(ok.error());
    std::set<std::string> ids;
    for (auto& c : r.clients) {
        if (c.client_id.empty()) c.client_id = made->make_token("client_id");
        if (!ids.insert(c.client_id).second)
            return fail(errc::usage,
                        fmt::format("client_id '{}' is defined twice; give each client its own", c.client_id));
        if (c.client_secret.empty() && c.has_secret()) c.client_secret = secret_for(*made, c.client_id);
        c.issued_at = made->now();
        made->put_client(c);
    }
    auto clients = std::move(r.clients);
    auto configured = beginning_of(r);
    const bool own_people = !r.users.empty();
    if (auto ok = settle(*made, std::move(r)); !ok) return fail(ok.error());
    out.begun.clients = clients;
    if (own_people) {
        out.begun.users = made->users();
        out.begun.organizations = made->organizations();
    }
    made->join(std::move(configured), [at = made.get(), clients = std::move(clients)] {
        for (const auto& c : clients) at->put_client(c);
    });
    if (outage::is_noted()) return fail(errc::environment, outage::reason());
    out.at = std::move(made);
    return out;
}

result<std::shared_ptr<issuer>> mock::create(issuer_request r) {
    const std::lock_guard guard(lock_);
    return add(std::move(r), false);
}

result<std::shared_ptr<issuer>> mock::add(issuer_request r, bool on_demand) {
    drop_expired();
    // With a store elsewhere, the names of this process may be those of another.
    if (r.name.empty()) {
        r.name =
            kept_in ? fmt::format("issuer-{}", to_hex(oauth::random_bytes(6))) : fmt::format("issuer-{}", ++made_);
    }
    if (auto good = demand_issuer_name(r.name); !good) return fail(good.error());
    if (auto room = demand_room(r.name); !room) return fail(room.error());
    if (issuers_.size() >= issuers_max) {
        return fail(errc::limit,
                    fmt::format("there are {} issuers already; delete some, or give them a ttl_s", issuers_max));
    }
    const std::string name = r.name;
    auto own = port_for(r);
    if (!own) return fail(own.error());
    const std::string_view slash = r.ends_in_slash ? "/" : "";
    auto made = make(std::move(r), fmt::format("{}/i/{}{}", own->origin, name, slash));
    if (!made) return fail(made.error());
    made->port = std::move(own->open);
    made->on_demand = on_demand;
    return issuers_.emplace(name, std::move(*made)).first->second.at;
}

result<void> mock::make_on_demand(std::string_view below) {
    const std::lock_guard guard(lock_);
    const auto like = issuers_.find("default");
    if (like == issuers_.end()) return fail(errc::not_found, "There is no default issuer.");
    const auto so_far =
        std::count_if(issuers_.begin(), issuers_.end(), [](const auto& entry) { return entry.second.on_demand; });
    if (so_far >= static_cast<std::ptrdiff_t>(on_demand_max)) {
        return fail(
            errc::limit,
            fmt::format("There are {} issuers on demand already; delete some by the control API.", on_demand_max));
    }
    auto r = like->second.begun;
    r.name = below.substr(0, below.find('/'));
    auto made = add(std::move(r), true);
    return made ? result<void>{} : fail(made.error());
}

// If one name were a path prefix of another, it would be unclear to which issuer a request belongs.
result<void> mock::demand_room(const std::string& name) const {
    for (const auto& [there, one] : issuers_) {
        if (there == name) return fail(errc::environment, fmt::format("issuer '{}' already exists", name));
        if (name.starts_with(there + "/") || there.starts_with(name + "/")) {
            return fail(errc::environment,
                        fmt::format("the paths of issuer '{}' and issuer '{}' would overlap", name, there));
        }
    }
    return {};
}

result<own_port> mock::port_for(const issuer_request& r) {
    const bool over_tls = r.tls && !first_.has_value();
    if (over_tls && !tls_) {
        return fail(errc::usage, "this mock has no certificate authority; start it with `assay serve --tls`");
    }
    if (!r.own_origin) {
        if (!over_tls) return own_port{origin_, nullptr};
        auto shared = tls_->at("good");
        if (!shared) return fail(shared.error());
        return own_port{std::move(*shared), nullptr};
    }
    if (!opener_) return fail(errc::usage, "this mock has one port for all its issuers; leave own_origin out");
    if (!over_tls) return opener_(listener_kind{.tls = first_});
    auto who = tls_->good();
    if (!who) return fail(who.error());
    return opener_(listener_kind{.tls = std::move(*who)});
}

void mock::set_opener(port_opener open, std::optional<http::identity> first,
                      const std::optional<http::authority>& ca) {
    opener_ = std::move(open);
    first_ = std::move(first);
    if (ca) tls_ = std::make_shared<tls_origins>(*ca, opener_);
}

void mock::close_ports() {
    std::vector<std::shared_ptr<void>> ending;  // declared before the guard: connections end after unlocking
    if (tls_) tls_->close();
    const std::lock_guard guard(lock_);
    for (auto& [name, one] : issuers_) ending.push_back(std::move(one.port));
}

result<std::shared_ptr<issuer>> mock::create_default(issuer_request r) {
    const std::lock_guard guard(lock_);
    r.name = "default";
    for (auto& c : r.clients) {
        if (c.any_loopback_redirect_uri) call_back_at_client_page(c, origin_);
    }
    auto made = make(std::move(r), default_url_);
    faulty_.clear();  // they are copies of the previous default issuer
    if (!made) return fail(made.error());
    return issuers_.insert_or_assign("default", std::move(*made)).first->second.at;
}

result<std::shared_ptr<issuer>> mock::reset(const std::string& name) {
    served before;  // declared before the guard: it ends after unlocking
    const std::lock_guard guard(lock_);
    drop_expired();
    const auto found = issuers_.find(name);
    if (found == issuers_.end()) return fail(errc::not_found, fmt::format("there is no issuer '{}'", name));
    if (kept_in) kept_in->forget(name);
    auto again = make(found->second.begun, found->second.at->config().base_url);
    if (!again) return fail(again.error());
    again->port = std::move(found->second.port);
    again->on_demand = found->second.on_demand;
    before = std::exchange(found->second, std::move(*again));
    if (name == "default") faulty_.clear();
    return found->second.at;
}

void mock::drop_expired() {
    std::erase_if(issuers_, [](const auto& entry) { return has_expired(*entry.second.at); });
}

bool mock::remove(const std::string& name) {
    served ending;  // its connections end after unlocking
    bool gone = false;
    {
        const std::lock_guard guard(lock_);
        if (const auto found = issuers_.find(name); found != issuers_.end()) {
            ending = std::move(found->second);
            issuers_.erase(found);
            gone = true;
        } else {
            gone = faulty_.remove(name);
        }
    }
    if (gone && kept_in) kept_in->forget(name);  // many round trips
    return gone;
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

http::plan mock::handle_faulty(http::request r, std::string_view below) {
    if (!serves_fault_issuers) {
        return no_such_issuer(std::move(r), {{"error", "no_such_issuer"},
                                             {"message", "Fault issuers are off; start with --fault-issuers on."}});
    }
    const auto slash = std::min(below.find('/'), below.size());
    const std::string text(below.substr(0, slash));
    if (text.empty()) return http::reply(list_of_faults(r, origin_));
    auto like = find("");
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

http::plan mock::serve(http::request r, std::shared_ptr<issuer> at, std::string path) {
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
        const std::string faults =
            serves_fault_issuers ? fmt::format(" · <a href=\"{}/f/\">Faults by URL</a>", pages::escape(origin_)) : "";
        out = pages::html(pages::render(
            {"There is no such issuer",
             fmt::format("<p>{}</p>\n<p><a href=\"{}/\">This mock</a>{}</p>",
                         pages::escape(json::value(why).string_at("message")), pages::escape(origin_), faults),
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
    std::string effective = behind_the_issuer(r.path());
    if (!prefix_.empty() && (effective == prefix_ || effective.starts_with(prefix_ + "/")))
        effective.erase(0, prefix_.size());
    const std::string_view path = effective;
    // For whoever starts this program and waits for it: no issuer sees it, no fault applies, no journal has it.
    if (path == "/health") return http::reply(healthy());
    constexpr std::string_view below_i = "/i/";
    constexpr std::string_view faulty = "/f/";
    if (path == "/f" || path.starts_with(faulty))
        return handle_faulty(std::move(r), path.substr(std::min(path.size(), faulty.size())));
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
    } else if (auto at = find("")) {
        return serve(std::move(r), std::move(at), effective);
    }
    return no_such_issuer(std::move(r), {{"error", "no_such_issuer"},
                                         {"message", "No issuer has this URL; it was deleted or never created."}});
}

}  // namespace assay::mock
