// Rules of the web grant, by which Polar's own servers exchange a browser's session for an access token. Part of the
// table in rules.cpp.
#pragma once

#include "mock_server/rules/rules.hpp"

namespace assay::mock {

inline constexpr rule_row web_grant_rows[] = {
    {rule::web_session_token_present, "web.session_token_present", "Polar web grant",
     "The request carries a session_token.", channel::json, 400, "invalid_request",
     "Missing 'session_token' in request."},
    {rule::web_sub_type_known, "web.sub_type_known", "Polar web grant", "sub_type is user or organization.",
     channel::json, 400, "invalid_request", "Invalid sub_type"},
    {rule::web_sub_present, "web.sub_present", "Polar web grant", "sub_type=organization comes with a sub.",
     channel::json, 400, "invalid_request", "Missing 'sub' for organization sub_type"},
    {rule::web_sub_for_organizations_only, "web.sub_for_organizations_only", "Polar web grant",
     "sub_type=user comes without a sub.", channel::json, 400, "invalid_request",
     "Can't specify 'sub' for user sub_type"},
    {rule::web_scope_known, "web.scope_known", "RFC 6749 §3.3", "Every scope is one the server knows.", channel::json,
     400, "invalid_scope", "The requested scope is invalid, unknown, or malformed."},
    {rule::web_session_known, "web.session_known", "Polar web grant",
     "The session_token is that of a session that has not ended.", channel::json, 400, "invalid_grant", ""},
    {rule::web_sub_well_formed, "web.sub_well_formed", "Polar web grant", "sub is a UUID.", channel::json, 400,
     "invalid_request", "Invalid 'sub' UUID"},
    {rule::web_organization_accessible, "web.organization_accessible", "Polar web grant",
     "The organization is one that the person of the session reaches.", channel::json, 400, "invalid_grant", ""},
};

}  // namespace assay::mock
