#include "mock_server/endpoints/web_grant.hpp"

#include <algorithm>

#include "data/uuid.hpp"
#include "mock_server/protocol/organizations.hpp"
#include "mock_server/protocol/session.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::endpoints {
namespace {

std::optional<refusal> demand_parameters(context& c) {
    const auto sub_type = c.in.body.value("sub_type");
    const bool for_organization = sub_type == "organization";
    const bool has_sub = c.in.body.find("sub") != nullptr;
    if (auto no = c.demand(rule::web_session_token_present, c.in.body.find("session_token") != nullptr,
                           "no session_token", "the value of the session's cookie")) {
        return no;
    }
    const bool known = sub_type.empty() || sub_type == "user" || for_organization;
    if (auto no = c.demand(rule::web_sub_type_known, known, sub_type, "user or organization")) return no;
    if (auto no = c.demand(rule::web_sub_present, has_sub || !for_organization, "no sub", "the organization's id"))
        return no;
    if (auto no = c.demand(rule::web_sub_for_organizations_only, !has_sub || for_organization, c.in.body.value("sub"),
                           "no sub")) {
        return no;
    }
    const auto scope = c.in.body.value("scope");
    return c.demand(rule::web_scope_known, c.speaks().knows_scopes(oauth::parse_scope(scope)), scope, "known scopes");
}

outcome<subject> organization_of(context& c, const user& who, const std::vector<std::string>& offered) {
    const std::string sub(c.in.body.value("sub"));
    if (auto no = c.demand(rule::web_sub_well_formed, is_uuid(sub), sub, "a UUID")) return refuse(*no);
    const bool reached = std::find(offered.begin(), offered.end(), sub) != offered.end();
    if (auto no =
            c.demand(rule::web_organization_accessible, reached, sub, "an organization of the person of the session"))
        return refuse(*no);
    if (c.speaks().limits_organizations()) return subject{"user", who.sub, {sub}};
    return subject{"organization", sub};
}

// The user of the session, limited to `limit`.
outcome<subject> subject_of_session(context& c, const user& who, const std::vector<std::string>& limit) {
    auto offered = offered_organizations(c, who, limit);
    if (c.in.body.value("sub_type") == "organization") return organization_of(c, who, offered);
    if (limit.empty()) return subject{"user", who.sub};
    if (auto no = c.demand(rule::web_organization_accessible, !offered.empty(), "a session that reaches none",
                           "a session that reaches an organization"))
        return refuse(*no);
    return subject{"user", who.sub, std::move(offered)};
}

}  // namespace

answer exchange_session(context& c, const authenticated_client& who) {
    if (auto no = demand_parameters(c)) return refusal_response(c, *no);
    const auto session = find_session(c, std::string(c.in.body.value("session_token")));
    auto person = session ? c.at->find_user(session->username) : nullptr;
    if (auto no = c.demand(rule::web_session_known, person != nullptr, "a session_token of no live session",
                           "that of a session that has not ended")) {
        return refusal_response(c, *no);
    }
    // With the rule switched off a session of any user is accepted.
    if (person == nullptr) person = c.at->first_user();
    const std::vector<std::string> limit = session ? session->organizations : std::vector<std::string>{};
    auto of = subject_of_session(c, *person, limit);
    if (!of) return refusal_response(c, of.error());
    grant_of_tokens g;
    g.to = who.who;
    g.of = std::move(*of);
    const auto own = oauth::parse_scope(who.who->scope);
    const auto asked = oauth::parse_scope(c.in.body.value("scope"));
    g.granted = asked.empty() ? own : oauth::intersect(asked, own);
    g.access_lifetime = who.who->lifetimes.access_token.value_or(c.speaks().refreshed_access_token_lifetime);
    g.family = c.at->make_family();
    g.auth_time = session ? session->auth_time : c.now;
    g.with_refresh_token = false;
    c.answers_at = hook::token;
    return issue_tokens(c, g);
}

}  // namespace assay::mock::endpoints
