// The rows of what a correct party can rely on beside the refusals: tolerance, what travels where, what stays the
// same. Part of the table in rules.cpp.
#pragma once

#include "mock_server/rules.hpp"

namespace assay::mock {

inline constexpr rule_row conduct_rows[] = {
    {rule::authorize_post_accepted, "authorize.post_accepted", "OIDC Core §3.1.2.1",
     "The authorization endpoint takes a form by POST as well as GET.", channel::silent, 0, "", ""},
    {rule::authorize_unknown_parameters_ignored, "authorize.unknown_parameters_ignored", "RFC 6749 §3.1",
     "Unknown parameters are ignored.", channel::redirect, 400, "invalid_request", "Unknown parameter in request."},
    {rule::authorize_empty_parameters_omitted, "authorize.empty_parameters_omitted", "RFC 6749 §3.1",
     "A parameter without a value counts as omitted.", channel::silent, 0, "", ""},
    {rule::authorize_parameters_in_any_order, "authorize.parameters_in_any_order", "RFC 6749 §3.1",
     "The order of the parameters does not matter.", channel::redirect, 400, "invalid_request",
     "response_type must come first."},
    {rule::authorize_scope_in_any_order, "authorize.scope_in_any_order", "RFC 6749 §3.3",
     "The order of the scope values does not matter.", channel::silent, 0, "", ""},
    {rule::authorize_state_whole, "authorize.state_whole", "RFC 6749 §4.1.2",
     "A long state comes back whole, never cut.", channel::silent, 0, "", ""},
    {rule::authorize_iss_returned_with_errors, "authorize.iss_returned_with_errors", "RFC 9207 §2",
     "An error response carries iss, too.", channel::silent, 0, "", ""},
    {rule::authorize_code_in_query, "authorize.code_in_query", "OIDC Core §3.1.2.5",
     "The code arrives in the query of the redirect_uri, not in its fragment.", channel::silent, 0, "", ""},
    {rule::authorize_redirect_drops_form, "authorize.redirect_drops_form", "RFC 9700 §4.12",
     "The redirect after a form is 302 or 303: the browser does not send the form on.", channel::silent, 0, "", ""},
    {rule::authorize_referrer_suppressed, "authorize.referrer_suppressed", "RFC 9700 §4.2.4",
     "Pages tell the browser to send no Referer.", channel::silent, 0, "", ""},
    {rule::consent_asked_for_public_clients, "consent.asked_for_public_clients", "RFC 6749 §10.2",
     "Consent is not remembered for a client that nothing proves: public, with a redirect_uri that is no https.",
     channel::silent, 0, "", ""},
    {rule::client_advertised_methods_accepted, "client.advertised_methods_accepted", "RFC 8414 §2",
     "Every method of token_endpoint_auth_methods_supported works.", channel::client_authentication, 401,
     "invalid_client", "Only client_secret_basic is supported."},
    {rule::client_assertion_any_registered_key, "client.assertion_any_registered_key", "OIDC Core §10.1.1",
     "Any key of the client's JWK Set verifies its assertions, so that it can change keys.", channel::silent, 0, "",
     ""},
    {rule::id_token_subject_stable, "id_token.subject_stable", "OIDC Core §2",
     "sub stays the same from one sign-in to the next.", channel::silent, 0, "", ""},
    {rule::register_id_token_alg_supported, "register.id_token_alg_supported", "OIDC Core §2",
     "id_token_signed_response_alg is one that the server signs with; never none beside the code flow.",
     channel::json, 400, "invalid_client_metadata", "id_token_signed_response_alg={} is not supported."},
    {rule::register_default_sub_type_dropped, "register.default_sub_type_dropped", "Polar connect",
     "default_sub_type is the dashboard's; dynamic registration drops it.", channel::silent, 0, "", ""},
    {rule::jwks_cacheable, "jwks.cacheable", "OIDC Core §10.1.1", "The JWK Set says how long it may be kept.",
     channel::silent, 0, "", ""},
};

}  // namespace assay::mock
