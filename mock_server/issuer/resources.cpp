#include "mock_server/issuer/resources.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "http/url.hpp"

namespace assay::mock {

std::optional<resource> find_resource(const issuer& at, std::string_view path) {
    const auto& own = at.speaks().resources;
    const auto found = std::find_if(own.begin(), own.end(), [&](const resource& r) { return r.path == path; });
    if (found != own.end()) return *found;
    const auto& asked_for = at.resources();
    const auto uri = at.base() + std::string(path);
    if (path.empty() || std::find(asked_for.begin(), asked_for.end(), uri) == asked_for.end()) return std::nullopt;
    resource configured;
    configured.path = std::string(path);
    configured.subjects = {"user", "client", "organization"};
    return configured;
}

std::string resource_metadata_url(const issuer& at, std::string_view path) {
    const auto base = http::parse_url(at.base());
    if (!base) return {};
    // RFC 9728 §3.1: the well-known name goes between host and path; no slash at the end.
    return fmt::format("{}{}{}{}", base->origin(), resource_metadata_path, base->path == "/" ? "" : base->path, path);
}

}  // namespace assay::mock
