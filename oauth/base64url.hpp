// base64url without padding (RFC 4648 §5, RFC 7515 §2), plain base64 (RFC 4648 §4). Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "data/result.hpp"

namespace assay::oauth {

[[nodiscard]] std::string base64url_encode(std::string_view bytes);
void base64url_append(std::string& out, std::string_view bytes);  // the same, appended to `out`
// Strict: no padding, no white space, no other alphabet, unused bits zero. Errors: malformed.
[[nodiscard]] result<std::string> base64url_decode(std::string_view text);

[[nodiscard]] std::string base64_encode(std::string_view bytes);
// Padding required. Errors: malformed.
[[nodiscard]] result<std::string> base64_decode(std::string_view text);

}  // namespace assay::oauth
