// Mistakes at the authorization endpoint, and in the URLs of endpoints.
#include <algorithm>
#include <array>

#include "mock_server/observe/diagnosis/signs.hpp"

namespace assay::mock {
namespace {

bool asks_without(const signs& s, std::string_view name) {
    return s.at("authorize") && s.note.rule.empty() && !s.entry.refusal && s.entry.response.status < 400 &&
           !s.query.value("client_id").empty() && s.query.value(name).empty() &&
           s.query.value("request_uri").empty() && s.query.value("request").empty();
}

bool nowhere(const signs& s) {
    const auto path = s.entry.request.path();
    constexpr std::array<std::string_view, 8> parts{"oauth",  "authori", "token",   "userinfo",
                                                    "revoke", "jwks",    "openid-", "introspect"};
    return s.at("other") && s.entry.response.status == 404 &&
           std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return contains(path, part); });
}

constexpr std::array<mistake_row, 21> table{{
    {{"client_id_placeholder", "RFC 6749 §2.2", "The client_id is a placeholder or an unset variable.",
      "Set the variable your configuration reads the client_id from, and restart."},
     [](const signs& s) {
         return s.of({rule::authorize_client_known, rule::client_known}) && is_placeholder(s.note.got);
     }},
    {{"client_id_white_space", "RFC 6749 §2.2", "There is white space around the client_id.",
      "Trim it; a line end from an environment file is the usual source."},
     [](const signs& s) {
         return s.of({rule::authorize_client_known, rule::client_known}) &&
                s.note.got.find_first_of(" \t\r\n") != std::string::npos;
     }},
    {{"client_id_unknown", "RFC 6749 §2.2", "No client of that client_id is registered at this issuer.",
      "Look for a client of another environment or another issuer; GET / lists the ones that are here."},
     [](const signs& s) {
         return s.of({rule::authorize_client_known, rule::client_known});
     }},
    {{"parameter_names_camel_cased", "RFC 6749 §3.1", "A parameter is named in camel case, such as clientId.",
      "Use the names of the RFCs: client_id, redirect_uri, grant_type, code_verifier."},
     [](const signs& s) {
         for (const auto* form : {&s.query, &s.body}) {
             for (const auto* name : {"clientId", "clientID", "redirectUri", "redirectURI", "grantType",
                                      "codeVerifier", "responseType", "refreshToken"}) {
                 if (form->find(name) != nullptr) return s.at("authorize") || s.at("token");
             }
         }
         return false;
     }},
    {{"parameter_not_decoded", "RFC 6749 §B",
      "A parameter does not decode: a '%' without two hex digits, a NUL, or bytes that are not UTF-8.",
      "Percent-encode the UTF-8 bytes of every value once (URLSearchParams, urllib's urlencode); %E9 is Latin-1, "
      "%C3%A9 is UTF-8."},
     [](const signs& s) {
         return s.of({rule::request_parameters_decoded, rule::token_body_well_formed});
     }},
    {{"client_id_missing", "RFC 6749 §4.1.1", "The authorization request names no client.",
      "Send client_id in the query."},
     [](const signs& s) { return s.of({rule::authorize_client_id_present}); }},
    {{"parameter_repeated", "RFC 6749 §3.1", "A parameter is repeated.",
      "Look for a URL that already holds the parameter and gets it appended once more."},
     [](const signs& s) {
         return s.of({rule::authorize_parameters_not_repeated, rule::token_parameters_not_repeated,
                      rule::request_parameters_not_repeated});
     }},
    {{"implicit_grant", "RFC 9700 §2.1.2", "The client asks for the implicit grant.",
      "Ask for response_type=code with PKCE; browsers can redeem a code, too."},
     [](const signs& s) { return s.of({rule::authorize_response_type_supported}) && contains(s.note.got, "token"); }},
    {{"response_type_misspelt", "RFC 6749 §3.1.1", "The response_type is not code.", "Send response_type=code."},
     [](const signs& s) { return s.of({rule::authorize_response_type_supported}); }},
    {{"response_type_missing", "RFC 6749 §3.1.1", "The authorization request has no response_type.",
      "Send response_type=code."},
     [](const signs& s) { return s.of({rule::authorize_response_type_present}); }},
    {{"scope_missing", "RFC 6749 §3.3", "The authorization request has no scope.",
      "Send scope, with openid in it for an ID Token; this server has no default."},
     [](const signs& s) { return s.of({rule::authorize_scope_present}); }},
    {{"scope_separated_by_commas", "RFC 6749 §3.3", "The scopes are separated by commas.",
      "Separate them by single blanks: scope=openid%20email."},
     [](const signs& s) { return s.at("authorize") && contains(s.query.value("scope"), ","); }},
    {{"scope_is_json", "RFC 6749 §3.3", "The scope is a list as JSON or as a language prints it.",
      "Join the scopes by single blanks."},
     [](const signs& s) {
         return s.at("authorize") && s.query.value("scope").find_first_of("[\"'") != std::string_view::npos;
     }},
    {{"scope_encoded_twice", "RFC 6749 §3.3", "The scope was encoded once too often: '%20' or '+' is left in it.",
      "Encode it once."},
     [](const signs& s) {
         const auto scope = s.query.value("scope");
         return s.at("authorize") && (still_encoded(scope) || contains(scope, "+"));
     }},
    {{"scope_not_registered", "RFC 6749 §3.3", "The client asks for a scope it is not registered for.",
      "Register it for the client, or ask for less."},
     [](const signs& s) { return s.of({rule::authorize_scope_allowed}); }},
    {{"scope_unknown", "RFC 6749 §3.3", "The client asks for a scope this server does not know.",
      "Take the scopes from scopes_supported of the metadata."},
     [](const signs& s) { return s.of({rule::authorize_scope_known}); }},
    {{"nonce_reused", "OIDC Core §15.5.2", "The nonce is the one of an earlier request.",
      "Make a fresh random nonce for each authorization request; a constant in the configuration is not a nonce."},
     [](const signs& s) { return s.of({rule::authorize_nonce_fresh}); }},
    {{"double_slash_in_path", "OIDC Discovery §4.1", "The path starts with two slashes.",
      "Take the slash off the end of the issuer before joining a path to it."},
     [](const signs& s) { return nowhere(s) && contains(s.entry.request.path(), "//"); }},
    {{"endpoint_guessed", "RFC 8414 §3", "Nothing is at that path; endpoints have other paths at other servers.",
      "Read the endpoints from {issuer}/.well-known/openid-configuration instead of building them."},
     nowhere},
    {{"state_missing", "RFC 6749 §10.12", "The authorization request has no state.",
      "Send a random state bound to the browser's session and compare it at the callback."},
     [](const signs& s) { return asks_without(s, "state"); }},
    {{"code_challenge_missing", "RFC 9700 §2.1.1", "The authorization request has no code_challenge.",
      "Use PKCE with S256 for confidential clients, too."},
     [](const signs& s) { return asks_without(s, "code_challenge"); }},
}};

}  // namespace

std::span<const mistake_row> authorization_mistakes() {
    return table;
}

}  // namespace assay::mock
