// Values of grant_type whose names are URIs, and the token types of RFC 8693 §3.
#pragma once

#include <string_view>

namespace assay::oauth {

inline constexpr std::string_view device_code_grant =
    "urn:ietf:params:oauth:grant-type:device_code";  // RFC 8628 §3.4
inline constexpr std::string_view token_exchange_grant = "urn:ietf:params:oauth:grant-type:token-exchange";
inline constexpr std::string_view jwt_bearer_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";  // RFC 7523 §2.1

namespace token_type {
inline constexpr std::string_view access_token = "urn:ietf:params:oauth:token-type:access_token";
inline constexpr std::string_view refresh_token = "urn:ietf:params:oauth:token-type:refresh_token";
inline constexpr std::string_view id_token = "urn:ietf:params:oauth:token-type:id_token";
inline constexpr std::string_view jwt = "urn:ietf:params:oauth:token-type:jwt";
}  // namespace token_type

}  // namespace assay::oauth
