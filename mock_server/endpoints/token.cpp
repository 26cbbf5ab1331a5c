// The token endpoint (RFC 6749 §3.2) and the authorization_code grant (§4.1.3, RFC 7636 §4.6).
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mock_server/endpoints/client_credentials.hpp"
#include "mock_server/endpoints/device_grant.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/endpoints/jwt_bearer.hpp"
#include "mock_server/endpoints/password.hpp"
#include "mock_server/endpoints/refresh.hpp"
#include "mock_server/endpoints/token_exchange.hpp"
#include "mock_server/endpoints/token_request.hpp"
#include "mock_server/endpoints/web_grant.hpp"
#include "mock_server/protocol/client_authentication.hpp"
#include "mock_server/protocol/dpop.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/resource_indicators.hpp"
#include "mock_server/protocol/secure_transport.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/grant_types.hpp"
#include "oauth/pkce.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::endpoints {
namespace {

// A parameter in the query replaces the one in the form, except credentials and codes, which are read only from the
// form.
void take_parameters_of_query(context& c) {
    for (const std::string_view name :
         {"grant_type", "client_id", "redirect_uri", "scope", "session_token", "sub_type", "sub"}) {
        if (const auto* v = c.in.query.find(name)) c.in.body.set(std::string(name), *v);
    }
}

std::optional<refusal> demand_well_formed_request(context& c) {
    if (auto no = c.demand(rule::token_method_post, c.in.request.method == "POST", c.in.request.method, "POST"))
        return no;
    if (c.in.request.method != "POST") c.in.body = c.in.query;  // accepts GET: this is the leniency of the defect
    if (auto no = demand_form(c)) return no;
    if (c.speaks().request_parameters_in_query) take_parameters_of_query(c);
    const auto bad = c.undecoded();
    if (auto no = c.demand(rule::token_body_well_formed, bad.empty(),
                           [&] { return std::pair(told(bad), std::string("UTF-8, form-encoded")); })) {
        return no;
    }
    const bool has_resources = !c.at->resources().empty();
    const auto twice = name_sent_twice(c.in.body, [&](std::string_view name) {
        // RFC 8707 §2; RFC 8693 §2.1.
        return (name == "resource" && has_resources) ||
               (name == "audience" && c.in.body.value("grant_type") == oauth::token_exchange_grant);
    });
    if (auto no = c.demand(rule::token_parameters_not_repeated, twice.empty(), twice, "once")) return no;
    return tolerate_parameters(c);
}

std::optional<refusal> demand_grant_type(context& c) {
    const auto grant_type = c.in.body.value("grant_type");
    if (auto no = c.demand(rule::token_grant_type_present, !grant_type.empty(), "no grant_type", "grant_type"))
        return no;
    if (grant_type.empty()) {  // GitHub's code exchange has none
        c.in.body.set("grant_type", "authorization_code");
        return std::nullopt;
    }
    // Where the rule is off, the password grant is offered though the dialect does not list it.
    if (grant_type == "password")
        return c.demand(rule::token_password_refused, false, grant_type,
                        "a grant in which the user keeps the password");
    const auto& types = c.speaks().grant_types;
    const bool supported = std::find(types.begin(), types.end(), grant_type) != types.end();
    return c.demand(rule::token_grant_type_supported, supported,
                    [&] { return std::pair(std::string(grant_type), fmt::format("{}", fmt::join(types, " or "))); });
}

// OAuth 2.1 §7.5.2: only a replay that is valid in all else indicates a stolen code.
bool is_harmful_replay(const context& c, const code_grant& g) {
    if (!c.enforces(rule::token_invalid_replay_harmless)) return true;
    const auto uri = c.in.body.value("redirect_uri");
    const auto verifier = c.in.body.value("code_verifier");
    const bool verified = g.code_challenge.empty()
                              ? verifier.empty()
                              : oauth::challenge_matches(g.code_challenge_method, g.code_challenge, verifier);
    return verified && (uri.empty() || uri == g.redirect_uri);
}

// With the rule switched off the server mixes up concurrent requests: it answers with nonce and subject of the latest
// one.
void mix_up(const context& c, code_grant& g) {
    if (c.enforces(rule::token_grants_kept_apart)) return;
    const auto latest = c.at->tokens.latest_grant();
    if (!latest) return;
    g.nonce = latest->nonce;
    g.of = latest->of;
}

// The grant of the code. Where rules are off and an unknown code passes: a grant to the first user.
outcome<code_grant> find_grant(context& c, const client& who) {
    const std::string code(c.in.body.value("code"));
    if (auto no = c.demand(rule::token_code_present, !code.empty(), "no code", "code")) return refuse(*no);
    auto g = c.at->tokens.find_code(code);
    if (auto no = c.demand(rule::token_code_known, g.has_value(), "a code that this issuer never issued",
                           "an issued code")) {
        return refuse(*no);
    }
    if (!g) {
        g.emplace();
        g->client_id = who.client_id;
        g->scope = who.scope;
        g->redirect_uri_sent = false;
        g->of = {"user", c.at->users().front().sub};
        g->created = c.now;
        g->auth_time = c.now;
        g->family = c.at->make_family();
        return *g;
    }
    if (auto no =
            c.demand(rule::token_code_bound_to_client, g->client_id == who.client_id, who.client_id, g->client_id)) {
        return refuse(*no);
    }
    if (g->redeemed && c.enforces(rule::token_code_reuse_revokes) && is_harmful_replay(c, *g)) {
        c.at->tokens.pairs.revoke_family(g->family);
    }
    if (auto no = c.demand(rule::token_code_single_use, !g->redeemed, "a redeemed code", "a fresh code"))
        return refuse(*no);
    const auto expires = g->created + who.lifetimes.code.value_or(c.speaks().code_lifetime);
    const auto dates = [&] {
        return std::pair(fmt::format("a code from {}", g->created), fmt::format("redeemed by {}", expires));
    };
    if (auto no = c.demand(rule::token_code_unexpired, expires >= c.now, dates)) return refuse(*no);
    mix_up(c, *g);
    return std::move(*g);
}

std::optional<refusal> demand_redirect_uri(context& c, const code_grant& g) {
    const auto sent = c.in.body.value("redirect_uri");
    const bool left_out = g.redirect_uri_sent && sent.empty();
    if (auto no = c.demand(rule::token_redirect_uri_present, !left_out, "no redirect_uri", g.redirect_uri)) return no;
    const bool matches = !g.redirect_uri_sent || sent.empty() || sent == g.redirect_uri;
    return c.demand(rule::token_redirect_uri_matches, matches, sent, g.redirect_uri);
}

std::optional<refusal> demand_code_verifier(context& c, const code_grant& g, bool as_public_client) {
    const auto verifier = c.in.body.value("code_verifier");
    if (auto no = c.demand(rule::token_pkce_for_public_clients, !as_public_client || !verifier.empty(),
                           "no code_verifier", "code_verifier")) {
        return no;
    }
    if (g.code_challenge.empty()) {
        return c.demand(rule::token_code_verifier_expected, verifier.empty(), "a code_verifier",
                        "none: no code_challenge was sent");
    }
    if (auto no =
            c.demand(rule::token_code_verifier_present, !verifier.empty(), "no code_verifier", "code_verifier")) {
        return no;
    }
    if (verifier.empty()) return std::nullopt;
    if (auto no = c.demand(rule::token_code_verifier_well_formed, oauth::is_code_verifier(verifier), verifier,
                           "43 to 128 of [A-Za-z0-9-._~]")) {
        return no;
    }
    const bool matches = oauth::challenge_matches(g.code_challenge_method, g.code_challenge, verifier);
    return c.demand(rule::token_code_verifier_matches, matches, [&] {
        const bool hashed = g.code_challenge_method == "S256";
        return std::pair(hashed ? oauth::s256_challenge(verifier) : std::string(verifier), g.code_challenge);
    });
}

grant_of_tokens tokens_of(const context& c, std::shared_ptr<const client> who, const code_grant& g) {
    grant_of_tokens out;
    auto requested = oauth::parse_scope(g.scope);
    if (!c.enforces(rule::token_scope_not_widened)) {
        for (auto& more : oauth::parse_scope(c.in.body.value("scope"))) requested.push_back(std::move(more));
    }
    out.of = g.of;
    out.granted = oauth::intersect(requested, oauth::parse_scope(who->scope));
    out.to = std::move(who);
    out.scope_differs = !g.scope_sent || out.granted.size() != requested.size();
    out.access_lifetime = out.to->lifetimes.access_token.value_or(c.speaks().access_token_lifetime);
    out.family = g.family;
    out.nonce = g.nonce;
    out.auth_time = c.enforces(rule::id_token_auth_time_of_sign_in) ? g.auth_time : g.created;
    out.claims = g.claims;
    out.sid = g.sid;
    out.with_id_token = true;
    out.with_refresh_token = g.refreshable;
    return out;
}

answer redeem(context& c, const authenticated_client& who) {
    auto g = find_grant(c, *who.who);
    if (!g) return refusal_response(c, g.error());
    if (auto no = demand_redirect_uri(c, *g)) return refusal_response(c, *no);
    if (auto no = demand_code_verifier(c, *g, who.method == "none")) return refusal_response(c, *no);
    if (auto no = c.demand(rule::dpop_code_bound_to_key, g->bound.jkt.empty() || g->bound.jkt == c.dpop_jkt,
                           c.dpop_jkt.empty() ? "no DPoP proof" : c.dpop_jkt, g->bound.jkt)) {
        return refusal_response(c, *no);
    }
    auto bound = resources_of_token_request(c, &g->bound.resources);
    if (!bound) return refusal_response(c, bound.error());
    c.answers_at = hook::token;
    const std::string code(c.in.body.value("code"));
    auto grant = tokens_of(c, who.who, *g);
    grant.bound = std::move(*bound);
    if (!c.enforces(rule::token_code_redeemed_atomically)) {
        // The check above and the redemption below are two phases; requests that wait at this point have passed the
        // check.
        return held{"token.redeem", 2, [&c, code, grant] {
                        (void)c.at->tokens.redeem_code(code);
                        return issue_tokens(c, grant);
                    }};
    }
    const bool first = c.at->tokens.redeem_code(code) || !c.at->tokens.find_code(code);
    if (auto no = c.demand(rule::token_code_single_use, first, "a redeemed code", "a fresh code")) {
        return refusal_response(c, *no);
    }
    return issue_tokens(c, grant);
}

using grant = answer (*)(context& c, const authenticated_client& who);
constexpr std::array<std::pair<std::string_view, grant>, 7> other_grants{
    {{"refresh_token", refresh},
     {"client_credentials", client_credentials},
     {"password", password},
     {oauth::device_code_grant, redeem_device_code},
     {oauth::token_exchange_grant, exchange_token},
     {oauth::jwt_bearer_grant, jwt_bearer},
     {"web", exchange_session}}};

}  // namespace

answer token(context& c) {
    if (c.speaks().bearer_precheck && c.in.request.method != "POST" && c.enforces(rule::token_method_post)) {
        return no_such_route(c, 405);
    }
    if (auto no = demand_secure_transport(c)) return refusal_response(c, *no);
    if (auto no = demand_well_formed_request(c)) return refusal_response(c, *no);
    if (auto no = demand_grant_type(c)) return refusal_response(c, *no);
    auto who = authenticate_client(c);
    if (!who) return refusal_response(c, who.error());
    const std::string grant_type(c.in.body.value("grant_type"));
    const bool allowed = grant_type == "password" || who->who->may_use(grant_type);
    if (auto no = c.demand(rule::token_grant_type_allowed, allowed, grant_type, "a registered grant_type"))
        return refusal_response(c, *no);
    if (auto no = demand_dpop_proof(c, *who->who)) return refusal_response(c, *no);
    for (const auto& [name, run] : other_grants) {
        if (name == grant_type) return run(c, *who);
    }
    return redeem(c, *who);
}

}  // namespace assay::mock::endpoints
