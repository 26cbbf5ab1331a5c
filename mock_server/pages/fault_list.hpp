// `GET /f/`: every fault there is, for people (HTML) and programs (JSON). Pure functions.
#pragma once

#include <string>

#include "http/message.hpp"

namespace assay::mock {

// HTML where the request asks for it (Accept), JSON otherwise. `origin`: before the path of the issuers.
[[nodiscard]] http::response list_of_faults(const http::request& r, const std::string& origin);

}  // namespace assay::mock
