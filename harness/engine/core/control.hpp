// One call of the mock's control API. Thread-safe: each thread has its own connection.
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"

namespace assay::harness {

// `url` is absolute; a null body sends none. The answer's JSON, null for 204. Errors: environment with the mock's own
// sentence, and what the http client reports.
[[nodiscard]] result<json::value> call_control(const std::string& method, const std::string& url,
                                               const json::value& body);

}  // namespace assay::harness
