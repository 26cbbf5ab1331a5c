#include "mock_server/protocol/requested_scope.hpp"

#include <utility>

#include "mock_server/protocol/resource_indicators.hpp"
#include "mock_server/request/refusals.hpp"

namespace assay::mock {

outcome<oauth::scope_set> requested_scope(context& c, const client& who) {
    const auto own = oauth::parse_scope(who.scope);
    const auto text = c.in.body.value("scope");
    const auto asked = oauth::parse_scope(text);
    if (asked.empty()) return own;
    if (auto no = c.demand(rule::authorize_scope_known, c.speaks().knows_scopes(asked), text, "known scopes"))
        return refuse(*no);
    if (auto no = c.demand(rule::authorize_scope_allowed, oauth::is_subset(asked, own), text, who.scope))
        return refuse(*no);
    return oauth::intersect(asked, own);
}

grant_of_tokens grant_to(const context& c, const authenticated_client& who, subject of) {
    grant_of_tokens g;
    g.to = who.who;
    g.of = std::move(of);
    g.scope_differs = c.in.body.value("scope").empty();
    g.access_lifetime = who.who->lifetimes.access_token.value_or(c.speaks().access_token_lifetime);
    g.family = c.at->make_family();
    return g;
}

outcome<grant_of_tokens> requested_grant(context& c, const authenticated_client& who, subject of) {
    auto scope = requested_scope(c, *who.who);
    if (!scope) return refuse(scope.error());
    auto bound = resources_of_token_request(c, nullptr);
    if (!bound) return refuse(bound.error());
    auto g = grant_to(c, who, std::move(of));
    g.granted = std::move(*scope);
    g.bound = std::move(*bound);
    return g;
}

}  // namespace assay::mock
