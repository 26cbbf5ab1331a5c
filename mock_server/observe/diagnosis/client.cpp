// Mistakes in client authentication (RFC 6749 §2.3).
#include <array>

#include "mock_server/observe/diagnosis/signs.hpp"
#include "oauth/client_auth.hpp"

namespace assay::mock {
namespace {

bool malformed_basic(const signs& s) {
    return s.of({rule::client_credentials_present}) && s.has_basic;
}

bool wrong_method(const signs& s) {
    return s.of({rule::client_method_registered});
}

constexpr std::string_view basic_clause = "RFC 6749 §2.3.1";

constexpr std::array<mistake_row, 18> table{{
    {{"client_secret_in_query", basic_clause, "The client_secret is in the query of the URL.",
      "Send it in the body or in the Authorization header; queries end up in logs. Replace that secret."},
     [](const signs& s) {
         return s.query.find("client_secret") != nullptr && !(s.at("token") && s.entry.request.method == "GET");
     }},
    {{"basic_not_form_encoded", basic_clause,
      "The parts of the Basic credentials were not form-encoded before base64, and they hold characters that need "
      "it.",
      "form-encode client_id and client_secret, join them by ':', then base64-encode; many libraries need an option "
      "for "
      "it."},
     [](const signs& s) {
         return (malformed_basic(s) && contains(s.basic, ":") && contains(s.basic, "%")) ||
                s.note.got == got::secret_not_form_encoded;
     }},
    {{"basic_without_colon", "RFC 7617 §2", "The Basic credentials hold no ':' between client_id and client_secret.",
      "base64-encode client_id:client_secret, not the secret alone."},
     [](const signs& s) { return malformed_basic(s) && !s.basic.empty() && !contains(s.basic, ":"); }},
    {{"basic_not_base64", "RFC 7617 §2",
      "The Basic credentials are no base64: plain text, base64url, or without padding.",
      "Use standard base64 with '+', '/' and '=' here; base64url is for PKCE and JWT."},
     [](const signs& s) { return malformed_basic(s) && s.basic.empty(); }},
    {{"authorization_repeated", "RFC 6749 §5.2",
      "The request carries several Authorization fields, or one with two credentials.",
      "Set the header once: look for a default header of the HTTP library beside the one of this request."},
     [](const signs& s) {
         return s.of({rule::client_credentials_not_repeated, rule::bearer_authorization_not_repeated});
     }},
    {{"basic_and_body", "RFC 6749 §2.3", "The request carries the credentials in the header and in the body.",
      "Use one method: the token_endpoint_auth_method the client is registered for."},
     [](const signs& s) { return s.of({rule::client_single_method}); }},
    {{"client_id_of_another_client", "RFC 6749 §3.2.1",
      "client_id in the body is not the client of the Authorization header.",
      "Leave client_id out of the body when Basic is used, or make both the same."},
     [](const signs& s) { return s.of({rule::client_id_consistent}); }},
    {{"public_client_sends_empty_secret", "RFC 6749 §2.3.1",
      "A public client authenticates by Basic with an empty client_secret.",
      "Send client_id in the body and no Authorization header (token_endpoint_auth_method none)."},
     [](const signs& s) { return wrong_method(s) && s.note.expected == "none" && s.basic.ends_with(':'); }},
    {{"public_client_sends_secret", "RFC 6749 §2.1", "The client is public but sends a client_secret.",
      "Send client_id alone; a secret in a browser or an app is not secret. Or register the client as confidential."},
     [](const signs& s) { return wrong_method(s) && s.note.expected == "none"; }},
    {{"secret_in_body_instead_of_basic", basic_clause,
      "The client is registered for client_secret_basic and sends its secret in the body.",
      "Switch the library to client_secret_basic, or register client_secret_post."},
     [](const signs& s) { return wrong_method(s) && s.note.expected == "client_secret_basic"; }},
    {{"basic_instead_of_secret_in_body", basic_clause,
      "The client is registered for client_secret_post and authenticates by Basic.",
      "Switch the library to client_secret_post, or register client_secret_basic."},
     [](const signs& s) { return wrong_method(s) && s.note.expected == "client_secret_post"; }},
    {{"client_auth_method_not_registered", "RFC 7591 §2",
      "The client authenticates by another method than it is registered for.",
      "Use the registered token_endpoint_auth_method; the refusal names it."},
     wrong_method},
    {{"client_secret_missing", "RFC 6749 §3.2.1", "The client is confidential and sends no client_secret.",
      "Set the secret; look for an environment variable that is empty at run time."},
     [](const signs& s) { return s.of({rule::client_credentials_present}); }},
    {{"client_not_named", "RFC 6749 §3.2.1", "The request names no client, in the header or in the body.",
      "Send client_id (public clients), or an Authorization: Basic header."},
     [](const signs& s) { return s.of({rule::client_id_present}); }},
    {{"client_secret_white_space", basic_clause, "The client_secret is correct except for white space around it.",
      "Trim it; a line end from a secret file is the usual source."},
     [](const signs& s) { return s.note.got == got::secret_with_white_space; }},
    {{"client_secret_encoded_twice", basic_clause, "The client_secret was encoded once too often.",
      "form-encode it once in Basic; in the body the form itself is the encoding."},
     [](const signs& s) { return s.note.got == got::secret_encoded_twice; }},
    {{"client_secret_of_another_client", basic_clause, "The client_secret is the one of another client here.",
      "Look for two clients' settings that were mixed up."},
     [](const signs& s) { return s.note.got == got::secret_of_another_client; }},
    {{"client_secret_wrong", basic_clause, "The client_secret is not this client's.",
      "Compare its length and its first characters with the registered one; it may have been rotated."},
     [](const signs& s) { return s.of({rule::client_secret_matches}); }},
}};

}  // namespace

std::span<const mistake_row> client_mistakes() {
    return table;
}

}  // namespace assay::mock
