// What a new issuer begins with. Not thread-safe: nobody else has the issuer yet.
#pragma once

#include <string>

#include "data/result.hpp"
#include "mock_server/issuer/issuer.hpp"
#include "mock_server/issuer/issuer_request.hpp"

namespace assay::mock {

// Errors: usage, if mocks that share a store could not serve this issuer alike. `seed`: the mock's.
[[nodiscard]] result<void> demand_shareable(const issuer_request& r, const std::string& seed);
// Sets the users, organizations and claims of the request. Errors: usage.
[[nodiscard]] result<void> settle(issuer& at, issuer_request r);
// The secret of a client that is given none: that of another mock with this store, which may have made it, or a new
// one.
[[nodiscard]] std::string secret_for(issuer& at, const std::string& client_id);
// What a request sets that can be set again at run time, as text to compare.
[[nodiscard]] std::string beginning_of(const issuer_request& r);

}  // namespace assay::mock
