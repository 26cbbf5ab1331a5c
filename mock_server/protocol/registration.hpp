// Client metadata in requests (RFC 7591 §2, §3.1) and in responses (§3.2.1); shared by registration and management
// (RFC 7592).
#pragma once

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The client in the body, without client_id and secret. `before`: the client that an update replaces.
[[nodiscard]] outcome<client> read_registration(context& c, const json::value& document,
                                                const client* before = nullptr);
// Order of the members. 201: metadata first, then what the server assigned. 200 of management: the reverse.
[[nodiscard]] json::object registration_answer(const context& c, const client& registered, bool metadata_first);
// Assigns a client_secret if the authentication method needs one.
void give_secret(context& c, client& to);

}  // namespace assay::mock
