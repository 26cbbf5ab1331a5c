// Rules of dynamic client registration and its management (RFC 7591, RFC 7592, OIDC Registration), except the first
// four, which are in rules.cpp. Part of the table in rules.cpp.
#pragma once

#include "mock_server/rules/rules.hpp"

namespace assay::mock {

inline constexpr rule_row registration_rows[] = {
    {rule::register_redirect_uris_well_formed, "register.redirect_uris_well_formed", "RFC 3986 §2",
     "A redirect URI is written in the characters of URIs: ASCII, the rest percent-encoded.", channel::json, 400,
     "invalid_redirect_uri", "Redirect URI {} has a character that is not allowed in URIs; percent-encode it."},
    {rule::register_redirect_uris_without_fragment, "register.redirect_uris_without_fragment", "RFC 6749 §3.1.2",
     "A redirect URI is absolute and has no fragment.", channel::json, 400, "invalid_redirect_uri",
     "Redirect URI {} is not absolute, or has a fragment."},
    {rule::register_client_uri_absolute, "register.client_uri_absolute", "RFC 7591 §2",
     "client_uri is a URL of the web, without fragment.", channel::json, 400, "invalid_client_metadata",
     "Invalid claim: 'client_uri'"},
    {rule::register_grants_and_responses_agree, "register.grants_and_responses_agree", "RFC 7591 §2.1",
     "grant_types and response_types are supported and agree.", channel::json, 400, "invalid_client_metadata",
     "grant_types and response_types do not agree."},
    {rule::register_single_key_source, "register.single_key_source", "RFC 7591 §2",
     "A client registers jwks or jwks_uri, not both.", channel::json, 400, "invalid_client_metadata",
     "jwks and jwks_uri exclude each other."},
    {rule::register_software_statement_judged, "register.software_statement_judged", "RFC 7591 §3.1.1",
     "A software statement of an untrusted issuer is refused.", channel::json, 400, "invalid_software_statement",
     "The software_statement is not signed by an issuer that this server trusts."},
    {rule::register_initiate_login_uri_https, "register.initiate_login_uri_https", "OIDC Registration §2",
     "initiate_login_uri is https.", channel::json, 400, "invalid_client_metadata",
     "initiate_login_uri must use https."},
    {rule::register_metadata_echoed, "register.metadata_echoed", "RFC 7591 §3.2.1",
     "The answer holds everything that was registered.", channel::silent, 0, "", ""},
    {rule::register_secret_expiry_returned, "register.secret_expiry_returned", "RFC 7591 §3.2.1",
     "client_secret_expires_at comes with a client_secret.", channel::silent, 0, "", ""},
    {rule::register_public_client_without_secret, "register.public_client_without_secret", "RFC 7591 §2",
     "A client of token_endpoint_auth_method none gets no client_secret.", channel::silent, 0, "", ""},
    {rule::register_unknown_metadata_ignored, "register.unknown_metadata_ignored", "RFC 7591 §2",
     "Members that the server does not know are not stored.", channel::silent, 0, "", ""},
    {rule::management_token_present, "management.token_present", "RFC 7592 §2",
     "Client management needs the registration_access_token.", channel::bearer, 401, "", ""},
    {rule::management_token_matches, "management.token_matches", "RFC 7592 §2",
     "The registration_access_token is that of the client in the path.", channel::bearer, 401, "invalid_token",
     "The registration_access_token is not that of this client."},
    {rule::management_client_id_matches, "management.client_id_matches", "RFC 7592 §2.2",
     "client_id of an update is that of the client in the path.", channel::json, 400, "invalid_request",
     "client_id must be that of the client being updated."},
    {rule::management_secret_not_chosen, "management.secret_not_chosen", "RFC 7592 §2.2",
     "A client_secret in an update is the one that the server issued.", channel::json, 400, "invalid_client_metadata",
     "A client does not choose its client_secret."},
    {rule::management_update_replaces, "management.update_replaces", "RFC 7592 §2.2",
     "An update replaces the metadata: what it leaves out is removed.", channel::silent, 0, "", ""},
    {rule::management_deletion_takes_effect, "management.deletion_takes_effect", "RFC 7592 §2.3",
     "A deleted client is unknown from then on.", channel::silent, 0, "", ""},
    {rule::management_deletion_ends_tokens, "management.deletion_ends_tokens", "RFC 7592 §2.3",
     "The tokens and codes of a deleted client end with it.", channel::silent, 0, "", ""},
};

}  // namespace assay::mock
