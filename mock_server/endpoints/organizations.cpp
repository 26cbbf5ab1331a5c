#include "mock_server/endpoints/organizations.hpp"

#include <algorithm>
#include <cctype>

namespace assay::mock {
namespace {

bool contains(const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

outcome<subject> organization_token(context& c, const authorization_request& r, const user& who) {
    if (auto no = c.demand(rule::consent_organization_chosen, !r.sub.empty(), "no sub", "sub=<organization id>"))
        return refuse(*no);
    // A server that does not ask for one takes the user's first.
    const bool none_named = r.sub.empty() && !who.organizations.empty();
    const auto* chosen = c.at->find_organization(none_named ? who.organizations.front() : r.sub);
    const bool offered = chosen != nullptr && contains(offered_organizations(c, who), chosen->id);
    if (auto no = c.demand(rule::consent_organization_member, offered, r.sub, "an organization of the user"))
        return refuse(*no);
    return subject{"organization", chosen != nullptr ? chosen->id : c.at->organizations().front().id};
}

outcome<subject> limited_user(context& c, const authorization_request& r, const user& who) {
    const auto offered = offered_organizations(c, who);
    auto limit = r.organizations;
    for (const auto& id : limit) {
        auto no =
            c.demand(rule::consent_organization_member, contains(offered, id), id, "an organization of the user");
        if (no && !is_uuid(id)) no->description = "Invalid 'organizations' UUID";
        if (no) return refuse(*no);
    }
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

bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash != (text[i] == '-')) return false;
        if (!dash && std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return false;
    }
    return true;
}

std::vector<std::string> offered_organizations(const context& c, const user& who) {
    return c.speaks().organizations_offered == "manager" ? who.manages : who.organizations;
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

std::string consent_organization(const context& c, const authorization_request& r) {
    return r.sub_type == "organization" && !c.speaks().limits_organizations() ? r.sub : "";
}

}  // namespace assay::mock
