// Clients that a run registers at a server that is not ours (RFC 7591), and deletes again (RFC 7592).
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/engine/subject.hpp"
#include "http/client.hpp"

namespace assay::harness {

// What the server said when it registered a client.
struct registration {
    std::string client_id;
    std::string uri;           // registration_client_uri; empty: it cannot be deleted
    std::string access_token;  // registration_access_token
};
[[nodiscard]] registration registration_of(const json::value& answer);

// RFC 7592 §2.3. False: the client is still there, as far as one can see.
[[nodiscard]] bool delete_registration(http::client& client, const registration& which);

// Registers `who` (role, auth_method, redirect_uris) at that endpoint and fills in client_id and client_secret.
// Errors: of http::client::send; environment (the server refused: its words).
[[nodiscard]] result<registration> register_client(http::client& client, const std::string& endpoint,
                                                   const std::string& initial_access_token, registered_client& who);

}  // namespace assay::harness
