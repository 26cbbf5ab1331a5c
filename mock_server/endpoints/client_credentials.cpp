#include "mock_server/endpoints/client_credentials.hpp"

#include "mock_server/protocol/resource_indicators.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"

namespace assay::mock::endpoints {

answer client_credentials(context& c, const authenticated_client& who) {
    if (auto no = c.demand(rule::token_client_credentials_confidential, who.method != "none", "a public client",
                           "a confidential client")) {
        return refusal_response(c, *no);
    }
    grant_of_tokens g;
    g.to = who.who;
    g.of = {"client", who.who->client_id};
    const auto own = oauth::parse_scope(who.who->scope);
    const auto asked = oauth::parse_scope(c.in.body.value("scope"));
    // There is no user, so openid and the scopes for claims about a user have no meaning.
    for (const auto& one : asked.empty() ? own : oauth::intersect(asked, own)) {
        if (one != "openid" && one != "profile" && one != "email" && one != "offline_access")
            g.granted.push_back(one);
    }
    const bool allowed = asked.empty() || (oauth::is_subset(asked, own) && !g.granted.empty());
    if (auto no = c.demand(rule::authorize_scope_allowed, allowed, oauth::format_scope(asked),
                           "some of " + oauth::format_scope(own) + " that needs no user")) {
        return refusal_response(c, *no);
    }
    g.scope_differs = g.granted.size() != asked.size();
    g.access_lifetime = who.who->lifetimes.access_token.value_or(c.speaks().access_token_lifetime);
    g.family = c.at->make_family();
    g.auth_time = c.now;
    g.with_refresh_token = !c.enforces(rule::token_client_credentials_without_refresh_token);
    auto audience = resources_of_token_request(c, nullptr);
    if (!audience) return refusal_response(c, audience.error());
    g.bound = std::move(*audience);
    c.answers_at = hook::token;
    return issue_tokens(c, g);
}

}  // namespace assay::mock::endpoints
