// Discovery (OIDC Discovery §4, RFC 8414 §2), generated from what the dialect enables, and the JWK Set (RFC 7517 §5).
#include "mock_server/endpoints/endpoints.hpp"

namespace assay::mock::endpoints {
namespace {

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

}  // namespace

answer metadata(context& c) {
    const dialect& d = c.speaks();
    const std::string& url = c.at->url();
    json::object m{
        {"issuer", url}, {"authorization_endpoint", url + d.authorize_path}, {"token_endpoint", url + d.token_path}};
    m.append("jwks_uri", url + d.jwks_path);
    if (!d.register_path.empty()) m.append("registration_endpoint", url + d.register_path);
    m.append("scopes_supported", texts(d.scopes_supported));
    m.append("response_types_supported", json::array{"code"});
    m.append("response_modes_supported", json::array{"query"});
    m.append("grant_types_supported", json::array{"authorization_code", "refresh_token"});
    m.append("token_endpoint_auth_methods_supported", texts(d.client_auth_methods));
    if (!d.revoke_path.empty()) {
        m.append("revocation_endpoint", url + d.revoke_path);
        m.append("revocation_endpoint_auth_methods_supported", texts(d.revoke_auth_methods));
    }
    if (!d.introspect_path.empty()) {
        m.append("introspection_endpoint", url + d.introspect_path);
        m.append("introspection_endpoint_auth_methods_supported",
                 json::array{"client_secret_basic", "client_secret_post"});
    }
    m.append("code_challenge_methods_supported", texts(d.code_challenge_methods));
    m.append("userinfo_endpoint", url + d.userinfo_path);
    m.append("subject_types_supported", json::array{"public"});
    m.append("id_token_signing_alg_values_supported", json::array{d.signing_alg});
    m.append("claims_supported", texts(d.claims_supported));
    for (const auto& extra : d.metadata_extra.members) m.append(extra.name, extra.v);
    c.answers_at = hook::metadata;
    auto out = json_response(200, std::move(m));
    // Browser clients read both documents across origins.
    out.head.append("Access-Control-Allow-Origin", "*");
    return out;
}

answer jwks(context& c) {
    json::object key = c.at->signing_key().public_json();
    if (c.speaks().jwks_use_and_alg) {
        key.set("use", "sig");
        key.set("alg", c.speaks().signing_alg);
    }
    c.answers_at = hook::jwks;
    auto out = json_response(200, json::object{{"keys", json::array{std::move(key)}}});
    out.head.append("Access-Control-Allow-Origin", "*");
    return out;
}

}  // namespace assay::mock::endpoints
