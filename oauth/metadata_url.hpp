// The URLs of an issuer's metadata. An issuer may have a path and may end in a slash; both are part of its name and
// are compared character by character. Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace assay::oauth {

// The issuer without terminating slashes: what paths are appended to (OIDC Discovery §4.1).
[[nodiscard]] std::string without_terminating_slash(std::string_view issuer);

// OIDC Discovery §4: appended to the issuer. "https://a/t/" -> "https://a/t/.well-known/openid-configuration"
[[nodiscard]] std::string openid_configuration_url(std::string_view issuer);

// RFC 8414 §3.1: between host and path. "https://a/t" -> "https://a/.well-known/oauth-authorization-server/t"
[[nodiscard]] std::string authorization_server_metadata_url(std::string_view issuer);

}  // namespace assay::oauth
