// The protected resources that an issuer itself plays (RFC 9728): those of its dialect and of its configuration. Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

inline constexpr std::string_view resource_metadata_path = "/.well-known/oauth-protected-resource";

// The resource at that path below the issuer.
[[nodiscard]] std::optional<resource> find_resource(const issuer& at, std::string_view path);
// Where the metadata of the resource at that path is; empty where the issuer has no URL.
[[nodiscard]] std::string resource_metadata_url(const issuer& at, std::string_view path);

}  // namespace assay::mock
