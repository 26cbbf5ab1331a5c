// The sign-in form, shared by the authorization endpoint and by the page for the code of a device.
#pragma once

#include <memory>
#include <string>

#include "mock_server/request/answers.hpp"
#include "oauth/form.hpp"

namespace assay::mock::endpoints {

// `return_to`: the request that goes on after the sign-in, as a form: an authorization request, or the user_code of a
// device. `hint`: the login_hint of the request.
[[nodiscard]] http::response show_sign_in(context& c, const oauth::form& return_to, const std::string& hint = {});
// A user who has just signed in is not asked to sign in again; Polar's page changes prompt=login to consent.
[[nodiscard]] std::string without_prompt_login(const context& c, const std::string& prompt);
// The request is a pushed one or has a request object, so its prompt and max_age are not in the URL.
[[nodiscard]] bool refers(const oauth::form& p);
// A prompt=login or max_age=0 in a pushed request or a request object cannot be removed from the URL to which the
// browser returns. So it is remembered, for one use, that this user has just signed in for that request.
[[nodiscard]] std::string sign_in_note(const user& who, const oauth::form& p);

// The user whom a parameter of the request names (assay_user where sign_in is by_request, login_hint where any_user
// goes with auto), or the first (auto); nullptr: a person at a page.
[[nodiscard]] std::shared_ptr<const user> scripted_user(const context& c, const std::string& named);

}  // namespace assay::mock::endpoints
