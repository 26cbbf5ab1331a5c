// Dynamic client registration (RFC 7591 §3): what registration needs, management is another document.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "oauth/scope.hpp"

namespace assay::mock::endpoints {
namespace {

// https anywhere; http on this machine's own names only; no fragment; no scheme that runs or reads things.
bool is_secure_redirect_uri(const std::string& text) {
    constexpr std::array<std::string_view, 4> refused{"javascript", "data", "vbscript", "file"};
    const auto uri = http::parse_url(text);
    if (!uri || uri->has_fragment) return false;
    if (uri->scheme == "http") return uri->is_loopback() || uri->host.ends_with(".localhost");
    return std::find(refused.begin(), refused.end(), uri->scheme) == refused.end();
}

std::optional<refusal> demand_metadata(context& c, const json::value& document) {
    constexpr std::array<std::string_view, 6> strings{"client_name", "client_uri", "token_endpoint_auth_method",
                                                      "scope",       "logo_uri",   "default_sub_type"};
    if (auto no = c.demand(rule::register_metadata_well_formed, document.is_object(), "body", "a JSON object"))
        return no;
    for (const auto name : strings) {
        const auto* v = document.find(name);
        if (auto no = c.demand(rule::register_metadata_well_formed, v == nullptr || v->is_string(), name, "a string"))
            return no;
    }
    const auto* uris = document.find("redirect_uris");
    const bool listed = uris != nullptr && uris->is_array() && !uris->as_array()->empty() &&
                        std::all_of(uris->as_array()->begin(), uris->as_array()->end(),
                                    [](const json::value& u) { return u.is_string(); });
    return c.demand(rule::register_metadata_well_formed, listed, "redirect_uris", "an array of strings");
}

json::object registration_answer(const context& c, const client& registered) {
    json::object out = to_json(registered);
    if (registered.is_public() && c.speaks().register_echoes_public_secret) {
        out.append("client_secret", c.at->make_token("client_secret"));
    }
    out.append("client_id_issued_at", c.now);
    if (out.find("client_secret") != nullptr) out.append("client_secret_expires_at", 0);
    return out;
}

}  // namespace

answer register_client(context& c) {
    if (c.request.method != "POST") return no_such_route(c, 405);
    const auto document = json::parse(c.request.body).value_or(json::value());
    if (auto no = demand_metadata(c, document)) return refusal_response(c, *no);
    client fresh;
    if (c.speaks().sub_types) fresh.token_endpoint_auth_method = "client_secret_post";
    auto asked = client_from_json(document, c.speaks());
    if (auto no = c.demand(rule::register_metadata_well_formed, asked.has_value(), "token_endpoint_auth_method",
                           fmt::format("{}", fmt::join(c.speaks().client_auth_methods, ", ")))) {
        return refusal_response(c, *no);
    }
    if (!asked) asked = client{};
    if (document.find("token_endpoint_auth_method") != nullptr)
        fresh.token_endpoint_auth_method = asked->token_endpoint_auth_method;
    fresh.client_name = asked->client_name;
    fresh.redirect_uris = asked->redirect_uris;
    fresh.grant_types = asked->grant_types;
    fresh.response_types = asked->response_types;
    fresh.scope = asked->scope;
    fresh.jwks = asked->jwks;
    fresh.require_pushed_authorization_requests = asked->require_pushed_authorization_requests;
    fresh.dpop_bound_access_tokens = asked->dpop_bound_access_tokens;
    fresh.dpop_nonce_required = asked->dpop_nonce_required;
    fresh.access_token_format = asked->access_token_format;
    // default_sub_type is validated and then dropped: it is no RFC 7591 member.
    for (const auto& uri : fresh.redirect_uris) {
        if (auto no = c.demand(rule::register_redirect_uris_secure, is_secure_redirect_uri(uri), uri,
                               "https, or http on a loopback name, without fragment")) {
            return refusal_response(c, *no);
        }
        const auto scheme = uri.substr(0, uri.find(':'));
        const bool web = http::iequals(scheme, "https") || http::iequals(scheme, "http");
        if (auto no = c.demand(rule::register_private_use_scheme_dotted, web || scheme.find('.') != std::string::npos,
                               uri, "a scheme such as com.example.app")) {
            return refusal_response(c, *no);
        }
    }
    const bool known = oauth::is_subset(oauth::parse_scope(fresh.scope), c.speaks().scopes_supported);
    if (auto no = c.demand(rule::register_scope_known, known, fresh.scope, "known scopes"))
        return refusal_response(c, *no);
    fresh.client_id = c.at->make_token("client_id");
    if (fresh.has_secret()) {
        const bool random = c.enforces(rule::register_secret_unguessable);
        fresh.client_secret = random ? c.at->make_token("client_secret") : fmt::format("secret-{}", c.now);
    }
    fresh.issued_at = c.now;
    c.client_id = fresh.client_id;
    auto body = registration_answer(c, fresh);
    c.at->put_client(std::move(fresh));
    return token_json(c, 201, std::move(body));
}

}  // namespace assay::mock::endpoints
