#include "mock_server/dialects/dialect_fields.hpp"

#include <array>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include "mock_server/dialects/endpoints.hpp"

namespace assay::mock {
namespace {

using sv = std::string_view;
constexpr std::array<sv, 2> sub_types{"user", "organization"};
constexpr std::array<sv, 2> organization_meanings{"token", "limit"};
constexpr std::array<sv, 2> offers{"member", "manager"};
constexpr std::array<sv, 2> token_formats{"opaque", "polar"};
constexpr std::array<sv, 4> algs{"RS256", "PS256", "ES256", "EdDSA"};
constexpr std::array<sv, 5> auth_methods{"client_secret_basic", "client_secret_post", "client_secret_jwt",
                                         "private_key_jwt", "none"};
constexpr std::array<sv, 2> challenge_methods{"S256", "plain"};

template <auto... Members>
auto& at(dialect& d) {
    return (d.*....*Members);
}

const dialect_field head[] = {
    {"", "name", at<&dialect::name>, "What --dialect and the control API call it."},
    {"", "aliases", at<&dialect::aliases>, "Other names for it."},
    {"", "title", at<&dialect::title>, "One line for people."},
    {"", "capabilities", at<&dialect::capabilities>, "What checks may ask for in `needs`."},
};

const dialect_field rest[] = {
    {"", "path_aliases", at<&dialect::path_aliases>, "Path prefixes that are taken for others: { /api/v1: /v1 }."},

    {"lifetimes", "code", at<&dialect::code_lifetime>, "Seconds that an authorization code lives."},
    {"lifetimes", "access_token", at<&dialect::access_token_lifetime>, "Seconds, when it comes of a code."},
    {"lifetimes", "refreshed_access_token", at<&dialect::refreshed_access_token_lifetime>,
     "Seconds, when it comes of a refresh token."},
    {"lifetimes", "id_token", at<&dialect::id_token_lifetime>, "Seconds from iat to exp."},
    {"lifetimes", "refresh_token", at<&dialect::refresh_token_lifetime>, "Seconds; 0: it never expires."},
    {"lifetimes", "request_uri", at<&dialect::request_uri_lifetime>, "Seconds that a pushed request lives."},
    {"lifetimes", "session", at<&dialect::session_lifetime>, "Seconds from the sign-in; 0: it never expires."},

    {"tokens", "format", at<&dialect::token_format>,
     "polar: a prefix, 37 characters and their checksum; opaque: 43 characters of base64url.", token_formats},
    {"tokens", "prefixes", at<&dialect::token_prefixes>,
     "By kind: code, access_user, refresh_organization, client_id, client_secret, registration_access_token …"},
    {"tokens", "jwt_access_tokens", at<&dialect::jwt_access_tokens>,
     "Access tokens are JWTs (RFC 9068) for clients that do not say otherwise."},
    {"tokens", "pair_ends_as_one", at<&dialect::pair_ends_as_one>,
     "An access token and its refresh token end together: either half revoked, or the pair refreshed."},
    {"signing", "alg", at<&dialect::signing_algs>,
     "With what ID Tokens are signed; of several the first is the default, and a client may register any.", algs},
    {"signing", "kid", at<&dialect::kid>, "The key's id; {alg} stands for its algorithm in lower case."},
    {"id_token", "kid", at<&dialect::id_token_kid>, "The JOSE header names the key."},
    {"id_token", "null_nonce", at<&dialect::id_token_null_nonce>, "nonce is null where none was sent."},
    {"id_token", "aud_array", at<&dialect::id_token_aud_array>, "aud is an array even of one."},
    {"id_token", "on_refresh", at<&dialect::id_token_on_refresh>, "A refresh brings a new ID Token."},
    {"", "jwks_members", at<&dialect::jwks_members>,
     "The members of a published key, in that order; empty: all of it, with kid, use and alg."},

    {"", "response_type_first", at<&dialect::response_type_first>,
     "response_type is looked at before the client and its redirect_uri."},
    {"", "unique_parameters", at<&dialect::unique_parameters>,
     "The only parameters of an authorization request that may not be repeated; empty: all."},
    {"", "unique_parameters_redirected", at<&dialect::unique_parameters_redirected>,
     "Further ones, whose repetition the client is told by redirect."},
    {"", "page_errors_carry_state", at<&dialect::page_errors_carry_state>,
     "state is also in an error that is not sent back to the client."},
    {"", "consent_errors_drop_state", at<&dialect::consent_errors_drop_state>,
     "Errors after the consent form come back without state; only access_denied keeps it."},
    {"", "consent_judges_less", at<&dialect::consent_judges_less>,
     "With the consent form, parameters may be repeated and prompt is not looked at."},
    {"", "oauth_metadata", at<&dialect::oauth_metadata>,
     "The metadata is also served as RFC 8414 says: the well-known name before the issuer's path."},
    {"", "openid_parameters", at<&dialect::openid_parameters>,
     "max_age, id_token_hint, claims and response_mode are looked at."},
    {"", "prompt_empty_counts", at<&dialect::prompt_empty_counts>,
     "An empty prompt is a prompt: nothing goes silently."},
    {"", "prompt_login_needs_openid", at<&dialect::prompt_login_needs_openid>,
     "prompt=login counts only where openid is asked for."},
    {"", "prompt_select_account_asks_consent", at<&dialect::prompt_select_account_asks_consent>,
     "prompt=select_account shows the consent page, not the sign-in."},

    {"", "sub_types", at<&dialect::sub_types>, "sub_type=user and sub_type=organization exist."},
    {"", "default_sub_type", at<&dialect::default_sub_type>, "For clients that do not say otherwise.", sub_types},
    {"", "organization_means", at<&dialect::organization_means>,
     "sub_type=organization yields an organization's token, or limits a user's token to one.", organization_meanings},
    {"", "organizations_offered", at<&dialect::organizations_offered>,
     "A user may choose among the organizations whose member, or whose manager, they are.", offers},

    {"", "grant_types", at<&dialect::grant_types>, "What the token endpoint takes."},
    {"", "request_parameters_in_query", at<&dialect::request_parameters_in_query>,
     "grant_type, client_id, redirect_uri and scope of a token request may sit in the query, which wins."},
    {"", "multipart_forms", at<&dialect::multipart_forms>, "Token requests may be multipart/form-data."},
    {"", "content_length_required", at<&dialect::content_length_required>,
     "POST, PUT and PATCH without Content-Length are answered 411."},
    {"", "client_auth_methods", at<&dialect::client_auth_methods>, "At the token endpoint.", auth_methods},
    {"", "revoke_auth_methods", at<&dialect::revoke_auth_methods>, "At the revocation endpoint.", auth_methods},
    {"", "web_auth_methods", at<&dialect::web_auth_methods>, "At the token endpoint with grant_type=web.",
     auth_methods},
    {"", "method_checked_for_tokens_only", at<&dialect::method_checked_for_tokens_only>,
     "Only the token endpoint asks for the registered token_endpoint_auth_method."},
    {"", "unknown_client_is_400_without_basic", at<&dialect::unknown_client_is_400_without_basic>,
     "An unknown client is answered 401 by Basic, 400 by form."},
    {"", "basic_challenge_realm", at<&dialect::basic_challenge_realm>, "A Basic challenge names its realm."},
    {"", "failed_authentications", at<&dialect::failed_authentications>,
     "A client's, in a minute, before it must wait; 0: no bound."},
    {"", "unknown_token_type_hint_refused", at<&dialect::unknown_token_type_hint_refused>,
     "A token_type_hint that is unknown is refused with 401 unsupported_token_type."},
    {"", "introspect_sub_type", at<&dialect::introspect_sub_type>, "Introspection shows sub_type."},
    {"", "introspect_organizations", at<&dialect::introspect_organizations>, "Introspection shows organizations."},
    {"", "code_challenge_methods", at<&dialect::code_challenge_methods>, "RFC 7636 §4.2.", challenge_methods},

    {"", "bearer_precheck", at<&dialect::bearer_precheck>, "A bad Bearer header is refused on every path."},
    {"", "application_errors", at<&dialect::application_errors>,
     "A resource without a token answers {error, detail} as an application does; otherwise the challenge says it "
     "all."},
    {"", "api_read_across_origins", at<&dialect::api_read_across_origins>,
     "Pages of any origin read every answer but the authorization page's, without cookies."},
    {"", "web_session_only", at<&dialect::web_session_only>,
     "The authorization API, the consent form, registration and the list of clients refuse a user's access token "
     "with 403."},
    {"", "userinfo_needs_openid", at<&dialect::userinfo_needs_openid>, "UserInfo takes tokens with openid only."},
    {"", "profile_adds_name", at<&dialect::profile_adds_name>, "The scope profile brings name."},

    {"registration", "metadata", at<&dialect::registration, &registration_rules::metadata>,
     "Members of client metadata that are kept beside those that every dialect has."},
    {"registration", "grant_types", at<&dialect::registration, &registration_rules::grant_types>,
     "What a client may register."},
    {"registration", "auth_method", at<&dialect::registration, &registration_rules::auth_method>,
     "token_endpoint_auth_method of a client that registers without one.", auth_methods},
    {"registration", "name_required", at<&dialect::registration, &registration_rules::name_required>,
     "client_name must be there."},
    {"registration", "redirect_uris_may_be_empty",
     at<&dialect::registration, &registration_rules::redirect_uris_may_be_empty>,
     "A client may register without redirect URIs."},
    {"registration", "redirect_uri_host", at<&dialect::registration, &registration_rules::redirect_uri_host>,
     "A redirect URI needs a host: com.example.app:/cb is refused."},
    {"registration", "http_on_private_ipv4", at<&dialect::registration, &registration_rules::http_on_private_ipv4>,
     "http is taken on private IPv4 addresses instead of the loopback addresses."},
    {"registration", "normalised_redirect_uris",
     at<&dialect::registration, &registration_rules::normalised_redirect_uris>,
     "Redirect URIs are stored as pydantic writes them."},
    {"registration", "software_statements", at<&dialect::registration, &registration_rules::software_statements>,
     "software_statement is looked at, that is: refused, since nobody is trusted."},
    {"registration", "owned", at<&dialect::registration, &registration_rules::owned>,
     "A client belongs to the person whose session registers it."},

    {"", "request_objects", at<&dialect::request_objects>,
     "RFC 9101, by value; otherwise `request` is not looked at."},
    {"", "dpop", at<&dialect::dpop>, "RFC 9449; otherwise the DPoP header is not looked at."},
    {"", "resource_indicators", at<&dialect::resource_indicators>, "RFC 8707; empty: `resource` is not looked at."},

    {"", "redirect_status", at<&dialect::redirect_status>, "Of redirects that answer a POST."},
    {"", "cookie_name", at<&dialect::cookie_name>, "Of the sign-in session."},
    {"", "cache_control_default", at<&dialect::cache_control_default>,
     "For answers without Cache-Control of their own."},
    {"", "www_authenticate_realm", at<&dialect::www_authenticate_realm>, "The realm of challenges."},
    {"", "version_header", at<&dialect::version_header>,
     "A header that every answer carries and a request may ask by."},
    {"", "versions", at<&dialect::versions>, "What it may be; the first is the default, others are answered 404."},

    {"", "claims_supported", at<&dialect::claims_supported>, "As the metadata lists them."},
    {"", "acr_values", at<&dialect::acr_values>,
     "Authentication context classes of its sign-ins, the default first; empty: acr is not looked at."},
    {"", "scopes_supported", at<&dialect::scopes_supported>, "Known scopes, as the metadata lists them."},
    {"", "reserved_scopes", at<&dialect::reserved_scopes>, "Known scopes that the metadata does not list."},
    {"", "scope_display_names", at<&dialect::scope_display_names>,
     "By scope, how the authorization API calls it for people; empty: it does not."},
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

constexpr std::array<sv, 6> sections{"paths", "lifetimes", "tokens", "signing", "id_token", "registration"};
constexpr std::array<sv, 6> special{"extends", "not_enforced", "enforced", "refusals", "resources", "metadata_extra"};

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
