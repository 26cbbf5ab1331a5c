#include "mock_server/issuer/client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "mock_server/dialects/client_metadata.hpp"
#include "mock_server/issuer/issuer_request.hpp"
#include "mock_server/issuer/registered_uri.hpp"
#include "mock_server/rules/rules.hpp"
#include "oauth/grant_types.hpp"
#include "oauth/jwk.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

json::array texts(const std::vector<std::string>& list) {
    return {list.begin(), list.end()};
}

result<void> read_texts(const json::value& v, std::string_view name, std::vector<std::string>& out) {
    const auto* member = v.find(name);
    if (member == nullptr) return {};
    const auto* list = member->as_array();
    if (list == nullptr)
        return fail(errc::usage, fmt::format("client member '{}' must be an array of strings", name));
    out.clear();
    for (const auto& item : *list) {
        if (!item.is_string())
            return fail(errc::usage, fmt::format("client member '{}' must be an array of strings", name));
        out.push_back(*item.as_string());
    }
    return {};
}

result<void> read_flag(const json::value& v, std::string_view name, bool& out) {
    const auto* member = v.find(name);
    if (member == nullptr) return {};
    const auto flag = member->as_boolean();
    if (!flag) return fail(errc::usage, fmt::format("client member '{}' must be true or false", name));
    out = *flag;
    return {};
}

result<void> read_text(const json::value& v, std::string_view name, std::string& out) {
    const auto* member = v.find(name);
    if (member == nullptr || member->is_null()) return {};
    if (!member->is_string()) return fail(errc::usage, fmt::format("client member '{}' must be a string", name));
    out = *member->as_string();
    return {};
}

// A JWT without kid is verified with every key of its client, so that their number bounds what a request costs.
constexpr std::size_t client_keys_max = 100;

// Members for PAR, request objects, DPoP and JWT access tokens.
result<void> read_extensions(const json::value& v, client& c) {
    for (auto& [name, field] : {std::pair<std::string_view, bool&>{"require_pushed_authorization_requests",
                                                                   c.require_pushed_authorization_requests},
                                {"dpop_bound_access_tokens", c.dpop_bound_access_tokens},
                                {"dpop_nonce_required", c.dpop_nonce_required}}) {
        if (auto ok = read_flag(v, name, field); !ok) return ok;
    }
    if (auto ok = read_text(v, "access_token_format", c.access_token_format); !ok) return ok;
    if (!c.access_token_format.empty() && c.access_token_format != "jwt" && c.access_token_format != "opaque") {
        return fail(errc::usage, "client member 'access_token_format' must be opaque or jwt");
    }
    const auto* keys = v.find("jwks");
    if (keys == nullptr) return {};
    auto parsed = oauth::parse_jwks(*keys);
    if (!parsed) return fail(errc::usage, "client member 'jwks' is no JWK Set: " + parsed.error().message);
    if (parsed->keys.size() + parsed->skipped > client_keys_max) {
        return fail(errc::usage, fmt::format("client member 'jwks' has {} keys; register at most {}",
                                             parsed->keys.size() + parsed->skipped, client_keys_max));
    }
    c.jwks = *keys;
    return {};
}

constexpr std::array<std::pair<std::string_view, std::optional<std::int64_t> client_lifetimes::*>, 4>
    lifetime_members{{{"code", &client_lifetimes::code},
                      {"access_token", &client_lifetimes::access_token},
                      {"id_token", &client_lifetimes::id_token},
                      {"refresh_token", &client_lifetimes::refresh_token}}};

result<void> read_lifetimes(const json::value& v, client_lifetimes& out) {
    const auto* map = v.find("lifetimes");
    if (map == nullptr) return {};
    std::vector<std::string_view> names;
    for (const auto& one : lifetime_members) names.push_back(one.first);
    if (auto ok = only_members(*map, names, "lifetimes"); !ok) return ok;
    for (const auto& [name, member] : lifetime_members) {
        const auto* seconds = map->find(name);
        if (seconds == nullptr) continue;
        const auto n = seconds->as_integer();
        const bool may_be_zero = name == "refresh_token";
        constexpr std::int64_t most = 100'000'000'000;  // 3 000 years; added to any time it fits
        if (!n || *n < (may_be_zero ? 0 : 1) || *n > most) {
            return fail(errc::usage, fmt::format("the lifetime '{}' must be a whole number of seconds, {} to {}",
                                                 name, may_be_zero ? "0 (it never expires)" : "1", most));
        }
        out.*member = *n;
    }
    return {};
}

// A mistyped member would be a setting that silently has no effect. Names with a language tag (RFC 7591 §2.2) and
// members of a registration response are not used here; they are accepted and ignored.
result<void> demand_known_members(const json::value& v) {
    constexpr std::array<std::string_view, 22> own{"client_id",
                                                   "client_secret",
                                                   "client_name",
                                                   "token_endpoint_auth_method",
                                                   "scope",
                                                   "default_sub_type",
                                                   "redirect_uris",
                                                   "grant_types",
                                                   "response_types",
                                                   "require_pushed_authorization_requests",
                                                   "dpop_nonce_required",
                                                   "dpop_bound_access_tokens",
                                                   "access_token_format",
                                                   "jwks",
                                                   "first_party",
                                                   "lifetimes",
                                                   "roles",
                                                   "software_statement",
                                                   "client_id_issued_at",
                                                   "registration_client_uri",
                                                   "registration_access_token",
                                                   "client_secret_expires_at"};
    auto names = metadata_members();
    names.insert(names.end(), own.begin(), own.end());
    for (const auto& m : v.as_object()->members) {
        const bool known = std::find(names.begin(), names.end(), m.name) != names.end();
        if (known || m.name.find('#') != std::string::npos) continue;
        return fail(errc::usage, fmt::format("a client has no member '{}'{}", m.name, did_you_mean(m.name, names)));
    }
    return {};
}

// RFC 6749 Appendix A.1, A.2.
bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

result<void> demand_credentials(const json::value& v, const client& c) {
    if (!is_visible(c.client_id))
        return fail(errc::usage, "client_id must be printable ASCII (RFC 6749 Appendix A.1)", "/client_id");
    if (!is_visible(c.client_secret))
        return fail(errc::usage, "client_secret must be printable ASCII (RFC 6749 Appendix A.2)", "/client_secret");
    const auto* secret = v.find("client_secret");
    if (secret == nullptr || !secret->is_string() || !secret->as_string()->empty()) return {};
    return fail(errc::usage,
                c.has_secret() ? "client_secret is empty; leave it out, and one is made"
                               : "client_secret is empty; a client without one leaves it out",
                "/client_secret");
}

result<void> demand_redirect_uris(const client& c, const dialect& speaks) {
    for (std::size_t n = 0; n < c.redirect_uris.size(); ++n) {
        const auto& uri = c.redirect_uris[n];
        for (const auto& found : judge_redirect_uri(uri, speaks.registration, true)) {
            // Bytes that no URI can contain are refused in every dialect.
            if (found.broken != rule::register_redirect_uris_well_formed && !speaks.enforces(found.broken)) continue;
            return fail(errc::usage,
                        fmt::format("redirect_uri '{}' must be {} ({})", uri, found.wanted, row(found.broken).clause),
                        fmt::format("/redirect_uris/{}", n));
        }
    }
    return {};
}

}  // namespace

bool client::may_use(std::string_view grant_type) const {
    return std::find(grant_types.begin(), grant_types.end(), grant_type) != grant_types.end();
}

std::vector<std::string> default_grant_types(const dialect& speaks, bool is_public) {
    auto out = speaks.registration.grant_types;
    if (!is_public) return out;
    for (const auto only_confidential :
         {std::string_view("client_credentials"), oauth::token_exchange_grant, oauth::jwt_bearer_grant})
        std::erase(out, only_confidential);
    return out;
}

result<client> client_from_json(const json::value& v, const dialect& speaks) {
    if (!v.is_object()) return fail(errc::usage, "a client must be a JSON object");
    client c;
    c.scope = oauth::format_scope(speaks.scopes_supported);
    for (auto& [name, field] : {std::pair<std::string_view, std::string&>{"client_id", c.client_id},
                                {"client_secret", c.client_secret},
                                {"client_name", c.client_name},
                                {"token_endpoint_auth_method", c.token_endpoint_auth_method},
                                {"scope", c.scope},
                                {"default_sub_type", c.default_sub_type}}) {
        if (auto ok = read_text(v, name, field); !ok) return fail(ok.error());
    }
    for (auto& [name, field] :
         {std::pair<std::string_view, std::vector<std::string>&>{"redirect_uris", c.redirect_uris},
          {"grant_types", c.grant_types},
          {"response_types", c.response_types}}) {
        if (auto ok = read_texts(v, name, field); !ok) return fail(ok.error());
    }
    const auto& methods = speaks.client_auth_methods;
    if (std::find(methods.begin(), methods.end(), c.token_endpoint_auth_method) == methods.end()) {
        return fail(errc::usage, fmt::format("token_endpoint_auth_method '{}' is none of {}",
                                             c.token_endpoint_auth_method, fmt::join(methods, ", ")));
    }
    if (auto ok = read_extensions(v, c); !ok) return fail(ok.error());
    auto further = read_metadata(v, speaks.registration.metadata);
    if (!further) {
        return fail(errc::usage,
                    fmt::format("client member '{}' must be {}", further.error().message, further.error().where));
    }
    c.metadata = std::move(*further);
    return c;
}

result<client> client_from_configuration(const json::value& v, const dialect& speaks,
                                         const std::vector<std::string>& signing_algs) {
    auto c = client_from_json(v, speaks);
    if (!c) return c;
    if (auto ok = demand_known_members(v); !ok) return fail(ok.error());
    if (auto ok = demand_credentials(v, *c); !ok) return fail(ok.error());
    if (auto ok = demand_redirect_uris(*c, speaks); !ok) return fail(ok.error());
    if (v.find("grant_types") == nullptr) c->grant_types = default_grant_types(speaks, c->is_public());
    if (auto ok = read_flag(v, "first_party", c->first_party); !ok) return fail(ok.error());
    if (auto ok = read_lifetimes(v, c->lifetimes); !ok) return fail(ok.error());
    if (auto ok = read_texts(v, "roles", c->roles); !ok) return fail(ok.error());
    for (const auto* member : {"id_token_signed_response_alg", "userinfo_signed_response_alg"}) {
        const std::string alg(json::value(c->metadata).string_at(member));
        if (alg.empty() || std::find(signing_algs.begin(), signing_algs.end(), alg) != signing_algs.end()) continue;
        return fail(errc::usage, fmt::format("{} '{}' is none of {}{}", member, alg, fmt::join(signing_algs, ", "),
                                             did_you_mean(alg, signing_algs)));
    }
    return c;
}

json::object to_json(const client& c) {
    json::object out{{"client_id", c.client_id}};
    if (c.has_secret()) out.append("client_secret", c.client_secret);
    for (auto& m : metadata_json(c).members) out.append(m.name, std::move(m.v));
    json::object lifetimes;
    for (const auto& [name, member] : lifetime_members) {
        if (const auto& seconds = c.lifetimes.*member) lifetimes.append(std::string(name), *seconds);
    }
    if (!lifetimes.members.empty()) out.append("lifetimes", std::move(lifetimes));
    if (!c.roles.empty()) out.append("roles", texts(c.roles));
    return out;
}

json::object metadata_json(const client& c) {
    json::object out{{"redirect_uris", texts(c.redirect_uris)},
                     {"token_endpoint_auth_method", c.token_endpoint_auth_method},
                     {"grant_types", texts(c.grant_types)},
                     {"response_types", texts(c.response_types)}};
    if (!c.client_name.empty()) out.append("client_name", c.client_name);
    const auto further = [&](bool before_scope) {
        for (const auto& m : c.metadata.members) {
            if ((m.name == "client_uri" || m.name == "logo_uri") == before_scope) out.append(m.name, m.v);
        }
    };
    further(true);
    out.append("scope", c.scope);
    further(false);
    if (!c.jwks.is_null()) out.append("jwks", c.jwks);
    if (c.require_pushed_authorization_requests) out.append("require_pushed_authorization_requests", true);
    if (c.dpop_bound_access_tokens) out.append("dpop_bound_access_tokens", true);
    if (c.dpop_nonce_required) out.append("dpop_nonce_required", true);
    if (c.first_party) out.append("first_party", true);
    if (!c.access_token_format.empty()) out.append("access_token_format", c.access_token_format);
    return out;
}

}  // namespace assay::mock
