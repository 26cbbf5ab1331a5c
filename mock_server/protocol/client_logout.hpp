// Notifies the clients of a session that it ended: OpenID Connect Back-Channel Logout 1.0 and Front-Channel Logout
// 1.0.
#pragma once

#include <string>
#include <vector>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The client registered a logout URL: its ID Tokens have a sid.
[[nodiscard]] bool hears_of_logouts(const client& c);
// Revokes the refresh tokens of the session, except those with offline_access (Back-Channel Logout §2.7).
void end_refresh_tokens(context& c, const std::string& session_id, const session& ended);
// Sends a logout token to each client of the session with a backchannel_logout_uri; the result is in the journal as
// `backchannel_logout`.
void send_logout_tokens(context& c, const std::string& session_id, const session& ended);
// The URLs of the frames in the logout page: each frontchannel_logout_uri, with iss and sid.
[[nodiscard]] std::vector<std::string> logout_frames(const context& c, const std::string& session_id,
                                                     const session& ended);

}  // namespace assay::mock
