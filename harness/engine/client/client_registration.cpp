#include "harness/engine/client/client_registration.hpp"

namespace assay::harness {

json::object issuer_members(const run_settings& s, const std::vector<std::string>& resources) {
    json::object out;
    if (!s.seed.empty()) out.append("seed", s.seed);
    if (s.own_origin) out.append("own_origin", true);
    if (s.tls) out.append("tls", true);
    if (s.issuer_slash) out.append("ends_in_slash", true);
    // A client configured with resources requests them by itself; other dialects do not have resources.
    if (!resources.empty() && s.dialect == "strict")
        out.append("resources", json::array(resources.begin(), resources.end()));
    return out;
}

json::value special_members(const run_settings& s) {
    const std::string& method = s.configuration.auth_method;
    const char* role = method == "none" ? "public" : method == "client_secret_post" ? "post" : "confidential";
    const json::value* members = s.clients.find(role);
    return members != nullptr && members->is_object() ? *members : json::value(json::object{});
}

bool uses_key(const run_settings& s) {
    return s.configuration.auth_method == "private_key_jwt";
}

const oauth::jwk& client_key() {
    static const oauth::jwk key = *oauth::jwk::generate(oauth::jws_alg::ES256, "client");
    return key;
}

json::value registration(const std::string& id, const std::string& secret, const run_settings& s,
                         const rp_handle& rp) {
    json::object client{{"client_id", id},
                        {"client_name", "client under test"},
                        {"token_endpoint_auth_method", s.configuration.auth_method},
                        {"redirect_uris", json::array{rp.redirect_uri}},
                        {"grant_types", json::array{"authorization_code", "refresh_token"}}};
    if (!rp.post_logout_redirect_uri.empty())
        client.set("post_logout_redirect_uris", json::array{rp.post_logout_redirect_uri});
    if (s.short_tokens)
        client.set("lifetimes", json::object{{"access_token", static_cast<std::int64_t>(short_lifetime.count())}});
    if (!secret.empty()) client.set("client_secret", secret);
    if (uses_key(s)) client.set("jwks", json::object{{"keys", json::array{client_key().public_json()}}});
    const json::value special = special_members(s);
    for (const json::member& m : special.as_object()->members) {
        if (m.name != "client_id" && m.name != "client_secret") client.set(m.name, m.v);
    }
    return json::value(client);
}

}  // namespace assay::harness
