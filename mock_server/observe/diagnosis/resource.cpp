// Mistakes with access tokens at userinfo and other resources (RFC 6750).
#include <algorithm>
#include <array>

#include "mock_server/observe/diagnosis/signs.hpp"

namespace assay::mock {
namespace {

bool no_bearer(const signs& s) {
    return s.of({rule::bearer_present});
}

bool malformed_bearer(const signs& s) {
    return s.of({rule::bearer_well_formed});
}

bool unknown_bearer(const signs& s) {
    return s.of({rule::bearer_known});
}

std::string_view token_of(const signs& s) {
    return s.authorization.substr(std::min<std::size_t>(7, s.authorization.size()));
}

constexpr std::array<mistake_row, 16> table{{
    {{"bearer_in_query", "RFC 9700 §4.3.2", "The access token is in the query of the URL.",
      "Send Authorization: Bearer TOKEN; queries end up in logs and in Referer headers."},
     [](const signs& s) { return s.query.find("access_token") != nullptr && !s.at("authorize"); }},
    {{"bearer_in_body", "RFC 6750 §2.1", "The access token is in the body, which this server does not read.",
      "Send Authorization: Bearer TOKEN."},
     [](const signs& s) { return no_bearer(s) && s.body.find("access_token") != nullptr; }},
    {{"bearer_by_basic", "RFC 6750 §2.1", "The request authenticates by Basic where an access token is needed.",
      "Send Authorization: Bearer TOKEN with the access token of the token response."},
     [](const signs& s) { return no_bearer(s) && s.has_basic; }},
    {{"bearer_in_quotes", "RFC 6750 §2.1", "The access token is sent in quotes.",
      "Read it as a JSON string; do not paste its JSON text."},
     [](const signs& s) { return (unknown_bearer(s) || malformed_bearer(s)) && contains(token_of(s), "\""); }},
    {{"bearer_repeated", "RFC 6750 §3.1", "The Authorization header holds more than one token.",
      "Set the header once: setting it twice makes some HTTP libraries join both values with a comma."},
     [](const signs& s) { return malformed_bearer(s) && contains(s.authorization, ","); }},
    {{"bearer_malformed", "RFC 6750 §2.1", "What follows Bearer is not one access token.",
      "Send the access_token unchanged: no blanks, quotes or line ends in it or after it."},
     malformed_bearer},
    {{"bearer_scheme_missing", "RFC 6750 §2.1", "The scheme of the Authorization header is not Bearer.",
      "Put the word Bearer and one blank before the token; Token and JWT are other schemes."},
     [](const signs& s) { return no_bearer(s) && !s.authorization.empty(); }},
    {{"bearer_missing", "RFC 6750 §2.1", "The request carries no access token.",
      "Send Authorization: Bearer TOKEN; some clients drop that header on redirects to another host."},
     no_bearer},
    {{"bearer_placeholder", "RFC 6750 §2.1", "The access token is a placeholder or an unset variable.",
      "Look for the variable that should hold access_token; undefined means it was read too early."},
     [](const signs& s) { return unknown_bearer(s) && is_placeholder(token_of(s)); }},
    {{"refresh_token_as_access_token", "RFC 6749 §1.5", "The refresh_token was sent where the access_token belongs.",
      "Refresh tokens go to the token endpoint alone; send the member access_token."},
     [](const signs& s) { return s.note.got == got::refresh_token_for_access; }},
    {{"code_as_access_token", "RFC 6749 §4.1.3", "The authorization code was sent where the access_token belongs.",
      "Redeem the code at the token endpoint first."},
     [](const signs& s) { return s.note.got == got::code_for_access; }},
    {{"id_token_as_access_token", "RFC 9068 §5", "An ID Token was sent where the access_token belongs.",
      "Send the member access_token; the id_token is for the client itself."},
     [](const signs& s) {
         const auto token = token_of(s);
         return unknown_bearer(s) && token.starts_with("eyJ") && std::count(token.begin(), token.end(), '.') == 2;
     }},
    {{"access_token_unknown", "RFC 6750 §3.1", "This issuer never issued that access token.",
      "Look for a token of another issuer or environment, or one that was cut short."},
     unknown_bearer},
    {{"access_token_expired", "RFC 6750 §3.1", "The access token has expired.",
      "Refresh it, or sign in again; expires_in of the token response says how long it is valid."},
     [](const signs& s) { return s.of({rule::bearer_unexpired}); }},
    {{"access_token_revoked", "RFC 6750 §3.1", "The access token was revoked.",
      "Sign in again; a second use of a code or a refresh_token also revokes the tokens issued for it."},
     [](const signs& s) { return s.of({rule::bearer_unrevoked}); }},
    {{"scope_insufficient", "RFC 6750 §3.1", "The access token lacks the scope this resource needs.",
      "Ask for that scope in the authorization request; the refusal names it."},
     [](const signs& s) { return s.of({rule::bearer_scope_sufficient}); }},
}};

}  // namespace

std::span<const mistake_row> resource_mistakes() {
    return table;
}

}  // namespace assay::mock
