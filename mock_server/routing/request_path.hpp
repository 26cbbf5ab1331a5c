// Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace assay::mock {

// The path of a request below the mock's URL, whose path is `prefix`: without it, if the request has it, and with a
// well-known name that comes first (RFC 8414 §3.1) at its end.
[[nodiscard]] std::string path_below(std::string_view prefix, std::string_view path);

}  // namespace assay::mock
