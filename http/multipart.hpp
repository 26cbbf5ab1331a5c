// multipart/form-data (RFC 7578): the text fields of a body, in order. Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/result.hpp"

namespace assay::http {

[[nodiscard]] bool is_multipart_form(std::string_view content_type);
// Names and values. Errors: malformed (no boundary, a part without a name, no closing boundary), limit (1000 parts).
[[nodiscard]] result<std::vector<std::pair<std::string, std::string>>> parse_multipart(std::string_view content_type,
                                                                                       std::string_view body);

}  // namespace assay::http
