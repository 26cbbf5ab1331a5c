#include "mock_server/dialects/dialect_fields.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "mock_server/dialects/endpoints.hpp"
#include "oauth/jws_alg.hpp"

namespace assay::mock {
namespace {

using sv = std::string_view;
constexpr std::array<sv, 2> sub_types{"user", "organization"};
constexpr std::array<sv, 2> organization_meanings{"token", "limit"};
constexpr std::array<sv, 2> offers{"member", "manager"};
constexpr std::array<sv, 3> token_formats{"opaque", "alphanumeric", "polar"};
// The rows behind `none` and HS256.
constexpr auto algs = [] {
    std::array<sv, oauth::jws_alg_rows.size() - 2> out;
    for (std::size_t n = 0; n < out.size(); ++n) out[n] = oauth::jws_alg_rows[n + 2].name;
    return out;
}();
constexpr std::array<sv, 5> auth_methods{"client_secret_basic", "client_secret_post", "client_secret_jwt",
                                         "private_key_jwt", "none"};
constexpr std::array<sv, 2> challenge_methods{"S256", "plain"};

template <auto... Members>
auto& at(dialect& d) {
    return (d.*....*Members);
}

const dialect_field head[] = {
    {"", "name", at<&dialect::name>, "The name for --dialect and the control API."},
    {"", "aliases", at<&dialect::aliases>, "Other names for it."},
    {"", "title", at<&dialect::title>, "A title of one line."},
    {"", "capabilities", at<&dialect::capabilities>, "Capabilities that checks can require in `needs`."},
    {"", "sources", at<&dialect::sources>, "Public pages that state these facts, each with the date it was read."},
    {"", "unknown", at<&dialect::unknown>, "What those pages do not say, and so is not imitated."},
    {"", "hazards", at<&dialect::hazards>, "Faults that clients of this provider meet: assay list faults."},
    {"", "issuer_path", at<&dialect::issuer_path>,
     "What follows the URL of the mock in the issuer identifier: /realms/demo. A slash at its end is part of it."},
    {"", "metadata_issuers", at<&dialect::metadata_issuers>,
     "By path prefix: the issuer_path that metadata below it names. { /common: \"/{tenantid}/v2.0\" }"},
    {"", "discovery", at<&dialect::discovery>, "Whether there is metadata."},
};

const dialect_field rest[] = {
    {"", "path_aliases", at<&dialect::path_aliases>, "Path prefixes that are replaced by others: { /api/v1: /v1 }."},

    {"lifetimes", "code", at<&dialect::code_lifetime>, "Seconds until an authorization code expires."},
    {"lifetimes", "access_token", at<&dialect::access_token_lifetime>,
     "Seconds, when it is issued for a code; 0: it never expires, and expires_in is not sent."},
    {"lifetimes", "refreshed_access_token", at<&dialect::refreshed_access_token_lifetime>,
     "Seconds, when it is issued for a refresh token."},
    {"lifetimes", "id_token", at<&dialect::id_token_lifetime>, "Seconds from iat to exp."},
    {"lifetimes", "refresh_token", at<&dialect::refresh_token_lifetime>, "Seconds; 0: it never expires."},
    {"lifetimes", "request_uri", at<&dialect::request_uri_lifetime>, "Seconds until a pushed request expires."},
    {"lifetimes", "client_assertion", at<&dialect::client_assertion_lifetime>,
     "Seconds that a client assertion is accepted, counted from its iat."},
    {"lifetimes", "device_code", at<&dialect::device_code_lifetime>,
     "Seconds until a device_code and its user_code expire (RFC 8628 §3.2)."},
    {"lifetimes", "session", at<&dialect::session_lifetime>, "Seconds from the sign-in; 0: it never expires."},

    {"tokens", "format", at<&dialect::token_format>,
     "Behind the prefix. polar: 37 characters and their checksum; opaque: 43 characters of base64url; alphanumeric: "
     "36 "
     "letters and digits.",
     token_formats},
    {"tokens", "prefixes", at<&dialect::token_prefixes>,
     "By kind: code, access_user, refresh_organization, client_id, client_secret, registration_access_token …"},
    {"tokens", "jwt_access_tokens", at<&dialect::jwt_access_tokens>,
     "Access tokens are JWTs (RFC 9068), unless the client's access_token_format says opaque."},
    {"tokens", "jwt_for_resources_only", at<&dialect::jwt_for_resources_only>,
     "With jwt_access_tokens: a request that names no resource gets an opaque access token."},
    {"tokens", "pair_ends_as_one", at<&dialect::pair_ends_as_one>,
     "An access token and its refresh token end together: when either is revoked, or when the pair is refreshed."},
    {"refresh_tokens", "scope", at<&dialect::refresh, &refresh_conditions::scope>,
     "A code yields a refresh token only with this scope granted."},
    {"refresh_tokens", "parameter", at<&dialect::refresh, &refresh_conditions::parameter>,
     "Only where the authorization request had this parameter: access_type=offline."},
    {"refresh_tokens", "at_consent_only", at<&dialect::refresh, &refresh_conditions::at_consent_only>,
     "Only where the person was asked for consent: the first time, or with prompt=consent."},
    {"refresh_tokens", "repeated", at<&dialect::refresh, &refresh_conditions::repeated>,
     "The answer to a refresh that does not rotate the refresh token has it again."},
    {"signing", "alg", at<&dialect::signing_algs>,
     "Algorithms that sign ID Tokens; the first is the default, and a client may register any of them.", algs},
    {"signing", "kid", at<&dialect::kid>, "The key's id; {alg} stands for its algorithm in lower case."},
    {"id_token", "kid", at<&dialect::id_token_kid>, "The JOSE header has kid."},
    {"id_token", "null_nonce", at<&dialect::id_token_null_nonce>, "nonce is null where none was sent."},
    {"id_token", "aud_array", at<&dialect::id_token_aud_array>, "aud is an array, even with one audience."},
    {"id_token", "on_refresh", at<&dialect::id_token_on_refresh>, "A refresh returns a new ID Token."},
    {"id_token", "always", at<&dialect::id_token_always>, "A code yields an ID Token without the scope openid, too."},
    {"", "jwks_members", at<&dialect::jwks_members>,
     "The members of a published key, in that order; empty: all, with kid, use and alg."},

    {"", "response_type_first", at<&dialect::response_type_first>,
     "response_type is checked before the client and its redirect_uri."},
    {"", "unique_parameters", at<&dialect::unique_parameters>,
     "The only parameters of an authorization request that may not be repeated; empty: all."},
    {"", "unique_parameters_redirected", at<&dialect::unique_parameters_redirected>,
     "Further parameters that may not be repeated; the client gets the error by redirect."},
    {"", "page_errors_carry_state", at<&dialect::page_errors_carry_state>,
     "An error that is not sent back to the client has state, too."},
    {"", "consent_errors_drop_state", at<&dialect::consent_errors_drop_state>,
     "Errors after the consent form come back without state; only access_denied keeps it."},
    {"", "consent_judges_less", at<&dialect::consent_judges_less>,
     "With the consent form, parameters may be repeated and prompt is ignored."},
    {"", "oauth_metadata", at<&dialect::oauth_metadata>,
     "The metadata is also served at the location of RFC 8414: the well-known name before the issuer's path."},
    {"", "openid_parameters", at<&dialect::openid_parameters>,
     "max_age, id_token_hint, claims and response_mode are not ignored."},
    {"", "prompt_empty_counts", at<&dialect::prompt_empty_counts>,
     "An empty prompt counts as present: the user is always asked."},
    {"", "prompt_login_needs_openid", at<&dialect::prompt_login_needs_openid>,
     "prompt=login has an effect only with the scope openid."},
    {"", "prompt_select_account_asks_consent", at<&dialect::prompt_select_account_asks_consent>,
     "prompt=select_account shows the consent page, not the sign-in."},

    {"", "redirect_uri_below", at<&dialect::redirect_uri_below>,
     "A redirect_uri may be below the path of a registered one."},
    {"", "form_post_scopes", at<&dialect::form_post_scopes>,
     "Scopes that can be requested only with response_mode=form_post."},
    {"", "incremental_scopes", at<&dialect::incremental_scopes>,
     "A parameter of the authorization request; with the value true, the scopes granted before are granted again."},
    {"", "omitted_scope_keeps_granted", at<&dialect::omitted_scope_keeps_granted>,
     "A request without scope gets what was granted before, at first nothing; otherwise the client's registered "
     "scope."},
    {"", "scope_separators", at<&dialect::scope_separators>,
     "Characters that separate scopes in requests; the first separates them in answers."},
    {"", "user_scope_parameter", at<&dialect::user_scope_parameter>,
     "A second parameter of scopes, as Slack's user_scope; answers have them as ${user_scope}."},

    {"", "sub_types", at<&dialect::sub_types>, "sub_type=user and sub_type=organization are supported."},
    {"", "default_sub_type", at<&dialect::default_sub_type>, "For clients without a default_sub_type.", sub_types},
    {"", "organization_means", at<&dialect::organization_means>,
     "sub_type=organization yields an organization's token, or limits a user's token to one.", organization_meanings},
    {"", "organizations_offered", at<&dialect::organizations_offered>,
     "Users choose among the organizations that they are a member of, or that they manage.", offers},

    {"", "grant_types", at<&dialect::grant_types>, "The grant types of the token endpoint."},
    {"", "device_interval", at<&dialect::device_interval>,
     "Seconds that a client waits between two polls with a device_code (RFC 8628 §3.2)."},
    {"", "request_parameters_in_query", at<&dialect::request_parameters_in_query>,
     "grant_type, client_id, redirect_uri and scope of a token request may be in the query, which has priority."},
    {"", "multipart_forms", at<&dialect::multipart_forms>, "Token requests may be multipart/form-data."},
    {"", "json_requests", at<&dialect::json_requests>, "Token requests may be JSON."},
    {"", "form_answers", at<&dialect::form_answers>,
     "The token endpoint answers form-encoded, unless the request accepts application/json."},
    {"", "error_status", at<&dialect::error_status>,
     "The status of every error that a client gets as JSON; 0: that of its refusal."},
    {"answers", "token", at<&dialect::answers, &answer_shapes::token>,
     "The token response; a member without a value is left out, \"name ?scope\" needs that scope has one."},
    {"answers", "error", at<&dialect::answers, &answer_shapes::error>, "An error response (RFC 6749 §5.2)."},
    {"answers", "userinfo", at<&dialect::answers, &answer_shapes::userinfo>, "The UserInfo response."},
    {"answers", "bearer_error", at<&dialect::answers, &answer_shapes::bearer_error>,
     "The body of a resource that refuses a token (RFC 6750 §3)."},
    {"answers", "callback", at<&dialect::answers, &answer_shapes::callback>,
     "Further parameters that come back with a code."},
    {"answers", "first_callback", at<&dialect::answers, &answer_shapes::first_callback>,
     "Parameters that come back only the first time that a person consents to this client."},
    {"", "client_found_by_secret", at<&dialect::client_found_by_secret>,
     "A secret alone, also as Bearer token, names its client."},
    {"", "client_secret_is_assertion", at<&dialect::client_secret_is_assertion>,
     "client_secret is a JWT that the client signs with its key, as Apple's."},
    {"", "assertion_audiences", at<&dialect::assertion_audiences>,
     "Further values of aud that a client assertion may have."},
    {"", "content_length_required", at<&dialect::content_length_required>,
     "POST, PUT and PATCH without Content-Length are answered 411."},
    {"", "client_auth_methods", at<&dialect::client_auth_methods>, "Of the token endpoint.", auth_methods},
    {"", "revoke_auth_methods", at<&dialect::revoke_auth_methods>, "Of the revocation endpoint.", auth_methods},
    {"", "web_auth_methods", at<&dialect::web_auth_methods>, "Of the token endpoint with grant_type=web.",
     auth_methods},
    {"", "method_checked_for_tokens_only", at<&dialect::method_checked_for_tokens_only>,
     "Only the token endpoint requires the registered token_endpoint_auth_method."},
    {"", "unknown_client_is_400_without_basic", at<&dialect::unknown_client_is_400_without_basic>,
     "An unknown client gets 401 if it uses Basic, 400 if it uses the form."},
    {"", "basic_challenge_realm", at<&dialect::basic_challenge_realm>, "A Basic challenge names its realm."},
    {"", "failed_authentications", at<&dialect::failed_authentications>,
     "How many a client may have in a minute before it must wait; 0: no bound."},
    {"", "unknown_token_type_hint_refused", at<&dialect::unknown_token_type_hint_refused>,
     "A token_type_hint that is unknown is refused with 401 unsupported_token_type."},
    {"", "introspect_sub_type", at<&dialect::introspect_sub_type>, "Introspection shows sub_type."},
    {"", "introspect_organizations", at<&dialect::introspect_organizations>, "Introspection shows organizations."},
    {"", "code_challenge_methods", at<&dialect::code_challenge_methods>, "RFC 7636 §4.2.", challenge_methods},

    {"", "token_scheme", at<&dialect::token_scheme>,
     "Another scheme of the Authorization header that means Bearer: token."},
    {"", "bearer_precheck", at<&dialect::bearer_precheck>, "A malformed Bearer header is refused on every path."},
    {"", "application_errors", at<&dialect::application_errors>,
     "A resource that gets no token answers with a body {error, detail}; otherwise with the challenge alone."},
    {"", "api_read_across_origins", at<&dialect::api_read_across_origins>,
     "Pages of any origin can read every answer except the authorization page's, without cookies (CORS)."},
    {"", "web_session_only", at<&dialect::web_session_only>,
     "The authorization API, the consent form, registration and the list of clients refuse a user's access token "
     "with 403."},
    {"", "userinfo_needs_openid", at<&dialect::userinfo_needs_openid>,
     "UserInfo accepts only tokens with the scope openid."},
    {"", "profile_adds_name", at<&dialect::profile_adds_name>, "The scope profile adds the claim name."},

    {"registration", "metadata", at<&dialect::registration, &registration_rules::metadata>,
     "Members of client metadata that are stored besides those of every dialect."},
    {"registration", "grant_types", at<&dialect::registration, &registration_rules::grant_types>,
     "What a client may register."},
    {"registration", "auth_method", at<&dialect::registration, &registration_rules::auth_method>,
     "token_endpoint_auth_method of a client that registers without one.", auth_methods},
    {"registration", "name_required", at<&dialect::registration, &registration_rules::name_required>,
     "client_name is required."},
    {"registration", "redirect_uris_may_be_empty",
     at<&dialect::registration, &registration_rules::redirect_uris_may_be_empty>,
     "A client may register without redirect URIs."},
    {"registration", "redirect_uri_host", at<&dialect::registration, &registration_rules::redirect_uri_host>,
     "A redirect URI needs a host: com.example.app:/cb is refused."},
    {"registration", "http_on_private_ipv4", at<&dialect::registration, &registration_rules::http_on_private_ipv4>,
     "http is accepted on private IPv4 addresses instead of the loopback addresses."},
    {"registration", "normalised_redirect_uris",
     at<&dialect::registration, &registration_rules::normalised_redirect_uris>,
     "Redirect URIs are stored as pydantic writes them."},
    {"registration", "software_statements", at<&dialect::registration, &registration_rules::software_statements>,
     "A software_statement is refused, since no issuer of them is trusted; otherwise it is ignored."},
    {"registration", "owned", at<&dialect::registration, &registration_rules::owned>,
     "A client belongs to the person whose session registers it."},

    {"", "request_objects", at<&dialect::request_objects>, "RFC 9101, by value; otherwise `request` is ignored."},
    {"", "dpop", at<&dialect::dpop>, "RFC 9449; otherwise the DPoP header is ignored."},
    {"", "resource_indicators", at<&dialect::resource_indicators>, "RFC 8707; empty: `resource` is ignored."},

    {"", "resource_parameter", at<&dialect::resource_parameter>, "The name of that parameter, such as audience."},
    {"", "logout_parameter", at<&dialect::logout_parameter>,
     "Where a logout says to return to: post_logout_redirect_uri, or another name."},

    {"", "redirect_status", at<&dialect::redirect_status>, "The status of redirects that answer a POST."},
    {"", "cookie_name", at<&dialect::cookie_name>, "The cookie of the sign-in session."},
    {"", "cache_control_default", at<&dialect::cache_control_default>, "For answers that set no Cache-Control."},
    {"", "www_authenticate_realm", at<&dialect::www_authenticate_realm>, "The realm of challenges."},
    {"", "version_header", at<&dialect::version_header>,
     "A header with the version: in every answer, and in requests that choose one."},
    {"", "versions", at<&dialect::versions>,
     "The values of version_header; the first is the default, others are answered 404."},

    {"", "claims_supported", at<&dialect::claims_supported>, "As the metadata lists them."},
    {"", "metadata_members", at<&dialect::metadata_members>,
     "The members of the metadata, in that order; empty: all that there are."},
    {"", "acr_values", at<&dialect::acr_values>,
     "Authentication context classes of its sign-ins, the default first; empty: acr is ignored."},
    {"", "scopes_supported", at<&dialect::scopes_supported>, "Known scopes, as the metadata lists them."},
    {"", "reserved_scopes", at<&dialect::reserved_scopes>, "Known scopes that the metadata does not list."},
    {"", "scope_display_names", at<&dialect::scope_display_names>,
     "By scope, its display name in the authorization API; empty: there are none."},
};

template <std::size_t N>
void append_path(std::vector<dialect_field>& out) {
    constexpr const endpoint_row& row = endpoint_rows[N];
    if constexpr (row.in_dialect) {
        const member_of<std::string> path = [](dialect& d) -> std::string& { return d.paths[N]; };
        out.push_back({"paths", row.key, path, row.what});
    }
}
template <std::size_t... N>
void append_paths(std::vector<dialect_field>& out, std::index_sequence<N...> /*rows*/) {
    (append_path<N>(out), ...);
}

constexpr std::array<sv, 8> sections{"paths",   "lifetimes", "tokens",  "refresh_tokens",
                                     "signing", "id_token",  "answers", "registration"};
constexpr std::array<sv, 7> special{"extends", "not_enforced", "enforced",      "refusals",
                                    "claims",  "resources",    "metadata_extra"};

constexpr std::array<std::pair<sv, channel>, 7> channels{{{"page", channel::page},
                                                          {"redirect", channel::redirect},
                                                          {"json", channel::json},
                                                          {"client_authentication", channel::client_authentication},
                                                          {"bearer", channel::bearer},
                                                          {"dpop", channel::dpop},
                                                          {"validation", channel::validation}}};

}  // namespace

std::span<const dialect_field> dialect_fields() {
    static const auto all = [] {
        std::vector<dialect_field> out(std::begin(head), std::end(head));
        append_paths(out, std::make_index_sequence<endpoint_rows.size()>());
        out.insert(out.end(), std::begin(rest), std::end(rest));
        return out;
    }();
    return all;
}
std::span<const std::string_view> dialect_sections() {
    return sections;
}
std::span<const std::pair<std::string_view, channel>> refusal_channels() {
    return channels;
}
std::span<const std::string_view> special_members() {
    return special;
}

}  // namespace assay::mock
