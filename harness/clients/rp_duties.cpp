#include "harness/clients/rp_duties.hpp"

#include <array>

#include "data/nearest.hpp"

namespace assay::harness {
namespace {

constexpr std::array<duty_row, static_cast<std::size_t>(duty::count_)> table{{
    {duty::state, "state", "RFC 6749 §10.12", "Takes a callback with any state."},
    {duty::state_missing, "state_missing", "RFC 6749 §10.12", "Takes a callback without state."},
    {duty::state_fresh, "state_fresh", "RFC 6749 §10.12", "Sends the same short state each time."},
    {duty::session_binding, "session_binding", "RFC 9700 §4.7", "Takes a callback in another browser's session."},
    {duty::unsolicited, "unsolicited", "RFC 9700 §4.5", "Redeems a code though no sign-in was started."},
    {duty::replay, "replay", "RFC 9700 §4.7", "Redeems the same callback again."},
    {duty::error_response, "error_response", "RFC 6749 §4.1.2.1", "Overlooks an error in the callback."},
    {duty::code_missing, "code_missing", "RFC 6749 §4.1.2", "Sends a token request without a code."},
    {duty::unknown_parameters, "unknown_parameters", "RFC 6749 §4.1.2",
     "Refuses a callback with unknown parameters."},
    {duty::iss_parameter, "iss_parameter", "RFC 9207 §2.4", "Overlooks the iss of the callback."},
    {duty::repeated_parameters, "repeated_parameters", "RFC 6749 §3.1",
     "Takes the first of a repeated callback parameter."},
    {duty::error_description, "error_description", "", "Ends at an error_description that is not plain ASCII."},
    {duty::response_type, "response_type", "RFC 6749 §4.1.1", "Asks for a token in the front channel."},
    {duty::openid_scope, "openid_scope", "OIDC Core §3.1.2.1", "Leaves openid out of the scope."},
    {duty::secret_in_url, "secret_in_url", "RFC 6749 §2.3.1", "Writes its secret into the authorization request."},
    {duty::nonce_fresh, "nonce_fresh", "OIDC Core §15.5.2", "Sends the same short nonce each time."},
    {duty::pkce, "pkce", "RFC 9700 §2.1.1", "Sends no code_challenge."},
    {duty::pkce_s256, "pkce_s256", "RFC 7636 §4.2", "Uses the plain code_challenge_method."},
    {duty::extra_parameters, "extra_parameters", "RFC 6749 §8.2", "Drops the provider's own parameters."},
    {duty::discovery_issuer, "discovery_issuer", "OIDC Discovery §4.3", "Takes metadata of another issuer."},
    {duty::required_metadata, "required_metadata", "OIDC Discovery §3", "Ends when a required member is missing."},
    {duty::endpoint_query, "endpoint_query", "RFC 6749 §3.1", "Drops the query of the endpoints in the metadata."},
    {duty::unknown_metadata, "unknown_metadata", "OIDC Discovery §3", "Refuses metadata with unknown members."},
    {duty::metadata_cached, "metadata_cached", "", "Fetches the metadata for every sign-in."},
    {duty::flow_of_metadata, "flow_of_metadata", "RFC 9700 §2.1.2", "Uses the first flow that the metadata offers."},
    {duty::json_body, "json_body", "", "Ends when a body is not JSON."},
    {duty::redirect_uri, "redirect_uri", "RFC 6749 §4.1.3", "Sends no redirect_uri with the code."},
    {duty::code_once, "code_once", "RFC 6749 §4.1.2", "Sends the code again after a server error."},
    {duty::secret_in_query, "secret_in_query", "RFC 6749 §2.3.1",
     "Writes its credentials into the URL of the token endpoint."},
    {duty::one_method, "one_method", "RFC 6749 §2.3", "Authenticates in the header and in the body."},
    {duty::basic_encoding, "basic_encoding", "RFC 6749 §2.3.1",
     "Joins client_id and client_secret without encoding them."},
    {duty::form_encoding, "form_encoding", "RFC 6749 App. B", "Writes form values as they are."},
    {duty::secret_for_public, "secret_for_public", "RFC 6749 §3.2.1",
     "Leaves its client_id out of the body when it has no secret."},
    {duty::media_type, "media_type", "", "Ends when the media type is not exactly application/json."},
    {duty::member_types, "member_types", "", "Ends when a member has another type than it expects."},
    {duty::trailing_bytes, "trailing_bytes", "RFC 8259 §2", "Reads JSON up to the last brace."},
    {duty::json_escapes, "json_escapes", "RFC 8259 §7", "Cuts the access token out of the JSON text."},
    {duty::duplicate_members, "duplicate_members", "RFC 8259 §4", "Ends at a member that comes twice."},
    {duty::error_code, "error_code", "RFC 6749 §5.2", "Reports an error without its code."},
    {duty::error_member, "error_member", "RFC 6749 §5.2", "Takes an error with status 200 for a success."},
    {duty::access_token, "access_token", "RFC 6749 §5.1", "Uses the ID Token where the access token is missing."},
    {duty::token_type, "token_type", "RFC 6749 §7.1", "Uses a token of any type as Bearer."},
    {duty::token_type_missing, "token_type_missing", "RFC 6749 §5.1", "Takes a token without a type for Bearer."},
    {duty::token_type_case, "token_type_case", "RFC 6749 §5.1", "Compares token_type with its case."},
    {duty::unknown_members, "unknown_members", "RFC 6749 §5.1", "Refuses a token response with unknown members."},
    {duty::scope_missing, "scope_missing", "RFC 6749 §5.1", "Refuses a token response without scope."},
    {duty::all_members, "all_members", "", "Hands on nothing but the access token."},
    {duty::null_members, "null_members", "", "Reads a null as the text \"null\"."},
    {duty::expires_in, "expires_in", "", "Ends when expires_in is not a number."},
    {duty::token_format, "token_format", "RFC 6749 §1.4", "Refuses an access token that looks new to it."},
    {duty::id_token_missing, "id_token_missing", "OIDC Core §3.1.3.3", "Signs in without an ID Token."},
    {duty::malformed_jwt, "malformed_jwt", "RFC 7519 §7.2", "Ends when the ID Token is no JWT."},
    {duty::crit, "crit", "RFC 7515 §4.1.11", "Overlooks critical header members."},
    {duty::rs256, "rs256", "OIDC Core §15.1", "Knows no RS256."},
    {duty::alg_none, "alg_none", "RFC 8725 §3.1", "Takes an unsigned ID Token."},
    {duty::alg_confusion, "alg_confusion", "RFC 8725 §2.1", "Verifies HS256 with the public key as secret."},
    {duty::alg_client_secret, "alg_client_secret", "OIDC Core §3.1.3.7 (7)",
     "Verifies HS256 with the client_secret."},
    {duty::signature, "signature", "OIDC Core §3.1.3.7 (6)", "Does not verify the signature."},
    {duty::kid, "kid", "OIDC Core §10.1", "Tries every key, whatever the kid."},
    {duty::kid_missing, "kid_missing", "OIDC Core §10.1", "Refuses an ID Token without kid."},
    {duty::keys, "keys", "RFC 8725 §3.1", "Takes an ID Token unverified when it cannot get a key for it."},
    {duty::iss, "iss", "OIDC Core §3.1.3.7 (2)", "Does not look at iss."},
    {duty::aud, "aud", "OIDC Core §3.1.3.7 (3)", "Does not look at aud."},
    {duty::aud_array, "aud_array", "OIDC Core §2", "Refuses an aud that is a list."},
    {duty::azp, "azp", "OIDC Core §3.1.3.7 (5)", "Does not look at azp."},
    {duty::exp, "exp", "OIDC Core §3.1.3.7 (9)", "Does not look at exp."},
    {duty::iat, "iat", "OIDC Core §2", "Does not look at iat."},
    {duty::nbf, "nbf", "RFC 7519 §4.1.5", "Does not look at nbf."},
    {duty::sub, "sub", "OIDC Core §2", "Does not look at sub."},
    {duty::nonce, "nonce", "OIDC Core §3.1.3.7 (11)", "Does not look at nonce."},
    {duty::nonce_missing, "nonce_missing", "OIDC Core §3.1.3.7 (11)", "Compares nonce only where there is one."},
    {duty::null_nonce, "null_nonce", "", "Refuses an ID Token whose nonce is null though none was sent."},
    {duty::at_hash, "at_hash", "OIDC Core §3.1.3.8", "Does not look at at_hash."},
    {duty::unknown_claims, "unknown_claims", "OIDC Core §2", "Refuses an ID Token with unknown claims."},
    {duty::userinfo_sub, "userinfo_sub", "OIDC Core §5.3.2", "Does not compare the sub of UserInfo."},
    {duty::bearer_header, "bearer_header", "RFC 6750 §2.1", "Writes the access token into the URL."},
    {duty::userinfo_retry, "userinfo_retry", "RFC 6750 §3.1", "Asks UserInfo again and again after a 401."},
    {duty::userinfo_claims, "userinfo_claims", "OIDC Core §5.4", "Hands on nothing of UserInfo but sub."},
    {duty::boolean_text, "boolean_text", "OIDC Core §5.1", "Takes any text for true."},
    {duty::optional_claims, "optional_claims", "", "Cannot do without an email address."},
    {duty::refresh_code, "refresh_code", "RFC 6749 §6", "Sends a code with its refresh token."},
    {duty::refresh_retry, "refresh_retry", "RFC 6749 §5.2", "Forgets its refresh token at a server error."},
    {duty::refresh_rotation, "refresh_rotation", "RFC 6749 §6", "Goes on with the first refresh token."},
    {duty::refresh_token_kept, "refresh_token_kept", "RFC 6749 §6",
     "Forgets its refresh token when the answer has none."},
    {duty::retry_storm, "retry_storm", "RFC 9110 §15.6.4",
     "Sends a refresh again and again while the server is busy."},
    {duty::refresh_sub, "refresh_sub", "OIDC Core §12.2", "Does not look at the sub of a refreshed ID Token."},
    {duty::refresh_id_token, "refresh_id_token", "OIDC Core §12.2", "Refuses a refresh that brings no ID Token."},
    {duty::refresh_scope, "refresh_scope", "RFC 6749 §6",
     "Keeps the scope of the sign-in, whatever the refresh says."},
    {duty::refresh_iss, "refresh_iss", "OIDC Core §12.2", "Does not look at the iss of a refreshed ID Token."},
}};

}  // namespace

std::span<const duty_row> duties() {
    return table;
}

result<careless_set> careless_set::from_names(const std::vector<std::string>& names) {
    careless_set set;
    for (const std::string& name : names) {
        bool known = false;
        for (const duty_row& row : table) {
            if (row.name != name) continue;
            set.left_out_.set(static_cast<std::size_t>(row.what));
            known = true;
        }
        if (known) continue;
        std::vector<std::string> valid;
        for (const duty_row& row : table) valid.emplace_back(row.name);
        return fail(errc::usage, "assay rp knows no duty '" + name + "'" + did_you_mean(name, valid));
    }
    return set;
}

}  // namespace assay::harness
