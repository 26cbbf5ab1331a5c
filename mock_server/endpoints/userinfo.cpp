// UserInfo (OIDC Core §5.3) and the protected resources of the dialect (RFC 6750).
#include <algorithm>
#include <array>

#include "mock_server/endpoints/created_resource.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/protocol/bearer.hpp"
#include "mock_server/protocol/openid_request.hpp"
#include "mock_server/protocol/organizations.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"
#include "mock_server/request/shape.hpp"
#include "oauth/jwt.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::endpoints {
namespace {

json::object organization_json(const organization& o) {
    return json::object{{"id", o.id}, {"slug", o.slug}, {"name", o.name}};
}

// The organization, if the token gives access to it.
outcome<organization> reachable(context& c, const token_pair& token, std::string_view id) {
    const auto* found = c.at->find_organization(id);
    const auto reached = reached_organizations(c, token.grant->of);
    const bool reaches = found != nullptr && std::find(reached.begin(), reached.end(), found->id) != reached.end();
    if (auto no = c.demand(rule::resource_organization_bound, reaches, id, token.grant->of.sub)) return refuse(*no);
    if (found == nullptr) {
        return refuse({rule::resource_organization_bound, 404, "ResourceNotFound", "Not found", channel::json, "",
                       std::string(id)});
    }
    return *found;
}

// OIDC Core §5.3.2: a JWT with iss and aud in addition to the claims.
http::response signed_response(const context& c, const client& to, json::object claims) {
    const auto alg = c.at->signing_alg(to, "userinfo_signed_response_alg");
    const auto& key = c.at->signing_key(alg);
    claims.set("iss", c.at->url());
    claims.set("aud", to.client_id);
    http::response out;
    out.head.append("Content-Type", "application/jwt");
    out.body = oauth::sign_jwt(claims, *oauth::parse_alg(alg), key).value_or("");
    return out;
}

}  // namespace

answer userinfo(context& c) {
    const auto& method = c.in.request.method;
    if (method != "GET" && method != "POST" && method != "HEAD") return no_such_route(c, 405);
    if (auto no = c.tolerate(rule::userinfo_post_accepted, c.in.request.method == "POST", "POST"))
        return refusal_response(c, *no);
    auto token = authorize_bearer(c);
    if (!token) return refusal_response(c, token.error());
    static const std::array<std::string, 1> openid{"openid"};
    if (c.speaks().userinfo_needs_openid) {
        if (auto no = demand_scope(c, *token, openid)) return refusal_response(c, *no);
    }
    c.answers_at = hook::userinfo;
    const auto& grant = *token->grant;
    const auto scope = oauth::parse_scope(grant.scope);
    auto claims = subject_claims(c, grant.of, scope, true);
    add_configured_claims(c, "userinfo", grant.of, grant.client_id, scope, claims);
    if (grant.claims) append_requested_claims(c, grant.of, *grant.claims, "userinfo", claims);
    const auto who = c.at->find_client(grant.client_id);
    const bool is_signed = who && who->metadata.find("userinfo_signed_response_alg") != nullptr;
    if (is_signed && c.enforces(rule::userinfo_signed_where_registered)) return signed_response(c, *who, claims);
    const auto& shape = c.speaks().answers.userinfo;
    if (shape.is_null()) return json_response(200, std::move(claims));
    return json_response(200, shaped(c, shape, template_values(c, &grant.of, grant.client_id, scope)));
}

answer resource_request(context& c, const resource& r, std::string_view organization_id) {
    if (!r.creates.empty() && c.in.request.method != "POST") return no_such_route(c, 405);
    auto token = authorize_bearer(c);
    if (!token) return refusal_response(c, token.error());
    const bool takes_it =
        std::find(r.subjects.begin(), r.subjects.end(), token->grant->of.sub_type) != r.subjects.end();
    const bool of_client = token->grant->of.sub_type == "client";
    if (auto no = c.demand(rule::resource_user_tokens_only, takes_it,
                           of_client ? "a client itself" : "an organization", "a user token")) {
        return refusal_response(c, *no);
    }
    if (auto no = demand_scope(c, *token, r.scope)) return refusal_response(c, *no);
    c.answers_at = hook::resource;
    if (!r.creates.empty()) return create_resource(c, r, *token);
    if (!r.answer.is_null()) {
        const auto& grant = *token->grant;
        const auto values = template_values(c, &grant.of, grant.client_id, oauth::parse_scope(grant.scope));
        return json_response(200, shaped(c, r.answer, values));
    }
    if (!organization_id.empty()) {
        auto organization = reachable(c, *token, organization_id);
        if (!organization) {
            const auto& no = organization.error();
            return json_response(no.status, json::object{{"error", no.error}, {"detail", no.description}});
        }
        return json_response(200, organization_json(*organization));
    }
    return json_response(
        200, json::object{
                 {"sub", token->grant->of.sub}, {"sub_type", token->grant->of.sub_type}, {"items", json::array{}}});
}

}  // namespace assay::mock::endpoints
