// The validations of a careful client, one row each: `assay rp` does all of them except those named in `without`. A
// mutant, the witness of a client check, is `assay rp` without one validation. Thread-safe: plain values.
#pragma once

#include <bitset>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"

namespace assay::harness {

enum class validation {
    state,
    state_missing,
    state_fresh,
    session_binding,
    unsolicited,
    replay,
    error_response,
    code_missing,
    unknown_parameters,
    iss_parameter,
    repeated_parameters,
    error_description,
    response_type,
    openid_scope,
    secret_in_url,
    nonce_fresh,
    pkce,
    pkce_s256,
    pkce_fresh,
    extra_parameters,
    discovery_issuer,
    required_metadata,
    endpoint_query,
    unknown_metadata,
    metadata_cached,
    flow_of_metadata,
    json_body,
    redirect_uri,
    code_once,
    secret_in_query,
    one_method,
    basic_encoding,
    form_encoding,
    secret_for_public,
    media_type,
    member_types,
    trailing_bytes,
    json_escapes,
    duplicate_members,
    error_code,
    error_member,
    error_missing,
    access_token,
    token_type,
    token_type_missing,
    token_type_case,
    unknown_members,
    scope_missing,
    all_members,
    null_members,
    expires_in,
    token_format,
    id_token_missing,
    malformed_jwt,
    crit,
    rs256,
    alg_none,
    alg_confusion,
    alg_client_secret,
    signature,
    kid,
    kid_missing,
    keys,
    iss,
    aud,
    aud_array,
    azp,
    exp,
    iat,
    nbf,
    sub,
    nonce,
    nonce_missing,
    null_nonce,
    at_hash,
    unknown_claims,
    userinfo_sub,
    bearer_header,
    userinfo_retry,
    userinfo_claims,
    boolean_text,
    optional_claims,
    refresh_code,
    refresh_retry,
    refresh_rotation,
    refresh_token_kept,
    retry_storm,
    refresh_sub,
    refresh_id_token,
    refresh_scope,
    refresh_iss,
    state_encoding,
    long_code,
    parameters_once,
    endpoints_of_metadata,
    large_metadata,
    auth_method,
    assertion_subject,
    assertion_audience,
    assertion_audience_alone,
    assertion_expiry,
    assertion_once,
    oauth_metadata_path,
    form_post,
    accept_json,
    host_port,
    redirects,
    bearer_forwarded,
    timeout,
    content_length,
    unreachable,
    chunked,
    many_headers,
    header_bytes,
    interim_answers,
    body_limit,
    compression,
    cookies,
    charset,
    nesting,
    long_token,
    unasked_id_token,
    refresh_token_place,
    jwks_refetched,
    jwks_cached,
    jwks_flood,
    key_changed,
    kid_ambiguous,
    key_type,
    key_last,
    unknown_keys,
    key_use,
    key_alg,
    symmetric_key,
    many_keys,
    header_key,
    key_size,
    symmetric_signature,
    alg_agreed,
    iat_age,
    skew,
    duplicate_claims,
    auth_time,
    par,
    par_error,
    dpop_nonce,
    dpop_case,
    dpop_ath,
    dpop_jti,
    dpop_binding,
    resource_token,
    certificate_chain,
    certificate_name,
    certificate_expiry,
    https_endpoints,
    token_status,
    header_url,
    printed_secrets,
    printed_refusals,
    logout_hint,
    terminating_slash,
    session_renewed,
    count_  // not a validation: their number
};

// What a client without the validation does in the case that the validation is for: gives an answer; exits, like a
// program that relies on something absent (mutant_exit in relying_party.hpp); or hangs.
enum class mutant_end { answers, dies, hangs };

struct validation_row {
    validation what;
    std::string_view name;     // in `without` and in `witness: { careless: … }`
    std::string_view clause;   // empty: robustness, without a clause
    std::string_view without;  // one sentence: what the client does without it
    mutant_end end = mutant_end::answers;
};

// Every validation, in the order of the enumeration.
[[nodiscard]] std::span<const validation_row> validations();

// The validations that a client leaves out.
class mutant {
public:
    // Errors: usage, with the nearest valid name.
    [[nodiscard]] static result<mutant> from_names(const std::vector<std::string>& names);
    [[nodiscard]] bool without(validation d) const { return left_out_.test(static_cast<std::size_t>(d)); }
    [[nodiscard]] bool does(validation d) const { return !without(d); }

private:
    std::bitset<static_cast<std::size_t>(validation::count_)> left_out_;
};

}  // namespace assay::harness
