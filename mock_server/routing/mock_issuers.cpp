// Creating and removing the issuers of a mock.
#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "data/hex.hpp"
#include "http/authority.hpp"
#include "http/url.hpp"
#include "mock_server/pages/client_page.hpp"
#include "mock_server/routing/mock.hpp"
#include "mock_server/routing/new_issuer.hpp"
#include "mock_server/store/outage.hpp"
#include "oauth/crypto.hpp"

namespace assay::mock {
namespace {

// So that a sign-in by a demo client ends in tokens, without an application. Not as the first redirect URI: requests
// without one go there, to where the client listens.
void call_back_at_client_page(client& c, std::string_view base) {
    const auto url = client_page_url(base);
    c.redirect_uris.push_back(url);
    c.metadata.set("post_logout_redirect_uris", json::array{url});
}

// Completes them, with an id and a secret where there is none.
result<void> put_clients(issuer& at, std::vector<client>& clients) {
    std::set<std::string> ids;
    for (auto& c : clients) {
        if (c.client_id.empty()) c.client_id = at.make_token("client_id");
        if (!ids.insert(c.client_id).second)
            return fail(errc::usage,
                        fmt::format("client_id '{}' is defined twice; give each client its own", c.client_id));
        if (c.client_secret.empty() && c.has_secret()) c.client_secret = secret_for(at, c.client_id);
        c.issued_at = at.now();
        at.put_client(c);
    }
    return {};
}

}  // namespace

result<mock::served> mock::make(issuer_request r, std::string base_url) {
    outage::forget();
    served out;
    out.begun = r;
    if (auto ok = kept_in ? demand_shareable(r, seed_) : result<void>{}; !ok) return fail(ok.error());
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
                                                       !r.seed.empty(),
                                                       r.any_user,
                                                       r.isolated});
    if (auto ok = made->set_faults(std::move(*faults)); !ok) return fail(ok.error());
    if (auto ok = put_clients(*made, r.clients); !ok) return fail(ok.error());
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
    const std::lock_guard alone(making_);
    return add(std::move(r), false);
}

result<std::shared_ptr<issuer>> mock::add(issuer_request r, bool on_demand) {
    // With a store elsewhere, the names of this process may be those of another.
    if (r.name.empty()) {
        r.name =
            kept_in ? fmt::format("issuer-{}", to_hex(oauth::random_bytes(6))) : fmt::format("issuer-{}", ++made_);
    }
    if (auto good = demand_issuer_name(r.name); !good) return fail(good.error());
    if (auto room = demand_room(r.name); !room) return fail(room.error());
    const std::string name = r.name;
    auto own = port_for(r);
    if (!own) return fail(own.error());
    if (auto good = demand_host(r); !good) return fail(good.error());
    const std::string host = r.host;
    const std::string slash = r.ends_in_slash ? "/" : "";
    auto made =
        make(std::move(r), (host.empty() ? fmt::format("{}/i/{}", own->origin, name) : origin_at(host)) + slash);
    if (!made) return fail(made.error());
    if (!host.empty()) hosts_.add(host, made->at);
    made->port = std::move(own->open);
    made->on_demand = on_demand;
    const std::lock_guard guard(lock_);
    return issuers_.emplace(name, std::move(*made)).first->second.at;
}

result<void> mock::make_on_demand(std::string_view below) {
    const std::lock_guard alone(making_);
    issuer_request r;
    {
        const std::lock_guard guard(lock_);
        const auto like = issuers_.find("default");
        if (like == issuers_.end()) return fail(errc::not_found, "There is no default issuer.");
        const auto so_far =
            std::count_if(issuers_.begin(), issuers_.end(), [](const auto& entry) { return entry.second.on_demand; });
        if (so_far >= static_cast<std::ptrdiff_t>(on_demand_max)) {
            return fail(errc::limit,
                        fmt::format("There are {} issuers on demand already; delete some by the control API.",
                                    on_demand_max));
        }
        r = like->second.begun;
    }
    r.name = below.substr(0, below.find('/'));
    auto made = add(std::move(r), true);
    return made ? result<void>{} : fail(made.error());
}

// If one name were a path prefix of another, it would be unclear to which issuer a request belongs.
result<void> mock::demand_room(const std::string& name) {
    const std::lock_guard guard(lock_);
    drop_expired();
    if (issuers_.size() >= issuers_max) {
        return fail(errc::limit,
                    fmt::format("there are {} issuers already; delete some, or give them a ttl_s", issuers_max));
    }
    for (const auto& [there, one] : issuers_) {
        if (there == name) return fail(errc::environment, fmt::format("issuer '{}' already exists", name));
        if (name.starts_with(there + "/") || there.starts_with(name + "/")) {
            return fail(errc::environment,
                        fmt::format("the paths of issuer '{}' and issuer '{}' would overlap", name, there));
        }
    }
    return {};
}

std::string mock::origin_at(const std::string& host) const {
    auto url = http::parse_url(origin_).value_or(http::url{});
    url.host = host;
    return url.origin();
}

result<void> mock::demand_host(const issuer_request& r) const {
    if (r.host.empty()) return {};
    if (r.own_origin || (r.tls && !first_))
        return fail(errc::usage, "an issuer with a host is at the first port; leave own_origin and tls out");
    if (const auto there = hosts_.find(r.host)) {
        return fail(errc::environment,
                    fmt::format("host '{}' is already that of issuer '{}'", r.host, there->config().name));
    }
    // Only for our own authority: whoever brings a certificate may have a proxy in front of it.
    if (!first_ || !tls_ || http::is_for(*first_, http::without_brackets(r.host))) return {};
    return fail(errc::usage,
                fmt::format("the certificate of this mock has no name '{}'; start it with that issuer in "
                            "its file, so that it gets one",
                            r.host));
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
    served before;  // declared before the guards: it ends after unlocking
    const std::lock_guard alone(making_);
    r.name = "default";
    for (auto& c : r.clients) {
        if (c.any_loopback_redirect_uri) call_back_at_client_page(c, origin_);
    }
    auto made = make(std::move(r), default_url_);
    if (!made) return fail(made.error());
    const std::lock_guard guard(lock_);
    auto& now = issuers_["default"];
    before = std::exchange(now, std::move(*made));
    faulty_.clear();  // they are copies of the previous default issuer
    return now.at;
}

result<std::shared_ptr<issuer>> mock::reset(const std::string& name) {
    // The others would store again what they know meanwhile.
    if (kept_in) {
        return fail(errc::environment,
                    "other mocks share the state of this issuer, so one of them cannot reset it; create an issuer "
                    "of another name, or start the mocks with another prefix (--store …?prefix=NAME)");
    }
    served before;  // declared before the guards: it ends after unlocking
    const std::lock_guard alone(making_);
    const std::lock_guard guard(lock_);
    drop_expired();
    const auto found = issuers_.find(name);
    if (found == issuers_.end()) return fail(errc::not_found, fmt::format("there is no issuer '{}'", name));
    auto again = make(found->second.begun, found->second.at->config().base_url);
    if (!again) return fail(again.error());
    again->port = std::move(found->second.port);
    again->on_demand = found->second.on_demand;
    before = std::exchange(found->second, std::move(*again));
    forget_places_of(*before.at);
    const auto& now = found->second;
    if (!now.begun.host.empty()) hosts_.add(now.begun.host, now.at);
    if (name == "default") faulty_.clear();
    return now.at;
}

void mock::forget_places_of(const issuer& gone) {
    hosts_.remove_if([&](const issuer& i) { return &i == &gone; });
    faulty_.remove_copies_of(gone);
}

void mock::drop_expired() {
    std::erase_if(issuers_, [](const auto& entry) { return has_expired(*entry.second.at); });
    hosts_.remove_if([](const issuer& i) { return has_expired(i); });
}

bool mock::remove(const std::string& name) {
    served ending;  // its connections end after unlocking
    bool gone = false;
    {
        const std::lock_guard guard(lock_);
        if (const auto found = issuers_.find(name); found != issuers_.end()) {
            ending = std::move(found->second);
            forget_places_of(*ending.at);
            issuers_.erase(found);
            gone = true;
        } else {
            gone = faulty_.remove(name);
        }
    }
    if (gone && kept_in) kept_in->forget(name);  // many round trips
    return gone;
}

}  // namespace assay::mock
