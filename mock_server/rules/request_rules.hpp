// Rules about the encoding of a request at any endpoint, and about parameters that must not be repeated (RFC 6749
// Appendix B, §3.1, §5.2; RFC 6750 §3.1). Part of the table in rules.cpp.
#pragma once

#include "mock_server/rules/rules.hpp"

namespace assay::mock {

inline constexpr rule_row request_rows[] = {
    {rule::request_parameters_decoded, "request.parameters_decoded", "RFC 6749 §B",
     "Parameters are UTF-8, form-encoded: one that does not decode ends the request, and hides no other.",
     channel::redirect, 400, "invalid_request", "Parameter {} is not UTF-8 in application/x-www-form-urlencoded."},
    {rule::request_parameters_not_repeated, "request.parameters_not_repeated", "RFC 6749 §5.2",
     "A parameter of a pushed request, of introspection or of revocation appears at most once.", channel::json, 400,
     "invalid_request", "Multiple '{}' in request."},
    {rule::client_credentials_not_repeated, "client.credentials_not_repeated", "RFC 6749 §5.2",
     "A request carries one Authorization field with one set of credentials.", channel::json, 400, "invalid_request",
     "More than one set of credentials in Authorization."},
    {rule::bearer_well_formed, "bearer.well_formed", "RFC 6750 §3.1",
     "What follows the scheme Bearer (or DPoP) is one access token.", channel::bearer, 400, "invalid_request",
     "The Authorization field does not hold one access token."},
    {rule::bearer_authorization_not_repeated, "bearer.authorization_not_repeated", "RFC 6750 §3.1",
     "A request to a protected resource carries one Authorization field.", channel::bearer, 400, "invalid_request",
     "More than one Authorization field in request."},
    {rule::par_media_type_form, "par.media_type_form", "RFC 9126 §2.1",
     "A pushed request is application/x-www-form-urlencoded.", channel::json, 400, "invalid_request",
     "The body must be application/x-www-form-urlencoded."},
    {rule::introspect_media_type_form, "introspect.media_type_form", "RFC 7662 §2.1",
     "An introspection request is application/x-www-form-urlencoded.", channel::json, 400, "invalid_request",
     "The body must be application/x-www-form-urlencoded."},
    {rule::introspect_token_present, "introspect.token_present", "RFC 7662 §2.1",
     "The introspection request carries a token.", channel::json, 400, "invalid_request",
     "Missing 'token' in request."},
    {rule::revoke_media_type_form, "revoke.media_type_form", "RFC 7009 §2.1",
     "A revocation request is application/x-www-form-urlencoded.", channel::json, 400, "invalid_request",
     "The body must be application/x-www-form-urlencoded."},
};

}  // namespace assay::mock
