// Who is signed in with this browser: a cookie that names a session of the issuer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_server/request/context.hpp"

namespace assay::mock {

[[nodiscard]] std::string cookie_value(const context& c, std::string_view name);
// The value of the session cookie, also where it names no session yet; empty: no cookie.
[[nodiscard]] std::string session_id(const context& c);
// As long as it lives; nullopt: unknown, ended or expired.
[[nodiscard]] std::optional<session> find_session(const context& c, const std::string& id);
[[nodiscard]] std::optional<session> current_session(const context& c);
// The person signed in, or nullptr.
[[nodiscard]] const user* session_user(const context& c);
// Where only a web session counts, a user's access token is the wrong kind of proof; an organization's is none.
[[nodiscard]] std::optional<http::response> refuse_api_token(const context& c);
// Set-Cookie for that id. Its path is the issuer's, so that issuers of one origin do not share sign-ins.
[[nodiscard]] std::string session_cookie(const context& c, const std::string& id);
// Signs a person in now; the id of the session.
[[nodiscard]] std::string start_session(context& c, const user& who);

}  // namespace assay::mock
