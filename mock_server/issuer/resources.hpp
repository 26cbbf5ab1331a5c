// The protected resources of an issuer (RFC 9728): those of its dialect and of its configuration. Thread-safe: pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_server/issuer/issuer.hpp"

namespace assay::mock {

inline constexpr std::string_view resource_metadata_path = "/.well-known/oauth-protected-resource";

// The resource at that path below the issuer's URL.
[[nodiscard]] std::optional<resource> find_resource(const issuer& at, std::string_view path);
// URL of the metadata of the resource at that path; empty when the issuer has no valid URL.
[[nodiscard]] std::string resource_metadata_url(const issuer& at, std::string_view path);

}  // namespace assay::mock
