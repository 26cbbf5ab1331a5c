// Metadata of protected resources (RFC 9728): those of this issuer, and those that were configured.
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/issuer/resources.hpp"
#include "mock_server/request/answers.hpp"

namespace assay::mock::endpoints {

std::optional<std::string_view> match_resource_metadata(const context& c, std::string_view path) {
    if (!c.speaks().oauth_metadata || !path.ends_with(resource_metadata_path)) return std::nullopt;
    return path.substr(0, path.size() - resource_metadata_path.size());
}

answer resource_metadata(context& c, std::string_view path) {
    const auto r = find_resource(*c.at, path);
    if (!r) return no_such_route(c, 404);
    if (c.in.request.method != "GET" && c.in.request.method != "HEAD") return no_such_route(c, 405);
    json::object m{{"resource", c.at->base() + r->path}, {"authorization_servers", json::array{c.at->url()}}};
    if (!r->scope.empty()) m.append("scopes_supported", json::array(r->scope.begin(), r->scope.end()));
    m.append("bearer_methods_supported", json::array{"header"});
    if (c.speaks().dpop) m.append("dpop_bound_access_tokens_required", false);
    auto out = json_response(200, std::move(m));
    out.head.append("Access-Control-Allow-Origin", "*");
    return out;
}

}  // namespace assay::mock::endpoints
