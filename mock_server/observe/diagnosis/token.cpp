// Mistakes at the token endpoint: the form, the grant, the code, the refresh token.
#include <array>

#include "mock_server/observe/diagnosis/signs.hpp"

namespace assay::mock {
namespace {

bool wrong_media_type(const signs& s) {
    if (s.of({rule::par_media_type_form, rule::introspect_media_type_form, rule::revoke_media_type_form}))
        return true;
    return s.at("token") && s.entry.request.method == "POST" && !s.posts_form() && s.entry.response.status >= 400;
}

bool unknown_code(const signs& s) {
    return s.of({rule::token_code_known});
}

constexpr std::array<mistake_row, 25> table{{
    {{"token_request_by_get", "RFC 6749 §3.2", "The token request came by GET.",
      "POST it, with the parameters as a form in the body."},
     [](const signs& s) { return s.at("token") && s.entry.request.method == "GET"; }},
    {{"json_body", "RFC 6749 §4.1.3", "The request's body is JSON.",
      "Send application/x-www-form-urlencoded: URLSearchParams in JavaScript, data= (not json=) in Python's "
      "requests."},
     [](const signs& s) {
         return wrong_media_type(s) && (contains(s.content_type, "json") || s.entry.request.body.starts_with('{'));
     }},
    {{"multipart_body", "RFC 6749 §4.1.3", "The request's body is multipart/form-data.",
      "Send application/x-www-form-urlencoded: URLSearchParams, not FormData; curl -d, not -F."},
     [](const signs& s) { return wrong_media_type(s) && contains(s.content_type, "multipart"); }},
    {{"content_type_missing", "RFC 6749 §4.1.3", "The request does not say that its body is a form.",
      "Set Content-Type: application/x-www-form-urlencoded."},
     wrong_media_type},
    {{"token_parameters_in_query", "RFC 6749 §3.2", "The parameters of the token request are in the URL.",
      "Move them into the body."},
     [](const signs& s) { return s.at("token") && s.body.fields.empty() && s.query.find("grant_type") != nullptr; }},
    {{"grant_type_misspelt", "RFC 6749 §4.1.3",
      "The grant_type is misspelled, such as authorizationCode or authorization-code.",
      "Send grant_type=authorization_code or grant_type=refresh_token, with the underscore."},
     [](const signs& s) {
         const auto letters = letters_of(s.note.got);
         return s.of({rule::token_grant_type_supported}) &&
                (letters == "authorizationcode" || letters == "refreshtoken" || letters == "code" ||
                 letters == "refresh" || letters == "clientcredentials");
     }},
    {{"password_grant", "RFC 9700 §2.4", "The client asks for the password grant.",
      "Send users to the authorization endpoint; OAuth 2.1 has no password grant."},
     [](const signs& s) { return s.of({rule::token_password_refused}); }},
    {{"grant_type_unsupported", "RFC 6749 §5.2", "This server does not support that grant_type.",
      "Take one from grant_types_supported of the metadata."},
     [](const signs& s) { return s.of({rule::token_grant_type_supported}); }},
    {{"grant_type_missing", "RFC 6749 §4.1.3", "The token request has no grant_type.",
      "Send grant_type=authorization_code or grant_type=refresh_token."},
     [](const signs& s) { return s.of({rule::token_grant_type_present}); }},
    {{"grant_type_not_registered", "RFC 6749 §5.2", "The client is not registered for that grant_type.",
      "Add it to the client's grant_types."},
     [](const signs& s) { return s.of({rule::token_grant_type_allowed}); }},
    {{"code_missing", "RFC 6749 §4.1.3", "The token request has no code.",
      "Read code from the query of the callback; it is absent if the user denied consent (error=access_denied)."},
     [](const signs& s) { return s.of({rule::token_code_present}); }},
    {{"code_used_twice", "RFC 6749 §4.1.2", "The code was redeemed before.",
      "Redeem it once: look for a reloaded callback page, an effect that runs twice, or a retry after a time-out."},
     [](const signs& s) {
         return s.of({rule::token_code_single_use, rule::token_code_redeemed_atomically});
     }},
    {{"code_expired", "RFC 6749 §4.1.2", "The code came too late.",
      "Redeem it at once in the callback, before anything slow or interactive."},
     [](const signs& s) { return s.of({rule::token_code_unexpired}); }},
    {{"code_of_another_client", "RFC 6749 §4.1.3", "The code was issued to another client.",
      "Use the same client_id for the authorization request and the token request."},
     [](const signs& s) { return s.of({rule::token_code_bound_to_client}); }},
    {{"code_encoded_twice", "RFC 6749 §4.1.3", "The code still holds percent escapes.",
      "Decode it once when reading the callback, and let the form encode it once."},
     [](const signs& s) { return unknown_code(s) && still_encoded(s.body.value("code")); }},
    {{"code_with_white_space", "RFC 6749 §4.1.3", "The code holds a blank or a line end.",
      "Form-encode it ('+' means a blank in a form), and trim what was pasted."},
     [](const signs& s) {
         return unknown_code(s) && s.body.value("code").find_first_of(" \t\r\n") != std::string_view::npos;
     }},
    {{"code_cut_out_of_url", "RFC 6749 §4.1.2",
      "The value sent as code holds more of the callback's URL than the code.",
      "Take the parameter code alone; parse the query instead of splitting the URL."},
     [](const signs& s) {
         return unknown_code(s) && s.body.value("code").find_first_of("&=?#") != std::string_view::npos;
     }},
    {{"code_unknown", "RFC 6749 §4.1.3", "This issuer never issued that code.",
      "Look for a code of another issuer or environment, or one that was cut short."},
     unknown_code},
    {{"code_verifier_without_code_challenge", "RFC 9700 §4.8.2",
      "The token request has a code_verifier, but the authorization request had no code_challenge.",
      "Send the code_challenge with the authorization request; look for a proxy or a link that drops it."},
     [](const signs& s) { return s.of({rule::token_code_verifier_expected}); }},
    {{"refresh_token_rotated_away", "RFC 9700 §4.14.2",
      "The refresh_token was used before and replaced by a new one.",
      "Store the new refresh_token of every refresh before anything else, and let one refresh run at a time."},
     [](const signs& s) { return s.note.got == got::refresh_token_retired; }},
    {{"refresh_token_ended", "RFC 6749 §5.2", "The refresh_token was revoked or has expired.",
      "Let the user sign in again."},
     [](const signs& s) { return s.note.got == got::refresh_token_ended; }},
    {{"access_token_as_refresh_token", "RFC 6749 §6", "The access_token was sent where the refresh_token belongs.",
      "Send the member refresh_token; if the response had none, let the user sign in again."},
     [](const signs& s) { return s.note.got == got::access_token_for_refresh; }},
    {{"refresh_token_unknown", "RFC 6749 §6", "This issuer never issued that refresh_token.",
      "Look for an access token sent in its place, or a token of another issuer."},
     [](const signs& s) {
         return s.of({rule::token_refresh_token_known, rule::token_refresh_token_present});
     }},
    {{"refresh_token_of_another_client", "RFC 6749 §6", "The refresh_token was issued to another client.",
      "Refresh with the client that got it."},
     [](const signs& s) { return s.of({rule::token_refresh_token_bound_to_client}); }},
    {{"refresh_scope_widened", "RFC 6749 §6", "The refresh asks for scopes that were never granted.",
      "Leave scope out when refreshing; for more, start a new authorization request."},
     [](const signs& s) { return s.of({rule::token_refresh_scope_not_widened}); }},
}};

}  // namespace

std::span<const mistake_row> token_mistakes() {
    return table;
}

}  // namespace assay::mock
