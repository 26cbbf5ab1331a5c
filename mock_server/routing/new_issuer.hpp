// What a new issuer begins with. Not thread-safe: nobody else has the issuer yet.
#pragma once

#include <string>

#include "data/result.hpp"
#include "mock_server/issuer/issuer.hpp"
#include "mock_server/issuer/issuer_request.hpp"

namespace assay::mock {

// Sets the users, organizations and claims of the request. Errors: usage.
[[nodiscard]] result<void> settle(issuer& at, issuer_request r);
// The secret of a client that is given none: that of another mock with this store, which may have made it, or a new
// one.
[[nodiscard]] std::string secret_for(issuer& at, const std::string& client_id);
// What a request sets that can be set again at run time, as text to compare.
[[nodiscard]] std::string beginning_of(const issuer_request& r);

}  // namespace assay::mock
