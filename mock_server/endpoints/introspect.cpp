// Introspection (RFC 7662) and revocation (RFC 7009).
#include <algorithm>

#include "data/json.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/protocol/access_token.hpp"
#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/secure_transport.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/jwt.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::endpoints {
namespace {

struct found_token {
    token_pair pair;
    bool is_access = true;
};

// A hint is followed; without one access tokens are searched first, then refresh tokens.
std::optional<found_token> find_token(const context& c, rule hint_widened) {
    const std::string token(c.in.body.value("token"));
    const auto hint = c.in.body.value("token_type_hint");
    if (hint != "refresh_token") {
        if (auto p = find_access_token(c, token)) return found_token{std::move(*p), true};
    }
    if (hint != "access_token") {
        if (auto p = c.at->tokens.pairs.find_refresh(token)) return found_token{std::move(*p), false};
    }
    if (hint.empty() || !c.enforces(hint_widened)) return std::nullopt;
    if (auto p = find_access_token(c, token)) return found_token{std::move(*p), true};
    if (auto p = c.at->tokens.pairs.find_refresh(token)) return found_token{std::move(*p), false};
    return std::nullopt;
}

// With the rule switched off any method is allowed, with parameters in the query.
bool takes_method(context& c, rule post_only) {
    if (c.in.request.method == "POST") return true;
    c.in.body = c.in.query;
    return !c.enforces(post_only);
}

bool is_active(const context& c, const found_token& t) {
    const auto& p = t.pair;
    const bool expired =
        t.is_access ? p.access_expired(c.now) : p.refresh_expires_at != 0 && p.refresh_expires_at <= c.now;
    if (c.speaks().pair_ends_as_one) return !p.access_revoked && !p.refresh_revoked && !p.access_expired(c.now);
    return !expired && !(t.is_access ? p.access_revoked : p.refresh_revoked);
}

// The same as in the token itself: requested (RFC 8707 §2), written in a JWT, or configured. RFC 7662 §2.2 leaves
// open what it is otherwise: the client.
json::value audience_of(const context& c, const token_grant& g) {
    if (g.bound && !g.bound->audience.empty()) return json::array(g.bound->audience.begin(), g.bound->audience.end());
    const auto jwt = oauth::parse_jws(c.in.body.value("token"));
    const auto written = jwt ? json::parse(jwt->payload).value_or(json::value()) : json::value();
    if (const auto* aud = written.find("aud")) return *aud;
    if (const auto* aud = g.added ? g.added->find("aud") : nullptr) return *aud;
    json::object configured;
    add_configured_claims(c, "access_token", g.of, g.client_id, oauth::parse_scope(g.scope), configured);
    if (const auto* aud = configured.find("aud")) return *aud;
    return g.client_id;
}

json::object active_body(const context& c, const found_token& t) {
    const auto& p = t.pair;
    const auto& g = *p.grant;
    json::object body{
        {"active", true}, {"client_id", g.client_id}, {"token_type", token_type_of(p)}, {"scope", g.scope}};
    if (c.speaks().introspect_sub_type) body.append("sub_type", g.of.sub_type);
    body.append("sub", g.of.sub);
    if (c.speaks().introspect_organizations)
        body.append("organizations", json::array(g.of.organizations.begin(), g.of.organizations.end()));
    body.append("aud", audience_of(c, g));
    if (is_bound_to_key(p)) body.append("cnf", json::object{{"jkt", g.bound->jkt}});
    if (g.act) body.append("act", *g.act);
    body.append("iss", c.at->url());
    const auto expires = t.is_access || c.speaks().pair_ends_as_one || p.refresh_expires_at == 0
                             ? p.issued_at + p.expires_in
                             : p.refresh_expires_at;
    if (expires > p.issued_at) body.append("exp", expires);
    body.append("iat", p.issued_at);
    if (!g.added) return body;
    for (const auto& m : g.added->as_object()->members) {
        if (m.name != "aud") body.set(m.name, m.v);
    }
    return body;
}

// Public clients have no credentials; they may revoke their own tokens (RFC 7009 §5) where the dialect lists `none`.
outcome<authenticated_client> authenticate_confidential(context& c, rule r) {
    auto who = authenticate_client(c);
    if (!who) return who;
    const auto& methods = c.speaks().revoke_auth_methods;
    const bool none_is_enough =
        r == rule::revoke_client_authenticated && std::find(methods.begin(), methods.end(), "none") != methods.end();
    if (auto no = c.demand(r, who->method != "none" || none_is_enough, "client_id alone", "client authentication")) {
        return refuse(*no);
    }
    return who;
}

// A dialect may refuse a token_type_hint that it does not support: RFC 7009 §2.2.1 defines that error; RFC 7662
// allows to ignore the hint.
std::optional<http::response> refuse_unknown_hint(context& c) {
    const auto hint = c.in.body.value("token_type_hint");
    if (!c.speaks().unknown_token_type_hint_refused || hint.empty() || hint == "access_token" ||
        hint == "refresh_token") {
        return std::nullopt;
    }
    const bool introspects = c.endpoint == "introspect";
    c.refused = refusal_note{"", introspects ? "RFC 7662 §2.1" : "RFC 7009 §2.2.1", "unsupported_token_type",
                             "access_token or refresh_token", std::string(hint)};
    return token_json(c, 401, json::object{{"error", "unsupported_token_type"}});
}

// What introspection (RFC 7662 §2.1) and revocation (RFC 7009 §2.1) demand alike, by the rules of each.
struct form_rules {
    rule method_post, media_type_form, client_authenticated, token_present;
};

// Who asks about the token of the form, or the answer that refuses.
tl::expected<authenticated_client, http::response> client_that_names_a_token(context& c, const form_rules& r) {
    if (!takes_method(c, r.method_post)) return tl::unexpected(no_such_route(c, 405));
    if (auto no = demand_secure_transport(c)) return tl::unexpected(refusal_response(c, *no));
    if (auto no = demand_form_of(c, r.media_type_form)) return tl::unexpected(refusal_response(c, *no));
    auto who = authenticate_confidential(c, r.client_authenticated);
    if (!who) return tl::unexpected(refusal_response(c, who.error()));
    if (auto no = c.demand(r.token_present, !c.in.body.value("token").empty(), "no token", "token"))
        return tl::unexpected(refusal_response(c, *no));
    if (auto no = refuse_unknown_hint(c)) return tl::unexpected(std::move(*no));
    return std::move(*who);
}

}  // namespace

answer introspect(context& c) {
    static constexpr form_rules rules{rule::introspect_method_post, rule::introspect_media_type_form,
                                      rule::introspect_client_authenticated, rule::introspect_token_present};
    auto who = client_that_names_a_token(c, rules);
    if (!who) return std::move(who.error());
    c.answers_at = hook::introspect;
    const auto t = find_token(c, rule::introspect_hint_widened);
    const bool own =
        t && (t->pair.grant->client_id == who->who->client_id || !c.enforces(rule::introspect_token_of_client));
    if (!t || !own || !is_active(c, *t)) return token_json(c, 200, json::object{{"active", false}});
    return token_json(c, 200, active_body(c, *t));
}

answer revoke(context& c) {
    static constexpr form_rules rules{rule::revoke_method_post, rule::revoke_media_type_form,
                                      rule::revoke_client_authenticated, rule::revoke_token_present};
    auto who = client_that_names_a_token(c, rules);
    if (!who) return std::move(who.error());
    c.answers_at = hook::revoke;
    const auto t = find_token(c, rule::revoke_hint_widened);
    if (t) {
        if (auto no = c.demand(rule::revoke_token_of_client, t->pair.grant->client_id == who->who->client_id,
                               who->who->client_id, t->pair.grant->client_id)) {
            return refusal_response(c, *no);
        }
        if (c.enforces(rule::revoke_takes_effect)) {
            const bool pair = c.enforces(rule::revoke_ends_the_pair);
            c.at->tokens.pairs.revoke(t->pair, t->is_access || pair,
                                      !t->is_access || (pair && c.speaks().pair_ends_as_one &&
                                                        c.in.body.value("token_type_hint") != "access_token"));
        }
    }
    // Polar answers with an empty object; RFC 7009 §2.2 requires only the status.
    return token_json(c, 200, json::object{});
}

}  // namespace assay::mock::endpoints
