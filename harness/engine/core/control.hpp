// One call of the mock's control API. Thread-safe: each thread has its own connection, unless a client is given.
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"
#include "http/client.hpp"

namespace assay::harness {

// `url` is absolute; a null body sends none. The answer's JSON, null where it has no body. Errors: environment, with
// the mock's own sentence or why there was no answer.
[[nodiscard]] result<json::value> call_control(const std::string& method, const std::string& url,
                                               const json::value& body);
[[nodiscard]] result<json::value> call_control(http::client& client, const std::string& method,
                                               const std::string& url, const json::value& body);

}  // namespace assay::harness
