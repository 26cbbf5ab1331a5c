// DPoP (RFC 9449) at the endpoints: the proof of a request, and what it must be bound to.
#pragma once

#include <optional>
#include <string>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// Reads and judges the proof of this request; afterwards c.dpop_jkt is the thumbprint of its key, or empty where none
// was sent. `access_token`: the one presented at a resource, where refusals are 401 with a challenge.
[[nodiscard]] std::optional<refusal> demand_dpop_proof(context& c, const client& who,
                                                       const std::string* access_token = nullptr);
// The access token and the scheme it came by are held against its binding (§7.1, §7.2).
[[nodiscard]] std::optional<refusal> demand_bound_key(context& c, const token_pair& token, const std::string& text,
                                                      bool by_dpop_scheme);

}  // namespace assay::mock
