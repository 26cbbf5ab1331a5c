// The rule table: one row for each thing an authorization server must enforce. Endpoints ask it; they hold no "if
// faulty" branches. A dialect may lack a rule (a leniency, printed at start) or word its refusal differently; a fault
// `{ defect: NAME }` switches one off. Thread-safe: constant data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace assay::mock {

enum class rule : std::uint8_t {
    // the authorization endpoint
    authorize_parameters_not_repeated,
    authorize_client_id_present,
    authorize_client_known,
    authorize_redirect_uri_present,
    authorize_redirect_uri_registered,
    authorize_redirect_uri_scheme,
    authorize_redirect_uri_host,
    authorize_redirect_uri_port,
    authorize_redirect_uri_path,
    authorize_redirect_uri_query,
    authorize_redirect_uri_fragment,
    authorize_redirect_uri_spelling,
    authorize_loopback_port_varies,
    authorize_redirect_uri_query_kept,
    authorize_response_type_present,
    authorize_response_type_supported,
    authorize_response_type_allowed,
    authorize_scope_present,
    authorize_scope_known,
    authorize_scope_allowed,
    authorize_code_challenge_present,
    authorize_code_challenge_well_formed,
    authorize_code_challenge_method_known,
    authorize_code_challenge_method_omitted,
    authorize_code_challenge_method_s256,
    authorize_pkce_for_public_clients,
    authorize_pkce_or_nonce,
    authorize_nonce_fresh,
    authorize_prompt_well_formed,
    authorize_sub_type_known,
    authorize_sub_for_organizations_only,
    authorize_login_required,
    authorize_consent_required,
    authorize_state_returned,
    authorize_iss_returned,
    authorize_framing_prevented,
    consent_denial_respected,
    consent_csrf_token,
    consent_organization_chosen,
    consent_organization_member,
    // client authentication
    client_id_present,
    client_known,
    client_credentials_present,
    client_secret_matches,
    client_method_registered,
    client_single_method,
    client_credentials_not_in_uri,
    client_id_consistent,
    client_challenge_returned,
    // the token endpoint
    token_method_post,
    token_media_type_form,
    token_media_type_parameters_ignored,
    token_chunked_body_read,
    token_request_bounded,
    token_unknown_parameters_ignored,
    token_empty_parameters_omitted,
    token_body_well_formed,
    token_parameters_not_repeated,
    token_grant_type_present,
    token_grant_type_supported,
    token_grant_type_allowed,
    token_code_present,
    token_code_known,
    token_code_unexpired,
    token_code_single_use,
    token_code_redeemed_atomically,
    token_code_bound_to_client,
    token_code_reuse_revokes,
    token_invalid_replay_harmless,
    token_grants_kept_apart,
    token_values_unguessable,
    token_redirect_uri_present,
    token_redirect_uri_matches,
    token_pkce_for_public_clients,
    token_code_verifier_expected,
    token_code_verifier_present,
    token_code_verifier_well_formed,
    token_code_verifier_matches,
    token_refresh_token_present,
    token_refresh_token_known,
    token_refresh_token_bound_to_client,
    token_refresh_token_unexpired,
    token_refresh_token_rotated,
    token_refresh_retired_atomically,
    token_refresh_reuse_revokes,
    token_refresh_scope_not_widened,
    token_refresh_scope_kept,
    token_refreshed_auth_time_kept,
    token_scope_not_widened,
    token_refresh_keeps_subject,
    token_scope_reported,
    token_not_cached,
    refusal_description_charset,
    // tokens at resources
    bearer_present,
    bearer_scheme_any_case,
    bearer_not_in_query,
    bearer_single_transport,
    bearer_known,
    bearer_unexpired,
    bearer_unrevoked,
    bearer_scope_sufficient,
    userinfo_post_accepted,
    resource_user_tokens_only,
    resource_organization_bound,
    // introspection and revocation
    introspect_client_authenticated,
    introspect_token_of_client,
    introspect_method_post,
    introspect_hint_widened,
    revoke_client_authenticated,
    revoke_token_present,
    revoke_token_of_client,
    revoke_takes_effect,
    revoke_ends_the_pair,
    revoke_method_post,
    revoke_hint_widened,
    // registration
    register_metadata_well_formed,
    register_redirect_uris_secure,
    register_private_use_scheme_dotted,
    register_scope_known,
    // client authentication by JWT, and guessing
    client_assertion_type_known,
    client_assertion_signature_verifies,
    client_assertion_issuer_matches,
    client_assertion_subject_matches,
    client_assertion_audience_matches,
    client_assertion_unexpired,
    client_assertion_not_early,
    client_assertion_recent,
    client_assertion_single_use,
    client_guessing_throttled,
    client_basic_form_decoded,
    register_secret_unguessable,
    // the client_credentials grant
    token_client_credentials_confidential,
    token_client_credentials_without_refresh_token,
    // pushed authorization requests
    par_method_post,
    par_request_uri_not_nested,
    par_request_validated,
    par_parameters_used,
    par_request_uri_known,
    par_request_uri_unexpired,
    par_request_uri_bound_to_client,
    par_request_uri_single_use,
    par_request_uri_unguessable,
    par_required_where_registered,
    // request objects
    jar_request_object_used,
    jar_signature_verifies,
    jar_client_id_consistent,
    jar_audience_matches,
    jar_unexpired,
    jar_not_early,
    jar_outer_parameters_ignored,
    authorize_request_uri_not_ignored,
    // proof of possession
    dpop_single_proof,
    dpop_proof_well_formed,
    dpop_typ_explicit,
    dpop_jwk_public,
    dpop_signature_verifies,
    dpop_htm_matches,
    dpop_htu_matches,
    dpop_iat_recent,
    dpop_jti_present,
    dpop_jti_fresh,
    dpop_ath_matches,
    dpop_nonce_demanded,
    dpop_token_bound,
    dpop_required_where_registered,
    dpop_bound_token_not_bearer,
    dpop_key_of_token,
    dpop_key_of_refresh_token,
    dpop_code_bound_to_key,
    dpop_par_key_consistent,
    // resource indicators and JWT access tokens
    resource_indicator_well_formed,
    resource_indicator_known,
    resource_indicator_granted,
    resource_indicator_narrows_audience,
    access_token_typed,
    access_token_claims_complete,
    access_token_signature_verifies,
    // registration and its management: registration_rules.hpp
    register_redirect_uris_without_fragment,
    register_grants_and_responses_agree,
    register_single_key_source,
    register_software_statement_judged,
    register_initiate_login_uri_https,
    register_metadata_echoed,
    register_secret_expiry_returned,
    register_public_client_without_secret,
    register_unknown_metadata_ignored,
    management_token_present,
    management_token_matches,
    management_client_id_matches,
    management_secret_not_chosen,
    management_update_replaces,
    management_deletion_takes_effect,
    management_deletion_ends_tokens,
    // what a client can rely on beside the refusals: conduct_rules.hpp
    authorize_post_accepted,
    authorize_unknown_parameters_ignored,
    authorize_empty_parameters_omitted,
    authorize_parameters_in_any_order,
    authorize_scope_in_any_order,
    authorize_state_whole,
    authorize_iss_returned_with_errors,
    authorize_code_in_query,
    authorize_redirect_drops_form,
    authorize_referrer_suppressed,
    consent_asked_for_public_clients,
    client_advertised_methods_accepted,
    client_assertion_any_registered_key,
    id_token_subject_stable,
    register_id_token_alg_supported,
    register_default_sub_type_dropped,
    jwks_cacheable,
    count_
};
inline constexpr std::size_t rule_count = static_cast<std::size_t>(rule::count_);

// Where a refusal goes: to the person as a page, back to the client by redirect, or as a JSON answer of an endpoint
// (at a protected resource with the challenge of its scheme).
// `validation` is a framework's 422 that lists what does not fit.
enum class channel : std::uint8_t { page, redirect, json, client_authentication, bearer, dpop, validation, silent };

// `description` may hold one {}: what was sent. Empty: the answer carries no error_description.
struct rule_row {
    rule id;
    std::string_view name;  // "token.code_verifier_matches"
    std::string_view clause;
    std::string_view summary;
    channel where;
    int status;
    std::string_view error;
    std::string_view description;
};

[[nodiscard]] std::span<const rule_row> rules();
[[nodiscard]] const rule_row& row(rule id);
[[nodiscard]] std::optional<rule> find_rule(std::string_view name);

}  // namespace assay::mock
