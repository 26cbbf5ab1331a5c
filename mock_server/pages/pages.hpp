// The pages of a sign-in: sign-in form, consent, log-out, error. Plain HTML that works by keyboard and without
// JavaScript; every value is escaped. Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/issuer/issuer.hpp"
#include "mock_server/pages/layout.hpp"
#include "mock_server/rules/refusal.hpp"
#include "oauth/form.hpp"

namespace assay::mock::pages {

struct sign_in_view {
    std::string action;      // URL of the form
    std::string return_to;   // the authorization request, form-encoded
    std::string login_hint;  // preselects a user
    std::string csrf_token;
    std::string any_user{}, claims{};  // as they were typed, where any_user is on
    std::string problem{};             // why that was refused; empty: nothing was
};

struct consent_view {
    client asking;
    user who;
    std::vector<std::string> scope;
    std::string organization_field;          // empty: no choice of organization
    std::vector<std::string> organizations;  // ids to choose from
    std::string action;                      // URL of the form
    std::string csrf_token;                  // empty: none
    std::string user_code{};                 // of the device that asks; empty: no device does
};

struct log_out_view {
    std::string action;  // URL of the form
    std::string client_id, post_logout_redirect_uri, state, csrf_token;
};

[[nodiscard]] std::string log_out(const user& who, const log_out_view& v);
// `frames`: the clients' front-channel logout URLs (Front-Channel Logout §2); `next`: where the browser goes
// afterwards, empty: it stays.
[[nodiscard]] page logged_out(const std::vector<std::string>& frames, const std::string& next);
[[nodiscard]] std::string sign_in(const issuer& at, const std::string& client_id, const sign_in_view& v);
[[nodiscard]] page consent(const issuer& at, const consent_view& v);
// The form in which a user types the code of a device (RFC 8628 §3.3); `action`: its URL.
[[nodiscard]] std::string ask_user_code(const std::string& action);
// The user decided: go back to the device.
[[nodiscard]] std::string device_decided(const client& asking, bool allowed);
// OAuth 2.0 Form Post Response Mode §2: a page that automatically posts the response to the client.
[[nodiscard]] page form_post(const std::string& redirect_uri, const oauth::form& members);
// `so_far`: the request with the refusal, as the journal will record it.
[[nodiscard]] std::string error(const journal_entry& so_far, const refusal& r);

}  // namespace assay::mock::pages
