// client_secret_basic (RFC 6749 §2.3.1): form-encoded parts, a colon, base64. Thread-safe: plain functions.
#pragma once

#include <string>
#include <string_view>

#include "data/result.hpp"

namespace assay::oauth {

struct basic_credentials {
    std::string client_id;
    std::string client_secret;
};
// The whole header value: "Basic …".
[[nodiscard]] std::string format_basic(std::string_view client_id, std::string_view client_secret);
// Errors: malformed (another scheme, bad base64, no colon, bad form encoding). The scheme is case-insensitive.
[[nodiscard]] result<basic_credentials> parse_basic(std::string_view header_value);
// The token of "Bearer …" (RFC 6750 §2.1), or an error: malformed.
[[nodiscard]] result<std::string> parse_bearer(std::string_view header_value);

}  // namespace assay::oauth
