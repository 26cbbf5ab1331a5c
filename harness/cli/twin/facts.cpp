#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/cli/twin/draft.hpp"
#include "harness/cli/twin/recognise.hpp"
#include "http/media_type.hpp"
#include "mock_server/dialects/dialect_fields.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "oauth/scope.hpp"

namespace assay::harness::twin {
namespace {

using strings = std::vector<std::string>;

struct named_path {
    step_kind kind;
    std::string_view key;  // in `paths` of a dialect
};
constexpr named_path paths[] = {{step_kind::authorize, "authorize"},
                                {step_kind::token, "token"},
                                {step_kind::userinfo, "userinfo"},
                                {step_kind::jwks, "jwks"},
                                {step_kind::introspect, "introspect"},
                                {step_kind::revoke, "revoke"},
                                {step_kind::registration, "register"},
                                {step_kind::par, "par"},
                                {step_kind::device_authorization, "device_authorization"},
                                {step_kind::end_session, "end_session"}};

std::string& path_at(mock::dialect& d, std::string_view key) {
    const auto row = std::find_if(mock::endpoint_rows.begin(), mock::endpoint_rows.end(),
                                  [&](const auto& one) { return one.key == key; });
    return d.paths[static_cast<std::size_t>(row - mock::endpoint_rows.begin())];
}

strings texts_at(const json::value& document, std::string_view name) {
    strings out;
    const auto* list = document.find(name);
    if (list == nullptr || list->as_array() == nullptr) return out;
    for (const auto& one : *list->as_array()) {
        if (one.is_string()) out.push_back(*one.as_string());
    }
    return out;
}

// Those that a dialect can have there.
strings allowed(std::string_view section, std::string_view name, const strings& all) {
    for (const auto& f : mock::dialect_fields()) {
        if (f.section != section || f.name != name || f.one_of.empty()) continue;
        strings out;
        std::copy_if(all.begin(), all.end(), std::back_inserter(out), [&](const std::string& one) {
            return std::find(f.one_of.begin(), f.one_of.end(), one) != f.one_of.end();
        });
        return out;
    }
    return all;
}

std::string_view member_of(step_kind kind) {
    for (const auto& one : named_endpoints()) {
        if (one.kind == kind) return one.member;
    }
    return {};
}

// As the dialect serves it: /common of Entra is another name of a tenant.
std::string below_alias(const mock::dialect& d, std::string path) {
    for (const auto& [from, to] : d.path_aliases) {
        if (path.starts_with(from + "/")) return to + path.substr(from.size());
    }
    return path;
}

void take_path(draft& o, const named_path& one, const step* metadata, bool is_complete) {
    auto& path = path_at(o.d, one.key);
    const auto key = fmt::format("paths.{}", one.key);
    const auto* seen = o.from.first(one.kind);
    if (seen == nullptr) {
        const auto any =
            std::find_if(o.from.steps.begin(), o.from.steps.end(), [&](const step& s) { return s.kind == one.kind; });
        if (any != o.from.steps.end()) seen = &*any;
    }
    const auto named = metadata == nullptr ? result<http::url>(fail(errc::not_found, ""))
                                           : http::parse_url(metadata->answer.string_at(member_of(one.kind)));
    if (seen != nullptr || named) {
        const auto found = seen != nullptr ? seen->of.url.path : named->path;
        if (below_alias(o.d, found) == path) {
            o.notes[key] = seen_at(seen != nullptr ? seen->of : metadata->of);
            return;
        }
        o.set(path, o.hidden.named(found), key, seen_at(seen != nullptr ? seen->of : metadata->of));
    } else if (is_complete && one.kind != step_kind::authorize && one.kind != step_kind::token &&
               !(one.kind == step_kind::jwks && !o.from.issuer.empty())) {
        o.set(path, std::string{}, key, metadata == nullptr ? "not seen" : "not in the metadata");
    }
}

// One segment, as a whole: /realms/demo/… becomes /realms/acme/….
std::string renamed(std::string path, const std::string& from, const std::string& to) {
    for (auto at = path.find("/" + from); at != std::string::npos; at = path.find("/" + from, at + to.size() + 1)) {
        const auto end = at + 1 + from.size();
        if (end == path.size() || path[end] == '/') path.replace(at + 1, from.size(), to);
    }
    return path;
}

// The realm or tenant of the provider in place of that of the built-in dialect, also where the capture shows nothing.
void rename_tenant(draft& o) {
    const auto* token = o.from.first(step_kind::token);
    if (token == nullptr || o.base->sources.empty()) return;
    auto ours = path_at(o.d, "token");
    auto theirs = below_alias(o.d, token->of.url.path);
    while (!ours.empty() && !theirs.empty()) {
        const auto our = ours.substr(0, ours.find('/', 1));
        const auto their = theirs.substr(0, theirs.find('/', 1));
        ours.erase(0, our.size());
        theirs.erase(0, their.size());
        if (our == their || our.size() < 2 || their.size() < 2) continue;
        const auto from = our.substr(1), to = their.substr(1);
        for (const auto& row : mock::endpoint_rows) {
            auto& path = o.d.paths[static_cast<std::size_t>(&row - mock::endpoint_rows.data())];
            const auto now = renamed(path, from, to);
            if (now != path) o.set(path, now, fmt::format("paths.{}", row.key), "as " + seen_at(token->of));
        }
        o.set(o.d.issuer_path, renamed(o.d.issuer_path, from, to), "issuer_path", "as " + seen_at(token->of));
        for (auto& alias : o.d.path_aliases) alias.second = renamed(alias.second, from, to);
        o.notes["path_aliases"] = "as " + seen_at(token->of);
        return;
    }
}

void take_paths(draft& o, const step* metadata) {
    // A provider that is known has its other endpoints, whether the capture shows them or not.
    const bool is_complete = metadata != nullptr || o.base->sources.empty();
    for (const auto& one : paths) take_path(o, one, metadata, is_complete);
    if (o.base->sources.empty()) o.set(path_at(o.d, "webfinger"), std::string{}, "paths.webfinger", "not seen");
    const auto* device = o.from.first(step_kind::device_authorization);
    const auto page = device == nullptr ? result<http::url>(fail(errc::not_found, ""))
                                        : http::parse_url(device->answer.string_at("verification_uri"));
    if (page) o.set(path_at(o.d, "device"), o.hidden.named(page->path), "paths.device", seen_at(device->of));
    if (path_at(o.d, "device_authorization").empty())
        o.set(path_at(o.d, "device"), std::string{}, "paths.device", "not seen");
    if (o.from.first(step_kind::authorize) == nullptr)
        o.doubt(fmt::format("The authorization endpoint was not seen; {} is that of `{}`.", path_at(o.d, "authorize"),
                            o.base->name));
}

void take_issuer(draft& o, const step* metadata) {
    const auto& issuer = o.from.issuer;
    const auto url = http::parse_url(issuer);
    const bool has_hole = issuer.find('{') != std::string::npos;  // {tenantid} of Entra's `common`
    if (url && !has_hole)
        o.set(o.d.issuer_path, issuer.substr(url->origin().size()), "issuer_path",
              metadata == nullptr ? "of the ID Token or the callback" : seen_at(metadata->of));
    if (metadata == nullptr) {
        o.doubt("No metadata was fetched; what there is of it here is that of the dialect.");
        if (!o.base->sources.empty()) return;
        o.set(o.d.discovery, !issuer.empty(), "discovery", "no metadata was fetched");
        o.set(o.d.oauth_metadata, false, "oauth_metadata", "no metadata was fetched");
        return;
    }
    const bool of_oauth = metadata->of.url.path.find("/.well-known/oauth-authorization-server") != std::string::npos;
    o.set(o.d.discovery, !of_oauth, "discovery", seen_at(metadata->of));
    o.set(o.d.oauth_metadata, of_oauth, "oauth_metadata", seen_at(metadata->of));
    auto below = has_hole ? std::string{} : o.d.issuer_path;
    while (below.ends_with('/')) below.pop_back();
    if (!of_oauth && !has_hole && metadata->of.url.path != below + "/.well-known/openid-configuration")
        o.doubt(
            fmt::format("The metadata was at {}; here it is below the issuer, as OpenID Connect Discovery §4 has it.",
                        o.hidden.told(metadata->of.url.path)));
}

void take_lists(draft& o, const step& metadata) {
    const auto seen = seen_at(metadata.of);
    const auto take = [&](strings& member, std::string_view name, std::string_view section, std::string_view field) {
        auto list = allowed(section, field, texts_at(metadata.answer, name));
        if (!list.empty())
            o.set(member, std::move(list),
                  section.empty() ? std::string(field) : fmt::format("{}.{}", section, field), seen);
    };
    take(o.d.grant_types, "grant_types_supported", "", "grant_types");
    take(o.d.scopes_supported, "scopes_supported", "", "scopes_supported");
    take(o.d.client_auth_methods, "token_endpoint_auth_methods_supported", "", "client_auth_methods");
    take(o.d.revoke_auth_methods, "revocation_endpoint_auth_methods_supported", "", "revoke_auth_methods");
    take(o.d.code_challenge_methods, "code_challenge_methods_supported", "", "code_challenge_methods");
    take(o.d.signing_algs, "id_token_signing_alg_values_supported", "signing", "alg");
    take(o.d.claims_supported, "claims_supported", "", "claims_supported");
    o.set(o.d.acr_values, texts_at(metadata.answer, "acr_values_supported"), "acr_values", seen);
    const auto* objects = metadata.answer.find("request_parameter_supported");
    o.set(o.d.request_objects, objects != nullptr && objects->as_boolean() == true, "request_objects", seen);
    o.set(o.d.dpop, metadata.answer.find("dpop_signing_alg_values_supported") != nullptr, "dpop", seen);
    o.set(o.d.resource_indicators, texts_at(metadata.answer, "protected_resources"), "resource_indicators", seen);
}

// What a server that is known by nothing but the capture is not known to have.
void take_away_extensions(draft& o) {
    const std::string seen = "not seen";
    o.set(o.d.acr_values, strings{}, "acr_values", seen);
    o.set(o.d.request_objects, false, "request_objects", seen);
    o.set(o.d.dpop, false, "dpop", seen);
    o.set(o.d.resource_indicators, strings{}, "resource_indicators", seen);
}

void take_resources(draft& o) {
    std::vector<mock::resource> found;
    std::string seen;
    for (const auto& s : o.from.steps) {
        if (s.kind != step_kind::resource || s.is_refused() || s.answer.is_null()) continue;
        const auto path = s.of.url.path;
        const bool known = std::any_of(found.begin(), found.end(), [&](const auto& r) { return r.path == path; });
        if (known || found.size() == 16) continue;
        if (s.of.request.method != "GET" || o.hidden.named(path) != path) {
            o.doubt(fmt::format(
                "{} is not imitated: {}.", o.hidden.told(seen_at(s.of)),
                s.of.request.method == "GET" ? "its path is about the person" : "a resource is read by GET"));
            continue;
        }
        found.push_back({path, {"user"}, {}, {}, o.hidden.template_of(s.answer)});
        seen += (seen.empty() ? "" : ", ") + seen_at(s.of);
    }
    if (!found.empty() || o.base->sources.empty())
        o.set(o.d.resources, found, "resources", seen.empty() ? "none seen" : seen);
}

// How the client authenticates is how clients of the twin do, unless they say otherwise.
void take_authentication(draft& o, const step& s) {
    const auto scheme = authorization_of(s.of.request).scheme;
    std::string method = "none";
    if (http::iequals(scheme, "basic"))
        method = "client_secret_basic";
    else if (s.sent.find("client_assertion") != nullptr)
        method = "private_key_jwt";
    else if (s.sent.find("client_secret") != nullptr)
        method = "client_secret_post";
    auto& offered = o.d.client_auth_methods;
    if (std::find(offered.begin(), offered.end(), method) == offered.end()) {
        offered.push_back(method);
        o.notes["client_auth_methods"] = seen_at(s.of);
    }
    if (method != "none") o.set(o.d.registration.auth_method, method, "registration.auth_method", seen_at(s.of));
}

void take_requests(draft& o) {
    for (const auto& s : o.from.steps) {
        const auto seen = seen_at(s.of);
        const auto type = media_type(s.of.request.head);
        if (s.kind == step_kind::token) {
            if (!s.is_refused()) take_authentication(o, s);
            if (type.ends_with("json")) o.set(o.d.json_requests, true, "json_requests", seen);
            if (type == "multipart/form-data") o.set(o.d.multipart_forms, true, "multipart_forms", seen);
            if (s.of.url.query.find("grant_type=") != std::string::npos)
                o.set(o.d.request_parameters_in_query, true, "request_parameters_in_query", seen);
            const bool wants_json = s.of.request.head.value("accept").find("json") != std::string_view::npos;
            const bool is_form = media_type(s.of.response.head) == "application/x-www-form-urlencoded";
            if (!wants_json && !s.answer.is_null()) o.set(o.d.form_answers, is_form, "form_answers", seen);
            if (s.is_refused() && s.of.response.status < 400)
                o.set(o.d.error_status, std::int64_t{s.of.response.status}, "error_status", seen);
        }
        const auto scheme = authorization_of(s.of.request).scheme;
        const bool of_rfc =
            http::iequals(scheme, "bearer") || http::iequals(scheme, "dpop") || http::iequals(scheme, "basic");
        if (!scheme.empty() && !of_rfc) o.set(o.d.token_scheme, scheme, "token_scheme", seen);
        const bool posted = s.came_by.request.method == "POST" && !s.by_form;
        if (s.kind == step_kind::authorize && posted && s.came_by.response.status >= 300)
            o.set(o.d.redirect_status, std::int64_t{s.came_by.response.status}, "redirect_status",
                  seen_at(s.came_by));
    }
}

void tell_what_is_missing(draft& o) {
    const auto& c = o.from;
    const auto has = [&](step_kind kind, bool refused) {
        return std::any_of(c.steps.begin(), c.steps.end(),
                           [&](const step& s) { return s.kind == kind && s.is_refused() == refused; });
    };
    if (!has(step_kind::token, false))
        o.doubt(
            "No token response: a browser does not see what a server sends from behind; a proxy such as mitmproxy "
            "does.");
    o.doubt(has(step_kind::token, true) ? "Errors that were not seen: they have the codes and texts of the rules, or "
                                          "of the dialect that this one extends."
                                        : "No error of the token endpoint: errors have the codes and texts of the "
                                          "rules, or of the dialect that this one extends.");
    if (!has(step_kind::authorize, true)) o.doubt("No refused authorization, such as a person who denies.");
    if (!has(step_kind::userinfo, false)) o.doubt("No answer about the person (UserInfo).");
    if (!has(step_kind::jwks, false) && !path_at(o.d, "jwks").empty()) o.doubt("The JWK Set was not fetched.");
    o.doubt("How long a code is valid.");
}

}  // namespace

void take_facts(draft& o) {
    const auto* metadata = o.from.first(step_kind::metadata);
    rename_tenant(o);
    take_paths(o, metadata);
    take_issuer(o, metadata);
    if (metadata != nullptr) {
        take_lists(o, *metadata);
    } else if (o.base->sources.empty()) {
        take_away_extensions(o);
    }
    take_requests(o);
    take_token_facts(o);
    take_resources(o);
    tell_what_is_missing(o);
}

}  // namespace assay::harness::twin
