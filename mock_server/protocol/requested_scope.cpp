#include "mock_server/protocol/requested_scope.hpp"

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

}  // namespace assay::mock
