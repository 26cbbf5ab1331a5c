// From a request at an issuer to the plan that answers it: the endpoint, the faults on its answer, the journal.
#pragma once

#include <memory>
#include <string>

#include "http/message.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

// `path`: below the issuer, "/v1/oauth2/token". Thread-safe.
[[nodiscard]] http::plan dispatch(http::request r, std::shared_ptr<issuer> at, std::string path);

}  // namespace assay::mock
