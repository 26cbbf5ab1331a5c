// The rows of OpenID Connect's request parameters and of sessions (OIDC Core, OAuth 2.0 Form Post Response
// Mode). Part of the table in rules.cpp.
#pragma once

#include "mock_server/rules.hpp"

namespace assay::mock {

inline constexpr rule_row openid_rows[] = {
    {rule::authorize_prompt_login_respected, "authorize.prompt_login_respected", "OIDC Core §3.1.2.1",
     "prompt=login asks a person who is signed in to sign in again.", channel::silent, 0, "", ""},
    {rule::authorize_prompt_consent_respected, "authorize.prompt_consent_respected", "OIDC Core §3.1.2.1",
     "prompt=consent asks for consent that was given before.", channel::silent, 0, "", ""},
    {rule::authorize_prompt_none_silent, "authorize.prompt_none_silent", "OIDC Core §3.1.2.1",
     "prompt=none never shows a page.", channel::silent, 0, "", ""},
    {rule::authorize_session_used, "authorize.session_used", "OIDC Core §3.1.2.3",
     "Whoever is signed in, and recently enough, is not asked to sign in.", channel::silent, 0, "", ""},
    {rule::authorize_max_age_respected, "authorize.max_age_respected", "OIDC Core §3.1.2.1",
     "A sign-in older than max_age is done again.", channel::silent, 0, "", ""},
    {rule::authorize_id_token_hint_respected, "authorize.id_token_hint_respected", "OIDC Core §3.1.2.1",
     "The code is for the person of the id_token_hint, or for nobody.", channel::silent, 0, "", ""},
    {rule::authorize_claims_sub_respected, "authorize.claims_sub_respected", "OIDC Core §5.5.1",
     "A sub asked for by value is the one that signs in, or nobody does.", channel::silent, 0, "", ""},
    {rule::authorize_claims_used, "authorize.claims_used", "OIDC Core §5.5",
     "Claims asked for one by one are returned where asked for.", channel::silent, 0, "", ""},
    {rule::authorize_openid_parameters_well_formed, "authorize.openid_parameters_well_formed", "OIDC Core §3.1.2.2",
     "max_age is a number of seconds and claims a JSON object.", channel::redirect, 400, "invalid_request",
     "Invalid '{}'"},
    {rule::authorize_login_hint_tolerated, "authorize.login_hint_tolerated", "OIDC Core §15.1",
     "login_hint makes no error.", channel::redirect, 400, "invalid_request", "login_hint is not supported."},
    {rule::authorize_display_tolerated, "authorize.display_tolerated", "OIDC Core §15.1", "display makes no error.",
     channel::redirect, 400, "invalid_request", "display is not supported."},
    {rule::authorize_locales_tolerated, "authorize.locales_tolerated", "OIDC Core §15.1",
     "ui_locales and claims_locales make no error.", channel::redirect, 400, "invalid_request",
     "locales are not supported."},
    {rule::authorize_acr_values_tolerated, "authorize.acr_values_tolerated", "OIDC Core §15.1",
     "acr_values that the server does not know make no error.", channel::redirect, 400, "invalid_request",
     "acr_values is not supported."},
    {rule::authorize_offline_access_consented, "authorize.offline_access_consented", "OIDC Core §11",
     "offline_access without prompt=consent is ignored.", channel::silent, 0, "", ""},
    {rule::authorize_form_post_delivered, "authorize.form_post_delivered", "OAuth Form Post §2",
     "response_mode=form_post delivers the response by a form, nothing in the URL.", channel::silent, 0, "", ""},
    {rule::authorize_form_post_not_cached, "authorize.form_post_not_cached", "OAuth Form Post §2",
     "The page of the form is not cached.", channel::silent, 0, "", ""},
    {rule::id_token_auth_time_of_sign_in, "id_token.auth_time_of_sign_in", "OIDC Core §2",
     "auth_time is when the person signed in, not when the code was made.", channel::silent, 0, "", ""},
    {rule::claims_by_scope, "claims.by_scope", "OIDC Core §5.4", "The scopes profile and email bring their claims.",
     channel::silent, 0, "", ""},
};

}  // namespace assay::mock
