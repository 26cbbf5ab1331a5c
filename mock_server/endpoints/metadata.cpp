// Discovery (OIDC Discovery §4, RFC 8414 §2), generated from what the dialect enables, and the JWK Set (RFC 7517 §5).
#include <algorithm>

#include <fmt/format.h>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/request/answers.hpp"
#include "mock_server/request/shape.hpp"

namespace assay::mock::endpoints {
namespace {

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

std::vector<std::string> confidential_methods(const dialect& d) {
    auto out = d.client_auth_methods;
    std::erase(out, "none");
    return out;
}

bool is_kept(const dialect& d, std::string_view member) {
    const auto& kept = d.registration.metadata;
    return std::find(kept.begin(), kept.end(), member) != kept.end();
}

bool offers(const dialect& d, std::string_view method) {
    return std::find(d.client_auth_methods.begin(), d.client_auth_methods.end(), method) !=
           d.client_auth_methods.end();
}

// Public clients cannot introspect (RFC 7662 §2.1).
json::array auth_methods(const endpoint_row& row, const dialect& d) {
    return texts(&row == &endpoint_named("introspect") ? confidential_methods(d) : d.*row.auth_methods);
}

void append_endpoints(const dialect& d, const std::string& url, metadata_place place, json::object& m) {
    for (const auto& row : endpoint_rows) {
        const auto path = path_of(row, d);
        if (row.listed != place || path.empty()) continue;
        const std::string member(row.metadata_member);
        m.append(member, url + std::string(path));
        // Those of the token endpoint are listed next to the grant types.
        if (row.lists_auth && place != metadata_place::front)
            m.append(member + "_auth_methods_supported", auth_methods(row, d));
    }
}

// RFC 9126 §5, RFC 9101 §10.5, RFC 9449 §5.1, OIDC Discovery §3: each member only where the dialect has the feature.
void append_extensions(const context& c, const std::string& url, json::object& m) {
    const dialect& d = c.speaks();
    const auto& names = oauth::asymmetric_alg_names();
    const json::array asymmetric(names.begin(), names.end());
    json::array assertion_algs;
    if (offers(d, "private_key_jwt")) assertion_algs = asymmetric;
    if (offers(d, "client_secret_jwt")) assertion_algs.emplace_back("HS256");
    // RFC 8414 §2: the member is required where an endpoint accepts JWT assertions.
    for (const auto& row : endpoint_rows) {
        if (row.lists_auth && !assertion_algs.empty() && !path_of(row, d).empty())
            m.append(fmt::format("{}_auth_signing_alg_values_supported", row.metadata_member), assertion_algs);
    }
    append_endpoints(d, url, metadata_place::end, m);
    for (const std::string channel : {"frontchannel", "backchannel"}) {
        if (path_of(endpoint_named("end_session"), d).empty() || !is_kept(d, channel + "_logout_uri")) continue;
        m.append(channel + "_logout_supported", true);
        m.append(channel + "_logout_session_supported", true);
    }
    if (!path_of(endpoint_named("par"), d).empty()) m.append("require_pushed_authorization_requests", false);
    if (d.request_objects) {
        m.append("request_parameter_supported", true);
        m.append("request_uri_parameter_supported", false);
        m.append("request_object_signing_alg_values_supported", asymmetric);
    }
    if (d.openid_parameters) m.append("claims_parameter_supported", true);
    if (d.dpop) m.append("dpop_signing_alg_values_supported", asymmetric);
    if (!c.at->resources().empty()) m.append("protected_resources", texts(c.at->resources()));
}

// The dialect's claims, and those added by configuration.
json::array claims_supported(const context& c) {
    auto names = c.speaks().claims_supported;
    const auto rows = c.at->claims();
    for (const auto& row : rows ? *rows : std::vector<claim_row>{}) {
        for (const auto& m : row.claims.members) {
            if (std::find(names.begin(), names.end(), m.name) == names.end()) names.push_back(m.name);
        }
    }
    return texts(names);
}

// The dialect's, and the password grant where no rule refuses it.
std::vector<std::string> grant_types(const context& c) {
    auto out = c.speaks().grant_types;
    const bool listed = std::find(out.begin(), out.end(), "password") != out.end();
    if (!listed && !c.enforces(rule::token_password_refused)) out.emplace_back("password");
    return out;
}

json::object published_json(const context& c, const published_key& one) {
    json::object key = one.key.public_json();
    key.set("use", "sig");
    key.set("alg", one.alg);
    if (c.speaks().jwks_members.empty()) return key;
    json::object out;
    for (const auto& name : c.speaks().jwks_members) {
        if (const auto* v = key.find(name)) out.append(name, *v);
    }
    return out;
}

// Some providers serve one document for all tenants, with a hole in its issuer.
std::string named_issuer(const context& c) {
    const auto& named = c.speaks().metadata_issuers;
    const auto found = named.find(c.alias);
    return c.alias.empty() || found == named.end() ? c.at->url() : c.at->base() + found->second;
}

// What the dialect states, with the URLs of this issuer.
json::object stated_members(const context& c) {
    const json::object urls{{"issuer", c.at->url()}, {"base", c.at->base()}};
    json::object out;
    for (const auto& m : c.speaks().metadata_extra.members) out.append(m.name, shaped(c, m.v, urls));
    return out;
}

// What the dialect states replaces what is generated; null leaves a member out.
void prefer_stated(const json::object& stated_members, json::object& m) {
    for (const auto& stated : stated_members.members) {
        if (!stated.v.is_null() && m.duplicates().empty()) continue;
        m.erase(stated.name);
        if (!stated.v.is_null()) m.append(stated.name, stated.v);
    }
}

json::object in_stated_order(const dialect& d, json::object m) {
    if (d.metadata_members.empty()) return m;
    json::object out;
    for (const auto& name : d.metadata_members) {
        if (auto* v = m.find(name)) out.append(name, std::move(*v));
    }
    return out;
}

}  // namespace

answer metadata(context& c) {
    const dialect& d = c.speaks();
    const std::string& url = c.at->base();
    const bool before_the_path = c.in.request.path().starts_with("/.well-known/") && c.in.request.path() != c.path;
    if (before_the_path && (!d.oauth_metadata || !c.enforces(rule::metadata_at_rfc8414_location)))
        return no_such_route(c, 404);
    const bool inserted =
        c.in.request.path().starts_with("/.well-known/") && c.path.ends_with("/oauth-authorization-server");
    if (!inserted && c.faults->uses("metadata.only")) {
        c.note_operation("metadata.only");
        c.answers_at = hook::metadata;
        return no_such_route(c, 404);
    }
    json::object m{{"issuer", named_issuer(c)}};
    append_endpoints(d, url, metadata_place::front, m);
    m.append("scopes_supported", texts(d.scopes_supported));
    m.append("response_types_supported", json::array{"code"});
    m.append("response_modes_supported",
             d.openid_parameters ? json::array{"query", "form_post"} : json::array{"query"});
    m.append("grant_types_supported", texts(grant_types(c)));
    m.append("token_endpoint_auth_methods_supported", texts(d.client_auth_methods));
    const auto stated = stated_members(c);
    for (const auto& extra : stated.members) m.append(extra.name, extra.v);
    append_endpoints(d, url, metadata_place::behind_grants, m);
    m.append("code_challenge_methods_supported", texts(d.code_challenge_methods));
    append_endpoints(d, url, metadata_place::behind_challenge_methods, m);
    m.append("subject_types_supported", json::array{"public"});
    m.append("id_token_signing_alg_values_supported", texts(c.at->signing_algs()));
    if (is_kept(d, "userinfo_signed_response_alg"))
        m.append("userinfo_signing_alg_values_supported", texts(c.at->signing_algs()));
    if (!d.acr_values.empty()) m.append("acr_values_supported", texts(d.acr_values));
    m.append("claims_supported", claims_supported(c));
    append_extensions(c, url, m);
    prefer_stated(stated, m);
    m = in_stated_order(d, std::move(m));
    const bool other_document = c.path.ends_with("/oauth-authorization-server");
    if (other_document && !c.enforces(rule::metadata_documents_agree)) m.set("token_endpoint", url + "/old/token");
    c.answers_at = hook::metadata;
    auto out = json_response(200, std::move(m));
    // Browser-based clients read both documents across origins.
    out.head.append("Access-Control-Allow-Origin", "*");
    return out;
}

answer jwks(context& c) {
    json::array keys;
    for (const auto& one : c.at->published_keys()) {
        if (one.key.kid() != c.at->signing_key(one.alg).kid() && !c.enforces(rule::jwks_old_keys_kept)) continue;
        keys.emplace_back(published_json(c, one));
    }
    c.answers_at = hook::jwks;
    auto out = json_response(200, json::object{{"keys", std::move(keys)}});
    if (c.enforces(rule::jwks_cacheable)) out.head.append("Cache-Control", "public, max-age=300");
    out.head.append("Access-Control-Allow-Origin", "*");
    return out;
}

answer certs(context& c) {
    json::object keys;
    for (const auto& one : c.at->published_keys()) keys.append(one.key.kid(), one.key.public_pem());
    auto out = json_response(200, std::move(keys));
    out.head.append("Cache-Control", "public, max-age=300");
    return out;
}

}  // namespace assay::mock::endpoints
