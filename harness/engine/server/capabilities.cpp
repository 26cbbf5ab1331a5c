#include "harness/engine/server/capabilities.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "oauth/grant_types.hpp"

namespace assay::harness {
namespace {

void add_capability(issuer_view& v, std::string name) {
    if (!v.can(name)) v.capabilities.push_back(std::move(name));
}

}  // namespace

bool lists(const json::value& metadata, std::string_view member, std::string_view value) {
    const json::value* list = metadata.find(member);
    if (list == nullptr || !list->is_array()) return false;
    return std::any_of(list->as_array()->begin(), list->as_array()->end(),
                       [&](const json::value& v) { return v.is_string() && *v.as_string() == value; });
}

void read_capabilities(const json::value& metadata, issuer_view& v) {
    constexpr std::array<std::pair<std::string_view, const char*>, 12> named{
        {{"jwks_uri", "jwks"},
         {"end_session_endpoint", "rp_logout"},
         {"prompt_values_supported", "prompt"},
         {"userinfo_endpoint", "userinfo"},
         {"introspection_endpoint", "introspect"},
         {"revocation_endpoint", "revoke"},
         {"registration_endpoint", "register"},
         {"pushed_authorization_request_endpoint", "par"},
         {"device_authorization_endpoint", "device_grant"},
         {"dpop_signing_alg_values_supported", "dpop"},
         {"userinfo_signing_alg_values_supported", "signed_userinfo"},
         {"acr_values_supported", "acr_values"}}};
    for (const auto& [member, capability] : named) {
        if (metadata.find(member) != nullptr) add_capability(v, capability);
    }
    for (const char* method : {"S256", "plain"}) {
        if (lists(metadata, "code_challenge_methods_supported", method))
            add_capability(v, fmt::format("pkce.{}", method));
    }
    for (const auto& [grant, capability] :
         {std::pair<std::string_view, const char*>{"client_credentials", "client_credentials"},
          {oauth::token_exchange_grant, "token_exchange"},
          {oauth::jwt_bearer_grant, "jwt_bearer"}}) {
        if (lists(metadata, "grant_types_supported", grant)) add_capability(v, capability);
    }
    for (const char* method : {"client_secret_basic", "client_secret_post", "private_key_jwt", "client_secret_jwt"}) {
        if (lists(metadata, "token_endpoint_auth_methods_supported", method)) add_capability(v, method);
    }
    // RFC 8414 §2: "If omitted, the default is client_secret_basic".
    if (metadata.find("token_endpoint_auth_methods_supported") == nullptr) add_capability(v, "client_secret_basic");
    if (lists(metadata, "token_endpoint_auth_methods_supported", "none")) add_capability(v, "public_client");
    if (lists(metadata, "grant_types_supported", "refresh_token")) add_capability(v, "refresh");
    if (lists(metadata, "scopes_supported", "openid")) add_capability(v, "id_token");
    if (lists(metadata, "scopes_supported", "offline_access")) add_capability(v, "offline_access");
    if (lists(metadata, "response_modes_supported", "form_post")) add_capability(v, "form_post");
    constexpr std::array<std::pair<std::string_view, const char*>, 5> flags{
        {{"request_parameter_supported", "request_object"},
         {"claims_parameter_supported", "claims_parameter"},
         {"authorization_response_iss_parameter_supported", "iss_parameter"},
         {"backchannel_logout_supported", "backchannel_logout"},
         {"frontchannel_logout_supported", "frontchannel_logout"}}};
    for (const auto& [member, capability] : flags) {
        const json::value* flag = metadata.find(member);
        if (flag != nullptr && flag->as_boolean().value_or(false)) add_capability(v, capability);
    }
}

void add_configured_capabilities(issuer_view& v) {
    for (const registered_client& one : v.clients)
        add_capability(v, one.auth_method == "none" ? "public_client" : one.auth_method);
}

}  // namespace assay::harness
