// Registers clients at a real server for a run (RFC 7591), and deletes them again (RFC 7592).
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/engine/server/subject.hpp"
#include "http/client.hpp"

namespace assay::harness {

[[nodiscard]] registration registration_of(const json::value& answer);

// RFC 7592 §2.3. False: the client probably still exists.
[[nodiscard]] bool delete_registration(http::client& client, const registration& which);

// Registers `who` (role, auth_method, redirect_uris, the public parts of its keys; `more` members) there; sets
// client_id, client_secret and the redirect_uris of `more`. Errors: of http::client::send; environment (refused, with
// the server's message); unsupported (401, 403: protected, RFC 7591 §3; other values were registered, §3.2.1).
[[nodiscard]] result<registration> register_client(http::client& client, const std::string& endpoint,
                                                   const std::string& initial_access_token, registered_client& who,
                                                   const json::object& more = {});

// The same with every grant that the capabilities of the server name and a client with that auth_method can have;
// where the server does not register them all, with those of a sign-in.
[[nodiscard]] result<registration> register_with_grants(http::client& client, const std::string& endpoint,
                                                        const issuer_view& at, registered_client& who);

}  // namespace assay::harness
