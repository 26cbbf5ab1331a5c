#include "mock_server/endpoints/refresh.hpp"

#include "mock_server/observe/diagnosis/diagnosis.hpp"
#include "mock_server/protocol/access_token.hpp"
#include "mock_server/protocol/resource_indicators.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"
#include "mock_server/request/shape.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::endpoints {
namespace {

bool is_live(const context& c, const token_pair& p) {
    // In dialects where a pair ends as one, a revoked access token ends the refresh token, too.
    const bool pair_ended = p.access_revoked && c.speaks().pair_ends_as_one;
    return !p.refresh_revoked && !pair_ended;
}

// With the fault refresh.grace a rotated refresh token stays valid for a grace period, as on servers that allow for a
// lost response.
bool is_within_grace(const context& c, const token_pair& p) {
    const bool ended = p.access_revoked && !c.speaks().pair_ends_as_one;
    if (!p.retired || ended) return false;
    const auto grace = c.faults->argument_of("refresh.grace");
    return grace && c.now - p.retired_at <= grace->as_integer().value_or(0);
}

// What the client probably sent in place of a refresh token.
std::string_view mistaken_for_refresh(const context& c, const std::string& text) {
    return find_access_token(c, text) ? got::access_token_for_refresh : got::refresh_token_never_made;
}

outcome<token_pair> find_pair(context& c, const client& who) {
    const auto token = c.in.body.value("refresh_token");
    if (auto no = c.demand(rule::token_refresh_token_present, !token.empty(), "no refresh_token", "refresh_token")) {
        return refuse(*no);
    }
    auto p = c.at->tokens.pairs.find_refresh(token);
    const bool graced = p && is_within_grace(c, *p);
    if (p && p->retired && !graced && p->grant->client_id == who.client_id &&
        c.enforces(rule::token_refresh_reuse_revokes)) {
        c.at->tokens.pairs.revoke_family(p->family);
    }
    if (auto no = c.demand(rule::token_refresh_token_known, p && (graced || is_live(c, *p)),
                           !p           ? mistaken_for_refresh(c, std::string(token))
                           : p->retired ? got::refresh_token_retired
                                        : got::refresh_token_ended,
                           "a live refresh_token")) {
        return refuse(*no);
    }
    if (!p) {
        p.emplace();
        p->grant = std::make_shared<const token_grant>(
            token_grant{who.client_id, who.scope, {"user", c.at->users().front().sub}});
        p->family = c.at->make_family();
        return *p;
    }
    if (auto no = c.demand(rule::token_refresh_token_bound_to_client, p->grant->client_id == who.client_id,
                           who.client_id, p->grant->client_id)) {
        return refuse(*no);
    }
    const bool expired = p->refresh_expires_at != 0 && p->refresh_expires_at <= c.now;
    if (auto no = c.demand(rule::token_refresh_token_unexpired, !expired, got::refresh_token_ended,
                           "a live refresh_token")) {
        return refuse(*no);
    }
    return *p;
}

subject refreshed_subject(const context& c, const subject& old) {
    if (c.enforces(rule::token_refresh_keeps_subject)) return old;
    return {"user", c.at->users().back().sub};
}

// RFC 9449 §5: only a public client's refresh token is bound to a key; others are bound by client authentication.
std::optional<refusal> demand_same_key(context& c, const authenticated_client& who, const token_pair& pair) {
    const bool bound = who.method == "none" && is_bound_to_key(pair);
    return c.demand(rule::dpop_key_of_refresh_token, !bound || pair.grant->bound->jkt == c.dpop_jkt,
                    c.dpop_jkt.empty() ? "no DPoP proof" : c.dpop_jkt, bound ? pair.grant->bound->jkt : "");
}

}  // namespace

answer refresh(context& c, const authenticated_client& who) {
    if (!c.faults->none_at(hook::refresh)) c.call = json::object{{"refresh_token", c.in.body.value("refresh_token")}};
    auto pair = find_pair(c, *who.who);
    if (!pair) return refusal_response(c, pair.error());
    if (auto no = demand_same_key(c, who, *pair)) return refusal_response(c, *no);
    const token_grant& before = *pair->grant;
    const auto authorized = before.bound ? before.bound->resources : std::vector<std::string>{};
    auto bound = resources_of_token_request(c, &authorized);
    if (!bound) return refusal_response(c, bound.error());
    auto granted = oauth::parse_scope(before.refresh_scope.empty() ? before.scope : before.refresh_scope);
    auto asked = oauth::parse_scope(requested_scope(c.speaks(), c.in.body.value("scope")));
    const auto scopes = [&] { return std::pair(oauth::format_scope(asked), oauth::format_scope(granted)); };
    if (auto no = c.demand(rule::token_refresh_scope_not_widened, oauth::is_subset(asked, granted), scopes))
        return refusal_response(c, *no);
    grant_of_tokens g;
    g.to = who.who;
    g.of = refreshed_subject(c, before.of);
    if (c.enforces(rule::token_refresh_scope_kept)) g.refreshable = granted;
    g.granted = std::move(asked.empty() ? granted : asked);
    g.auth_time = c.enforces(rule::token_refreshed_auth_time_kept) ? pair->auth_time : c.now;
    g.access_lifetime = who.who->lifetimes.access_token.value_or(c.speaks().refreshed_access_token_lifetime);
    g.family = pair->family;
    g.claims = before.claims;
    g.sid = before.sid;
    g.added = before.added;
    g.bound = std::move(*bound);
    g.with_id_token = c.speaks().id_token_on_refresh;
    if (c.enforces(rule::token_refresh_token_rotated)) {
        if (!c.enforces(rule::token_refresh_retired_atomically)) {
            // The check above and the rotation below are two phases, as in token.cpp, so that requests can race.
            return held{"token.refresh", 2, [&c, refresh = pair->refresh, g] {
                            (void)c.at->tokens.pairs.retire_refresh(refresh, c.speaks().pair_ends_as_one, c.now);
                            return issue_tokens(c, g);
                        }};
        }
        bool first = c.at->tokens.pairs.retire_refresh(pair->refresh, c.speaks().pair_ends_as_one, c.now) ||
                     !pair->is_stored();
        if (!first && is_within_grace(c, *pair)) {
            c.note_operation("refresh.grace");
            first = true;
        }
        if (auto no = c.demand(rule::token_refresh_retired_atomically, first,
                               "a refresh_token used at the same moment", "a live refresh_token")) {
            return refusal_response(c, *no);
        }
    } else {
        g.keep_refresh_token = std::string(c.in.body.value("refresh_token"));
    }
    c.answers_at = hook::refresh;
    return issue_tokens(c, g);
}

}  // namespace assay::mock::endpoints
