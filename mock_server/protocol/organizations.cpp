#include "mock_server/protocol/organizations.hpp"

#include <algorithm>
#include <cctype>

#include "data/uuid.hpp"
#include "mock_server/protocol/session.hpp"

namespace assay::mock {
namespace {

bool contains(const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// The ids within the limit. Without a limit, all except organizations that require single sign-on.
std::vector<std::string> within(const context& c, std::vector<std::string> ids,
                                const std::vector<std::string>& limit) {
    std::erase_if(ids, [&](const std::string& id) {
        if (!limit.empty()) return !contains(limit, id);
        const auto* one = c.at->find_organization(id);
        return c.speaks().limits_organizations() && one != nullptr && one->sso_enforced;
    });
    return ids;
}

outcome<subject> organization_token(context& c, const authorization_request& r, const user& who) {
    if (auto no = c.demand(rule::consent_organization_chosen, !r.sub.empty(), "no sub", "sub=<organization id>"))
        return refuse(*no);
    // With the rule switched off the server takes the user's first organization.
    const bool none_named = r.sub.empty() && !who.organizations.empty();
    const auto* chosen = c.at->find_organization(none_named ? who.organizations.front() : r.sub);
    const bool offered = chosen != nullptr && contains(offered_organizations(c, who, {}), chosen->id);
    if (auto no = c.demand(rule::consent_organization_member, offered, r.sub, "an organization of the user"))
        return refuse(*no);
    return subject{"organization", chosen != nullptr ? chosen->id : r.sub};
}

// The first refusal of the chosen organizations. If the session has a limit and can use none of them, no token is
// issued: a token without organizations would have no limit.
std::optional<refusal> demand_accessible(context& c, const authorization_request& r,
                                         const std::vector<std::string>& offered) {
    const auto demand = [&](bool holds, const std::string& got, std::string_view other_words) {
        auto no = c.demand(rule::consent_organization_member, holds, got, "an organization that the session reaches");
        if (no && !other_words.empty()) no->description = other_words;
        return no;
    };
    const bool reaches = r.session_organizations.empty() || !offered.empty();
    if (auto no = demand(reaches, "a session that reaches none", "The session has no accessible organizations"))
        return no;
    for (const auto& id : r.organizations) {
        if (auto no = demand(is_uuid(id) || contains(offered, id), id, "Invalid 'organizations' UUID")) return no;
    }
    for (const auto& id : r.organizations) {
        if (auto no = demand(contains(offered, id), id, "")) return no;
    }
    return std::nullopt;
}

outcome<subject> limited_user(context& c, const authorization_request& r, const user& who) {
    const auto offered = offered_organizations(c, who, r.session_organizations);
    if (auto no = demand_accessible(c, r, offered)) return refuse(*no);
    // A token never has a wider limit than its session.
    auto limit = r.organizations.empty() && !r.session_organizations.empty() ? offered : r.organizations;
    std::sort(limit.begin(), limit.end());
    limit.erase(std::unique(limit.begin(), limit.end()), limit.end());
    if (r.sub_type == "organization") {
        if (auto no = c.demand(rule::consent_organization_chosen, !limit.empty(), "no organizations",
                               "organizations=<organization id>")) {
            return refuse(*no);
        }
        if (limit.size() > 1) limit.resize(1);
    }
    return subject{"user", who.sub, std::move(limit)};
}

}  // namespace

std::vector<std::string> offered_organizations(const context& c, const user& who,
                                               const std::vector<std::string>& limit) {
    return within(c, c.speaks().organizations_offered == "manager" ? who.manages : who.organizations, limit);
}

std::vector<std::string> reached_organizations(const context& c, const subject& of) {
    if (of.sub_type == "organization") return {of.sub};
    const auto who = c.at->find_user(of.sub);
    return who == nullptr ? std::vector<std::string>{} : within(c, who->organizations, of.organizations);
}

bool must_choose_organization(const context& c, const authorization_request& r) {
    if (r.sub_type != "organization") return false;
    return c.speaks().limits_organizations() ? r.organizations.empty() : r.sub.empty();
}

void choose_organization(const context& c, authorization_request& r, const std::string& id) {
    if (c.speaks().limits_organizations()) {
        r.organizations = {id};
    } else {
        r.sub = id;
    }
}

outcome<subject> subject_of(context& c, const authorization_request& r, const user& who) {
    if (c.speaks().limits_organizations()) return limited_user(c, r, who);
    if (r.sub_type == "organization") return organization_token(c, r, who);
    return subject{"user", who.sub};
}

std::string consent_place(const context& c, const authorization_request& r) {
    std::string out = r.sub_type == "organization" && !c.speaks().limits_organizations() ? r.sub : "";
    if (!c.at->config().isolated) return out;
    const auto browser = browser_id(c);
    return out + "\n" + (browser.empty() ? r.session : browser);
}

}  // namespace assay::mock
