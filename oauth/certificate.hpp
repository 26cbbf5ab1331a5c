// X.509 certificates as JSON Web Keys carry them (RFC 7517 §4.7). Thread-safe: pure functions.
#pragma once

#include <string_view>

namespace assay::oauth {

// One string of x5c: base64 (not base64url) of the DER of exactly one certificate.
[[nodiscard]] bool is_certificate(std::string_view base64);

}  // namespace assay::oauth
