#include "mock_server/protocol/openid_request.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "data/text.hpp"
#include "mock_server/dialects/client_metadata.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/client_json.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock {
namespace {

std::optional<refusal> tolerate_hints(context& c, const oauth::form& p) {
    const auto sent = [&](std::string_view name) { return p.find(name) != nullptr; };
    if (auto no = c.tolerate(rule::authorize_login_hint_tolerated, sent("login_hint"), "login_hint")) return no;
    if (auto no = c.tolerate(rule::authorize_display_tolerated, sent("display"), "display")) return no;
    if (auto no = c.tolerate(rule::authorize_locales_tolerated, sent("ui_locales") || sent("claims_locales"),
                             "ui_locales or claims_locales")) {
        return no;
    }
    return c.tolerate(rule::authorize_acr_values_tolerated, sent("acr_values"), "acr_values");
}

// As in response_modes_supported: an unsupported mode is an error and not silently replaced.
std::optional<refusal> demand_response_mode(context& c, const oauth::form& p, const authorization_request& r) {
    const auto mode = p.value("response_mode");
    const bool supported = mode.empty() || mode == "query" || mode == "form_post";
    if (auto no = c.demand(rule::authorize_openid_parameters_well_formed, supported, "response_mode",
                           "query or form_post")) {
        return no;
    }
    const auto& by_form = c.speaks().form_post_scopes;
    const auto asked = by_form.empty() ? oauth::scope_set{} : oauth::parse_scope(r.scope);
    const bool shown =
        mode != "form_post" && std::any_of(by_form.begin(), by_form.end(),
                                           [&](const std::string& one) { return oauth::has_scope(asked, one); });
    return c.demand(rule::authorize_openid_parameters_well_formed, !shown, "response_mode", "form_post");
}

std::optional<refusal> read_max_age(context& c, const oauth::form& p, authorization_request& r) {
    const auto text = p.value("max_age");
    if (text.empty()) {
        const auto* registered = r.who->metadata.find("default_max_age");
        // A registered default of 0 would ask for a sign-in again and again: one second is the smallest value that
        // works.
        if (registered != nullptr && registered->as_integer())
            r.max_age = std::max<std::int64_t>(1, *registered->as_integer());
        return std::nullopt;
    }
    const auto seconds = whole_number<std::int64_t>(text);
    const bool whole = seconds && *seconds >= 0;
    if (whole) r.max_age = *seconds;
    return c.demand(rule::authorize_openid_parameters_well_formed, whole, "max_age", "a number of seconds");
}

std::optional<refusal> read_claims(context& c, const oauth::form& p, authorization_request& r) {
    const auto text = p.value("claims");
    if (text.empty()) return std::nullopt;
    auto parsed = parse_client_json(text);
    const bool fits = parsed.is_object();
    if (auto no = c.demand(rule::authorize_openid_parameters_well_formed, fits, "claims", "a JSON object")) return no;
    if (!fits) return std::nullopt;
    const auto* sub = parsed.at_pointer("/id_token/sub/value");
    if (sub != nullptr && sub->is_string() && c.enforces(rule::authorize_claims_sub_respected))
        r.hinted_sub = *sub->as_string();
    if (c.enforces(rule::authorize_claims_used)) r.claims = std::move(parsed);
    return std::nullopt;
}

// The requested authentication context classes, the preferred first: acr of the `claims` parameter, else acr_values,
// else the client's default_acr_values (OIDC Core §3.1.2.1, §5.5.1.1).
std::vector<std::string> wanted_acr(const oauth::form& p, const authorization_request& r) {
    std::vector<std::string> out;
    if (const auto* value = r.claims.at_pointer("/id_token/acr/value"); value != nullptr && value->is_string())
        out.push_back(*value->as_string());
    if (const auto* list = r.claims.at_pointer("/id_token/acr/values"); list != nullptr && list->is_array()) {
        for (const auto& one : *list->as_array()) {
            if (one.is_string()) out.push_back(*one.as_string());
        }
    }
    if (out.empty()) out = oauth::parse_scope(p.value("acr_values"));
    return out.empty() ? metadata_texts(r.who->metadata, "default_acr_values") : out;
}

// Writes the acr of the sign-in into the requested claims of the ID Token, which are stored with the code.
std::optional<refusal> read_acr(context& c, const oauth::form& p, authorization_request& r) {
    const auto& known = c.speaks().acr_values;
    if (known.empty()) return std::nullopt;
    const auto wanted = wanted_acr(p, r);
    const bool asked = !wanted.empty() || r.claims.at_pointer("/id_token/acr") != nullptr;
    if (!asked) return std::nullopt;
    const auto met = std::find_if(wanted.begin(), wanted.end(), [&](const std::string& one) {
        return std::find(known.begin(), known.end(), one) != known.end();
    });
    const auto* essential = r.claims.at_pointer("/id_token/acr/essential");
    const bool needed = essential != nullptr && essential->as_boolean().value_or(false) && !wanted.empty();
    if (auto no = c.demand(rule::authorize_essential_acr_met, !needed || met != wanted.end(),
                           fmt::format("{}", fmt::join(wanted, " ")), fmt::format("{}", fmt::join(known, " ")))) {
        return no;
    }
    if (!c.enforces(rule::id_token_acr_answers)) return std::nullopt;
    if (!r.claims.is_object()) r.claims = json::object{};
    auto& claims = *r.claims.as_object();
    const auto* of_id_token = claims.find("id_token");
    json::object members =
        of_id_token != nullptr && of_id_token->is_object() ? *of_id_token->as_object() : json::object{};
    members.set("acr", json::object{{"value", met == wanted.end() ? known.front() : *met}});
    claims.set("id_token", std::move(members));
    return std::nullopt;
}

// A hint that does not verify is a hint that names no known user.
void read_hint(const context& c, const oauth::form& p, authorization_request& r) {
    const auto token = p.value("id_token_hint");
    if (token.empty() || !c.enforces(rule::authorize_id_token_hint_respected)) return;
    const auto claims = read_own_id_token(c, token);
    r.hinted_sub = claims ? json::value(*claims).string_at("sub") : std::string_view{};
}

void read_offline_access(const context& c, authorization_request& r) {
    constexpr std::string_view offline = "offline_access";
    const bool may_ask = r.scope.find(offline) != std::string::npos;
    if (!may_ask || !c.enforces(rule::authorize_offline_access_consented)) return;
    auto scope = oauth::parse_scope(r.scope);
    const bool asks = oauth::has_scope(oauth::parse_scope(r.prompt), "consent");
    if (!oauth::has_scope(scope, offline) || asks) return;
    std::erase(scope, offline);
    r.scope = oauth::format_scope(scope);
}

}  // namespace

std::optional<refusal> read_openid_parameters(context& c, const oauth::form& p, authorization_request& r) {
    if (!c.speaks().openid_parameters) return std::nullopt;
    if (auto no = tolerate_hints(c, p)) return no;
    if (auto no = demand_response_mode(c, p, r)) return no;
    if (auto no = read_max_age(c, p, r)) return no;
    read_hint(c, p, r);
    if (auto no = read_claims(c, p, r)) return no;
    if (auto no = read_acr(c, p, r)) return no;
    read_offline_access(c, r);
    return std::nullopt;
}

bool fits_session(const context& c, const authorization_request& r, const user& who) {
    if (r.hinted_sub && *r.hinted_sub != who.sub) return false;
    if (!r.max_age || !c.enforces(rule::authorize_max_age_respected)) return true;
    // max_age=0 means the same as prompt=login (OIDC Core §3.1.2.1).
    return *r.max_age > 0 && c.now - r.auth_time <= *r.max_age;
}

oauth::scope_set consented_scope(const authorization_request& r) {
    // Claims that every ID Token may have anyway; they need no consent.
    constexpr std::array<std::string_view, 3> harmless{"sub", "auth_time", "acr"};
    auto out = oauth::parse_scope(r.scope);
    for (const auto* place : {"id_token", "userinfo"}) {
        const auto* asked = r.claims.find(place);
        if (asked == nullptr || !asked->is_object()) continue;
        for (const auto& m : asked->as_object()->members) {
            if (std::find(harmless.begin(), harmless.end(), m.name) == harmless.end())
                out.push_back("claim:" + m.name);
        }
    }
    return out;
}

void append_requested_claims(const context& c, const subject& of, const json::value& asked, std::string_view place,
                             json::object& out) {
    const auto* members = asked.find(place);
    if (members == nullptr || !members->is_object()) return;
    auto known = subject_claims(c, of, c.speaks().scopes_supported, true);
    add_configured_claims(c, place, of, c.client_id, c.speaks().scopes_supported, known);
    const auto* acr = asked.at_pointer("/id_token/acr/value");
    if (acr != nullptr && place == "id_token" && !c.speaks().acr_values.empty()) known.append("acr", *acr);
    for (const auto& m : members->as_object()->members) {
        const auto* v = known.find(m.name);
        if (v != nullptr && out.find(m.name) == nullptr) out.append(m.name, *v);
    }
}

result<json::object> read_own_id_token(const context& c, std::string_view token) {
    const auto parts = oauth::parse_jws(token);
    if (!parts) return fail(parts.error());
    const auto published = c.at->published_keys();
    const bool own = std::any_of(published.begin(), published.end(), [&](const published_key& one) {
        return oauth::verify_jws(*parts, one.key, {*oauth::parse_alg(one.alg)}).has_value();
    });
    if (!own) return fail(errc::crypto, "no key of this issuer has signed it");
    const auto claims = json::parse(parts->payload);
    if (!claims || !claims->is_object()) return fail(errc::malformed, "its payload is no JSON object");
    const auto iss = claims->string_at("iss");
    if (iss != c.at->url()) return fail(errc::crypto, fmt::format("its iss is '{}' and not '{}'", iss, c.at->url()));
    return *claims->as_object();
}

}  // namespace assay::mock
