// Telling the clients of a session that it ended: OpenID Connect Back-Channel Logout 1.0 and Front-Channel
// Logout 1.0.
#pragma once

#include <string>
#include <vector>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The client registered a URL where it wants to hear of logouts: its ID Tokens have a sid.
[[nodiscard]] bool hears_of_logouts(const client& c);
// The refresh tokens that came of the session end, but those with offline_access (Back-Channel Logout §2.7).
void end_refresh_tokens(context& c, const std::string& session_id, const session& ended);
// Sends a logout token to each client of the session that registered a backchannel_logout_uri; what came of it stands
// in the journal as `backchannel_logout`.
void send_logout_tokens(context& c, const std::string& session_id, const session& ended);
// What the page that ends the session loads in frames: each frontchannel_logout_uri, with iss and sid.
[[nodiscard]] std::vector<std::string> logout_frames(const context& c, const std::string& session_id,
                                                     const session& ended);

}  // namespace assay::mock
