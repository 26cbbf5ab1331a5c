// DPoP (RFC 9449) at the endpoints: the proof of a request, and the binding of tokens to its key.
#pragma once

#include <optional>
#include <string>

#include "mock_server/request/context.hpp"

namespace assay::mock {

// Reads and checks the proof of this request; afterwards c.dpop_jkt is the thumbprint of its key, or empty without a
// proof. `access_token`: the one presented at a resource, where refusals are 401 with a challenge.
[[nodiscard]] std::optional<refusal> demand_dpop_proof(context& c, const client& who,
                                                       const std::string* access_token = nullptr);
// Checks the access token's binding against the proof and the scheme (§7.1, §7.2).
[[nodiscard]] std::optional<refusal> demand_bound_key(context& c, const token_pair& token, const std::string& text,
                                                      bool by_dpop_scheme);

}  // namespace assay::mock
