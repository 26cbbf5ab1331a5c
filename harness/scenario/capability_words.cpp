#include "harness/scenario/capability_words.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "data/nearest.hpp"

namespace assay::harness {
namespace {

// A server's capabilities are read in engine/capabilities.cpp, or named in its server.yaml if no metadata shows them.
constexpr std::string_view named = "named in server.yaml: the server's metadata does not show it";
constexpr std::string_view method =
    "token_endpoint_auth_methods_supported lists it, or a client of server.yaml uses it";
constexpr std::string_view polars = "named in server.yaml: an extension of Polar";

constexpr capability_row table[] = {
    {"acr_values", "acr_values_supported in the metadata", ""},
    {"backchannel_logout", "backchannel_logout_supported in the metadata", ""},
    {"call", "", "asks a resource with its access token"},
    {"claims_parameter", "claims_parameter_supported in the metadata", ""},
    {"client_credentials", "grant_types_supported lists it", ""},
    {"client_secret_basic", "the metadata lists it or no method at all, or a client of server.yaml uses it",
     "a configuration has this token_endpoint_auth_method"},
    {"client_secret_jwt", method, ""},
    {"client_secret_post", method, "a configuration has this token_endpoint_auth_method"},
    {"consent", named, ""},
    {"device_grant", "device_authorization_endpoint in the metadata", ""},
    {"discovery", "the metadata of OIDC Discovery §4 is there", "reads the issuer's metadata and checks it"},
    {"dpop", "dpop_signing_alg_values_supported in the metadata", "proves possession of a key (RFC 9449)"},
    {"form_post", "response_modes_supported lists it", "accepts the authorization response as a form"},
    {"frontchannel_logout", "frontchannel_logout_supported in the metadata", ""},
    {"id_token", "scopes_supported lists openid, or a sign-in before the checks gives one",
     "decodes the ID Token and checks its claims"},
    {"id_token_hint", named, ""},
    {"id_token_signature", "", "fetches the JWK Set and verifies the ID Token's signature"},
    {"identity", "", "shows or reports who is signed in; need not be listed"},
    {"introspect", "introspection_endpoint in the metadata", ""},
    {"iss_parameter", "authorization_response_iss_parameter_supported in the metadata",
     "checks iss in the authorization response (RFC 9207)"},
    {"jwks", "jwks_uri in the metadata", ""},
    {"jwt_access_tokens", named, ""},
    {"jwt_bearer", "grant_types_supported lists it", ""},
    {"max_age", named, "compares auth_time with the max_age it sent"},
    {"nodes", "nodes of server.yaml: the origins of two or more nodes of the server", ""},
    {"nonce", "", "makes or is given a nonce, and compares it with the ID Token's"},
    {"nonce_optional", "", "can be used without a nonce"},
    {"oauth_metadata", "the metadata of RFC 8414 §3 is there", "finds the metadata by RFC 8414 §3.1"},
    {"offline_access", "scopes_supported lists it", ""},
    {"organization", "", "passes provider parameters such as sub_type on, and returns the claims for them"},
    {"organization_limits", polars, ""},
    {"organization_tokens", polars, ""},
    {"own_session", "", "keeps the user's session; an application with success.at: need not be listed"},
    {"par", "pushed_authorization_request_endpoint in the metadata", "pushes its authorization request (RFC 9126)"},
    {"pkce", "", "makes the verifier and its S256 challenge"},
    {"pkce.S256", "code_challenge_methods_supported lists it", ""},
    {"pkce.plain", "code_challenge_methods_supported lists it", ""},
    {"plain_http", "the issuer is an http URL", ""},
    {"plain_oauth", "", "signs in without openid in the scope, and then without an ID Token"},
    {"private_key_jwt", method, "signs its client assertion (RFC 7523)"},
    {"prompt", "prompt_values_supported in the metadata, or named in server.yaml", ""},
    {"public_client", "token_endpoint_auth_methods_supported lists none, or a client of server.yaml has no secret",
     "a configuration has token_endpoint_auth_method none"},
    {"refresh", "a sign-in before the checks gives a refresh token", "has that request"},
    {"register", "registration_endpoint in the metadata", ""},
    {"register_management", "a registration answers with registration_client_uri (RFC 7592), or named in server.yaml",
     ""},
    {"request_object", "request_parameter_supported in the metadata", ""},
    {"resource_indicators", named, "repeats resource at the token endpoint (RFC 8707)"},
    {"revoke", "revocation_endpoint in the metadata", ""},
    {"rotation", named, ""},
    {"rp_logout", "end_session_endpoint in the metadata", "signs out at the server, too (RP-Initiated Logout)"},
    {"secret_scanning", polars, ""},
    {"signed_userinfo", "userinfo_signing_alg_values_supported in the metadata", ""},
    {"single_issuer", "", "is an application, configured when its process starts"},
    {"state", "", "makes state, keeps it in the session and compares it"},
    {"throttled_authentication", named, ""},
    {"tls", "the issuer is an https URL", "signs in at an https issuer whose authority the environment names"},
    {"token_exchange", "grant_types_supported lists it", ""},
    {"userinfo", "userinfo_endpoint in the metadata", "has that request"},
    {"web_grant", polars, ""},
};

std::string_view meaning(const capability_row& row, side s) {
    return s == side::server ? row.server : row.client;
}

}  // namespace

std::span<const capability_row> capability_rows() {
    return table;
}

bool is_capability(side s, std::string_view name) {
    return std::any_of(std::begin(table), std::end(table),
                       [&](const capability_row& row) { return row.name == name && !meaning(row, s).empty(); });
}

std::string nearest_capability(side s, std::string_view name) {
    std::vector<std::string> names;
    for (const capability_row& row : table) {
        if (!meaning(row, s).empty()) names.emplace_back(row.name);
    }
    return nearest(name, names).empty() ? "; see `assay list capabilities`" : did_you_mean(name, names);
}

result<std::vector<std::string>> load_capabilities(const yaml::document& d, const yaml::node& n, side s) {
    auto names = yaml::as_texts(d, n);
    if (!names) return names;
    for (std::size_t i = 0; i < names->size(); ++i) {
        const std::string& name = (*names)[i];
        if (is_capability(s, name)) continue;
        const std::string whom(s == side::server ? "server" : "client");
        return fail(
            d.error_at(n.is_sequence() ? n.items[i].at : n.at,
                       fmt::format("a {} has no capability '{}'{}", whom, name, nearest_capability(s, name))));
    }
    return names;
}

}  // namespace assay::harness
