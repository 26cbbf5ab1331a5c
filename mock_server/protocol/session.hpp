// The user signed in with this browser: a cookie has the id of a session of the issuer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_server/request/context.hpp"

namespace assay::mock {

[[nodiscard]] std::string cookie_value(const context& c, std::string_view name);
// The value of the session cookie, even if there is no session of that id; empty: no cookie.
[[nodiscard]] std::string session_id(const context& c);
// nullopt: unknown, ended or expired.
[[nodiscard]] std::optional<session> find_session(const context& c, const std::string& id);
[[nodiscard]] std::optional<session> current_session(const context& c);
// The signed-in user, or nullptr.
[[nodiscard]] std::shared_ptr<const user> session_user(const context& c);
// Where a web session is required: 403 for a user's access token; nullopt otherwise.
[[nodiscard]] std::optional<http::response> refuse_api_token(const context& c);
// Set-Cookie for that id. Its path is the issuer's, so that issuers of one origin have separate sign-ins.
[[nodiscard]] std::string session_cookie(const context& c, const std::string& id);
// Starts a session of that user now; returns its id.
[[nodiscard]] std::string start_session(context& c, const user& who);
// Gives the browser the session that was started, and at an isolated issuer an id of its own, which outlives
// sessions.
void keep_signed_in(const context& c, const std::string& id, http::response& out);
// The id of the browser at an isolated issuer; empty: it has none yet, or the issuer is not isolated.
[[nodiscard]] std::string browser_id(const context& c);

}  // namespace assay::mock
