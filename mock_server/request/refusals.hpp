// How a refusal is answered: by JSON, a challenge (RFC 6750 §3, RFC 9449 §7.1), a page. Used by one thread.
#pragma once

#include "mock_server/request/answers.hpp"

namespace assay::mock {

// The refusal as its channel sends it (all but redirects, which the authorization endpoint makes itself).
[[nodiscard]] http::response refusal_response(context& c, const refusal& r);

}  // namespace assay::mock
