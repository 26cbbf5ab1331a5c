// Calls the mock's control API. Thread-safe: one connection per thread, unless a client is passed.
#pragma once

#include <string>

#include "data/json.hpp"
#include "data/result.hpp"
#include "http/client.hpp"

namespace assay::harness {

// `url` is absolute; a null body is not sent. Returns the answer's JSON, null for an empty body. Errors: environment,
// with the message of the mock or the reason for no answer.
[[nodiscard]] result<json::value> call_control(const std::string& method, const std::string& url,
                                               const json::value& body);
[[nodiscard]] result<json::value> call_control(http::client& client, const std::string& method,
                                               const std::string& url, const json::value& body);

}  // namespace assay::harness
