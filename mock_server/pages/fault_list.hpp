// `GET /f/`: the list of all faults, for people (HTML) and programs (JSON). Thread-safe: pure functions.
#pragma once

#include <string>

#include "http/message.hpp"

namespace assay::mock {

// HTML if the request prefers it (Accept), JSON otherwise. `origin`: the URL before the path of the issuers.
[[nodiscard]] http::response list_of_faults(const http::request& r, const std::string& origin);

}  // namespace assay::mock
