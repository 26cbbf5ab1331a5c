#include "mock_server/store/token_store.hpp"

#include <algorithm>

#include "oauth/scope.hpp"
#include "oauth/sha256.hpp"

namespace assay::mock {

bool token_grant::operator==(const token_grant& other) const {
    const bool same_binding = bound == other.bound || (bound && other.bound && *bound == *other.bound);
    return same_binding && claims == other.claims && act == other.act && added == other.added &&
           client_id == other.client_id && scope == other.scope && refresh_scope == other.refresh_scope &&
           of == other.of && sid == other.sid;
}

token_digest digest_of(std::string_view token) {
    const auto whole = oauth::sha256_of(token);
    token_digest out{};
    std::copy_n(whole.begin(), out.size(), out.begin());
    return out;
}

bool grant_filter::matches(const token_grant& g) const {
    const auto has = [](const std::vector<std::string>& list, const std::string& one) {
        return std::find(list.begin(), list.end(), one) != list.end();
    };
    if (!client_id.empty() && g.client_id != client_id) return false;
    if (!subs.empty() && !has(subs, g.of.sub)) return false;
    if (!sid.empty() && g.sid != sid) return false;
    if (!organization.empty() && !has(g.of.organizations, organization)) return false;
    if (!spares_offline_access) return true;
    return !oauth::has_scope(oauth::parse_scope(g.refresh_scope.empty() ? g.scope : g.refresh_scope),
                             "offline_access");
}

}  // namespace assay::mock
