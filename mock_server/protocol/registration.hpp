// Client metadata as a client sends it (RFC 7591 §2, §3.1) and as the server answers (§3.2.1); shared by registration
// and by its management (RFC 7592).
#pragma once

#include "mock_server/request/context.hpp"

namespace assay::mock {

// The client that the body describes; it has no client_id and no secret yet. `before`: what an update replaces.
[[nodiscard]] outcome<client> read_registration(context& c, const json::value& document,
                                                const client* before = nullptr);
// 201: the metadata first, then what the server made. 200 of management: the other way round.
[[nodiscard]] json::object registration_answer(const context& c, const client& registered, bool metadata_first);
// What the client authenticates with, where it needs something.
void give_secret(context& c, client& to);

}  // namespace assay::mock
