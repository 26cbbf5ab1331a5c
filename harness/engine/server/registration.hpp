// Clients that a run registers at a server that is not ours (RFC 7591), and deletes again (RFC 7592).
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/engine/server/subject.hpp"
#include "http/client.hpp"

namespace assay::harness {

[[nodiscard]] registration registration_of(const json::value& answer);

// RFC 7592 §2.3. False: the client is still there, as far as one can see.
[[nodiscard]] bool delete_registration(http::client& client, const registration& which);

// Registers `who` (role, auth_method, redirect_uris, and `more` members) at that endpoint and fills in client_id,
// client_secret and, of `more`, its redirect_uris. Errors: of http::client::send; environment (the server refused:
// its words); unsupported (401 or 403: registration is protected, RFC 7591 §3; other values were registered, §3.2.1).
[[nodiscard]] result<registration> register_client(http::client& client, const std::string& endpoint,
                                                   const std::string& initial_access_token, registered_client& who,
                                                   const json::object& more = {});

}  // namespace assay::harness
