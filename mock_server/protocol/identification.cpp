// Which client asks, and where the answer may go (RFC 6749 §4.1.2.1: until both are known nothing is sent to the
// client).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/pages/client_page.hpp"
#include "mock_server/protocol/authorization_demands.hpp"
#include "mock_server/protocol/redirect_uri.hpp"
#include "mock_server/protocol/request_form.hpp"

namespace assay::mock {
namespace {

// A loopback URI for demo clients that accept any. It must not have the origin of a registered URI: there only the
// registered path and query are allowed (RFC 9700 §2.1).
bool is_new_loopback(const std::string& uri, const std::vector<std::string>& registered) {
    const auto parsed = http::parse_url(uri);
    if (!parsed || parsed->scheme != "http" || !parsed->is_loopback() || parsed->has_fragment) return false;
    return std::none_of(registered.begin(), registered.end(), [&](const std::string& own) {
        const auto at = http::parse_url(own);
        return at && at->origin() == parsed->origin();
    });
}

// With the rule switched off the server finds the client by its redirect_uri.
std::string whose_redirect_uri(const context& c, std::string_view uri) {
    for (const auto& one : c.at->clients()) {
        const auto& uris = one.redirect_uris;
        if (std::find(uris.begin(), uris.end(), uri) != uris.end()) return one.client_id;
    }
    return {};
}

}  // namespace

bool judges_less(const context& c) {
    return c.endpoint == "consent" && c.speaks().consent_judges_less;
}

bool identify_client(context& c, const oauth::form& p, authorization_request& r, demands& demand) {
    const auto& unique = c.speaks().unique_parameters;
    const auto may_repeat = [&](std::string_view name) {
        return unique.empty() ? name == "organizations" || name == "resource"
                              : std::find(unique.begin(), unique.end(), name) == unique.end();
    };
    const auto twice = judges_less(c) ? std::string_view{} : name_sent_twice(p, may_repeat);
    if (!demand(rule::authorize_parameters_not_repeated, twice.empty(), std::string(twice), "once")) return false;
    std::string client_id(p.value("client_id"));
    c.client_id = client_id;
    if (!demand(rule::authorize_client_id_present, !client_id.empty(), "no client_id", "client_id")) return false;
    if (client_id.empty()) client_id = whose_redirect_uri(c, p.value("redirect_uri"));
    auto known = c.at->find_client(client_id);
    if (!demand(rule::authorize_client_known, known != nullptr, client_id, "a registered client_id")) return false;
    if (known) {
        r.who = std::move(known);
    } else {
        client made_up;
        made_up.client_id = client_id;
        made_up.redirect_uris = {std::string(p.value("redirect_uri"))};
        made_up.scope = oauth::format_scope(c.speaks().scopes_supported);
        r.who = std::make_shared<const client>(std::move(made_up));
    }
    const std::string uri(p.value("redirect_uri"));
    r.redirect_uri_sent = !uri.empty();
    if (!demand(rule::authorize_redirect_uri_present, r.redirect_uri_sent, "no redirect_uri", "redirect_uri"))
        return false;
    const auto& registered = r.who->redirect_uris;
    if (uri.empty()) {
        if (!demand(rule::authorize_redirect_uri_determined, !registered.empty(), "no redirect_uri", "redirect_uri"))
            return false;
        r.redirect_uri = registered.empty() ? "" : registered.front();
        return true;
    }
    bool matches = redirect_uri_matches(c, registered, uri);
    // The page of this issuer as the client of a proxy sees it.
    if (!matches && r.who->any_loopback_redirect_uri && uri == client_page_callback(*c.at)) matches = true;
    if (!matches && r.who->any_loopback_redirect_uri && is_new_loopback(uri, registered)) {
        matches = true;
        c.leniencies.emplace_back("any_loopback_redirect_uri");
    }
    // A dialect whose words for this refusal say `as: redirect` sends it to the registered one.
    if (!matches && !registered.empty()) r.redirect_uri = registered.front();
    const auto expected = matches ? std::string() : fmt::format("{}", fmt::join(registered, " or "));
    if (!demand(rule::authorize_redirect_uri_registered, matches, uri, expected)) return false;
    r.redirect_uri = uri;
    return true;
}

std::optional<refusal> demand_identity_decoded(context& c) {
    constexpr std::array<std::string_view, 4> identity{"client_id", "redirect_uri", "request", "request_uri"};
    auto bad = c.undecoded();
    std::erase_if(bad, [&](const oauth::bad_field& one) {
        return std::find(identity.begin(), identity.end(), one.name) == identity.end();
    });
    auto no = c.demand(rule::request_parameters_decoded, bad.empty(), told(bad), "UTF-8, form-encoded");
    if (no) no->where = channel::page;
    return no;
}

std::string verified_redirect_uri(context& c, const oauth::form& p) {
    const auto known = c.at->find_client(p.value("client_id"));
    if (!known) return {};
    const std::string uri(p.value("redirect_uri"));
    if (uri.empty()) return known->redirect_uris.empty() ? "" : known->redirect_uris.front();
    return redirect_uri_matches(c, known->redirect_uris, uri) ? uri : "";
}

}  // namespace assay::mock
