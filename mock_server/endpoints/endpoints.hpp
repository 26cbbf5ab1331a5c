// Endpoints that dispatch finds by a pattern and not by their path; those with a path of their own are in table.hpp.
// One file each: a request (in its context) in, an answer out. No sockets here.
#pragma once

#include <optional>
#include <string_view>

#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

[[nodiscard]] answer metadata(context& c);  // OIDC Discovery §4, RFC 8414 §3
// RFC 9728: the path of the resource whose metadata is at `path`.
[[nodiscard]] std::optional<std::string_view> match_resource_metadata(const context& c, std::string_view path);
[[nodiscard]] answer resource_metadata(context& c, std::string_view path);
[[nodiscard]] answer manage_client(context& c, std::string_view client_id);  // RFC 7592
[[nodiscard]] answer resource_request(context& c, const resource& r, std::string_view organization_id);

}  // namespace assay::mock::endpoints
