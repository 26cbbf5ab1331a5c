// From a request at an issuer to the plan of its answer: finds the endpoint, applies faults, writes the journal.
#pragma once

#include <memory>
#include <string>

#include "http/message.hpp"
#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

// `path`: below the issuer's URL, such as "/v1/oauth2/token". Thread-safe.
[[nodiscard]] http::plan dispatch(http::request&& r, std::shared_ptr<issuer> at, std::string path);

}  // namespace assay::mock
