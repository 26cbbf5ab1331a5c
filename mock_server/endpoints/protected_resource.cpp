// Metadata of the protected resources that this issuer itself plays (RFC 9728), and those that were configured.
#include <algorithm>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/endpoints/endpoints.hpp"

namespace assay::mock::endpoints {
namespace {

constexpr std::string_view well_known = "/.well-known/oauth-protected-resource";

}  // namespace

std::optional<resource> find_resource(const context& c, std::string_view path) {
    const auto& own = c.speaks().resources;
    const auto found = std::find_if(own.begin(), own.end(), [&](const resource& r) { return r.path == path; });
    if (found != own.end()) return *found;
    const auto& asked_for = c.at->resources();
    const auto uri = c.at->base() + std::string(path);
    if (path.empty() || std::find(asked_for.begin(), asked_for.end(), uri) == asked_for.end()) return std::nullopt;
    resource configured;
    configured.path = std::string(path);
    configured.subjects = {"user", "client", "organization"};
    return configured;
}

std::string resource_metadata_url(const context& c, std::string_view path) {
    const auto base = http::parse_url(c.at->base());
    if (!base) return {};
    // RFC 9728 §3.1: between host and path, without a slash at the end.
    return fmt::format("{}{}{}{}", base->origin(), well_known, base->path == "/" ? "" : base->path, path);
}

std::optional<std::string_view> match_resource_metadata(const context& c, std::string_view path) {
    if (!c.speaks().oauth_metadata || !path.ends_with(well_known)) return std::nullopt;
    return path.substr(0, path.size() - well_known.size());
}

answer resource_metadata(context& c, std::string_view path) {
    const auto r = find_resource(c, path);
    if (!r) return no_such_route(c, 404);
    if (c.request.method != "GET" && c.request.method != "HEAD") return no_such_route(c, 405);
    json::object m{{"resource", c.at->base() + r->path}, {"authorization_servers", json::array{c.at->url()}}};
    if (!r->scope.empty()) m.append("scopes_supported", json::array(r->scope.begin(), r->scope.end()));
    m.append("bearer_methods_supported", json::array{"header"});
    if (c.speaks().dpop) m.append("dpop_bound_access_tokens_required", false);
    auto out = json_response(200, std::move(m));
    out.head.append("Access-Control-Allow-Origin", "*");
    return out;
}

}  // namespace assay::mock::endpoints
