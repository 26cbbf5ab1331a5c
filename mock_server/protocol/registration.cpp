#include "mock_server/protocol/registration.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/dialects/client_metadata.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/issuer/registered_uri.hpp"
#include "oauth/jwt.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

bool holds(const std::vector<std::string>& list, std::string_view one) {
    return std::find(list.begin(), list.end(), one) != list.end();
}

bool is_texts(const json::value* v) {
    return v != nullptr && v->is_array() &&
           std::all_of(v->as_array()->begin(), v->as_array()->end(), [](const auto& one) { return one.is_string(); });
}

std::optional<refusal> demand_types(context& c, const json::value& document) {
    constexpr std::array<std::string_view, 4> strings{"client_name", "token_endpoint_auth_method", "scope",
                                                      "default_sub_type"};
    constexpr std::array<std::string_view, 2> lists{"grant_types", "response_types"};
    if (auto no = c.demand(rule::register_metadata_well_formed, document.is_object(), "", "a JSON object")) {
        if (!c.speaks().wordings.contains(rule::register_metadata_well_formed))
            no->description = "The body must be a JSON object.";
        return no;
    }
    for (const auto name : strings) {
        const auto* v = document.find(name);
        const bool fits = v == nullptr || (v->is_string() && v->as_string()->find('\0') == std::string::npos);
        if (auto no = c.demand(rule::register_metadata_well_formed, fits, name, "Input should be a valid string"))
            return no;
    }
    for (const auto name : lists) {
        const auto* v = document.find(name);
        if (auto no = c.demand(rule::register_metadata_well_formed, v == nullptr || is_texts(v), name,
                               "Input should be a list of strings")) {
            return no;
        }
    }
    // Validated in dialects with sub_types, although it is not kept.
    const auto sub_type = document.string_at("default_sub_type");
    const bool sub_type_known = !c.speaks().sub_types || document.find("default_sub_type") == nullptr ||
                                sub_type == "user" || sub_type == "organization";
    if (auto no = c.demand(rule::register_metadata_well_formed, sub_type_known, "default_sub_type",
                           "Input should be 'user' or 'organization'")) {
        return no;
    }
    const bool named = !c.speaks().registration.name_required || !document.string_at("client_name").empty();
    return c.demand(rule::register_metadata_well_formed, named, "client_name", "Input should be a valid string");
}

std::optional<refusal> demand_redirect_uri(context& c, const std::string& uri, std::size_t n, bool of_framework) {
    for (const auto& found : judge_redirect_uri(uri, c.speaks().registration, false)) {
        const bool secure = found.broken == rule::register_redirect_uris_secure;
        if (secure != of_framework) continue;
        const bool as_validation = secure && c.speaks().wordings.contains(found.broken);
        if (auto no = c.demand(found.broken, false, as_validation ? fmt::format("redirect_uris/{}", n) : uri,
                               as_validation ? std::string_view("An HTTPS URL is required.") : found.wanted)) {
            return no;
        }
    }
    return std::nullopt;
}

// RFC 7591 §2: clients of redirect-based flows must register their redirect URIs.
std::optional<refusal> demand_redirect_uris(context& c, const json::value& document) {
    const auto& by = c.speaks().registration;
    const auto* uris = document.find("redirect_uris");
    const auto* grants = document.find("grant_types");
    const bool redirects =
        !is_texts(grants) || std::any_of(grants->as_array()->begin(), grants->as_array()->end(),
                                         [](const auto& g) { return *g.as_string() == "authorization_code"; });
    const bool listed = is_texts(uris) && (by.redirect_uris_may_be_empty || !redirects || !uris->as_array()->empty());
    const bool may_lack = uris == nullptr && !redirects && !by.redirect_uris_may_be_empty;
    if (auto no = c.demand(rule::register_metadata_well_formed, listed || may_lack, "redirect_uris",
                           "Input should be a list of strings")) {
        return no;
    }
    if (!is_texts(uris)) return std::nullopt;
    const auto& list = *uris->as_array();
    // Polar's framework checks all URIs first; then Polar's own checks follow.
    for (const bool of_framework : {true, false}) {
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (auto no = demand_redirect_uri(c, *list[i].as_string(), i, of_framework)) return no;
        }
    }
    return std::nullopt;
}

// This server trusts no issuer of software statements, so it refuses all of them.
std::optional<refusal> demand_no_software_statement(context& c, const json::value& document) {
    const auto* statement = document.find("software_statement");
    if (statement == nullptr || !c.speaks().registration.software_statements) return std::nullopt;
    const bool is_jwt = statement->is_string() && oauth::parse_jws(*statement->as_string()).has_value();
    auto no = c.demand(rule::register_software_statement_judged, false, is_jwt ? "a JWT" : "no JWT", "none");
    if (no && is_jwt) no->error = "unapproved_software_statement";
    return no;
}

// With the rule switched off the server does not verify the statement, and its members take precedence (RFC 7591
// §2.3).
json::value with_statement(const context& c, const json::value& document) {
    if (!c.speaks().registration.software_statements || c.enforces(rule::register_software_statement_judged))
        return document;
    const auto parts = oauth::parse_jws(document.string_at("software_statement"));
    const auto stated = parts ? json::parse(parts->payload) : result<json::value>(json::value());
    if (!stated || !stated->is_object()) return document;
    json::object out = *document.as_object();
    for (const auto& m : stated->as_object()->members) out.set(m.name, m.v);
    return out;
}

// RFC 7591 §2.1: response type code requires grant type authorization_code.
std::optional<refusal> demand_agreement(context& c, const client& asked) {
    const auto& offered = c.speaks().registration.grant_types;
    const bool known = std::all_of(asked.grant_types.begin(), asked.grant_types.end(),
                                   [&](const auto& g) { return holds(offered, g); }) &&
                       std::all_of(asked.response_types.begin(), asked.response_types.end(),
                                   [](const auto& t) { return t == "code"; });
    if (auto no = c.demand(rule::register_metadata_well_formed, known, "grant_types",
                           fmt::format("Input should be {}", fmt::join(offered, ", ")))) {
        return no;
    }
    const bool agree = holds(asked.grant_types, "authorization_code") == holds(asked.response_types, "code");
    return c.demand(rule::register_grants_and_responses_agree, agree,
                    fmt::format("{} and {}", fmt::join(asked.grant_types, " "), fmt::join(asked.response_types, " ")),
                    "authorization_code with code");
}

std::optional<refusal> demand_keys_and_urls(context& c, const json::value& document) {
    const bool two = document.find("jwks") != nullptr && document.find("jwks_uri") != nullptr;
    if (auto no = c.demand(rule::register_single_key_source, !two, "jwks and jwks_uri", "one of them")) return no;
    // The mock fetches neither, and a client that relies on them would fail later.
    for (const auto* name : {"jwks_uri", "sector_identifier_uri"}) {
        const bool relied_on = document.find(name) != nullptr && holds(c.speaks().registration.metadata, name);
        if (auto no =
                c.demand(rule::register_metadata_well_formed, !relied_on || two, name, "none: it is not fetched"))
            return no;
    }
    const auto login = document.string_at("initiate_login_uri");
    const bool looked_at = holds(c.speaks().registration.metadata, "initiate_login_uri");
    return c.demand(rule::register_initiate_login_uri_https,
                    !looked_at || login.empty() || login.starts_with("https://"), login, "https");
}

// A registered algorithm is used, or refused at once if the server does not have it.
std::optional<refusal> demand_signing_algs(context& c, const json::value& document) {
    const auto& algs = c.at->signing_algs();
    for (const auto& [member, id] : {std::pair{"id_token_signed_response_alg", rule::register_id_token_alg_supported},
                                     {"userinfo_signed_response_alg", rule::register_userinfo_alg_supported}}) {
        const std::string alg(document.string_at(member));
        if (auto no = c.demand(id, alg.empty() || holds(algs, alg), alg, fmt::format("{}", fmt::join(algs, ", "))))
            return no;
    }
    return std::nullopt;
}

// Absent members that have a default get the dialect's.
json::value with_defaults(const context& c, const json::value& document) {
    json::object out = *document.as_object();
    const auto& by = c.speaks().registration;
    if (out.find("token_endpoint_auth_method") == nullptr) out.set("token_endpoint_auth_method", by.auth_method);
    const bool redirects = out.find("response_types") != nullptr || !is_texts(out.find("grant_types"));
    if (!redirects) {
        const auto& grants = *out.find("grant_types")->as_array();
        const bool code = std::any_of(grants.begin(), grants.end(),
                                      [](const auto& g) { return *g.as_string() == "authorization_code"; });
        if (!code) out.set("response_types", json::array{});
    }
    // Members that the server assigns, and those of configuration only.
    for (const auto* name : {"client_id", "client_secret"}) out.erase(name);
    return out;
}

// RFC 7591 §2: unknown members are ignored. A server that stores them shows them.
void keep_unknown(const context& c, const json::value& document, client& to) {
    if (c.enforces(rule::register_unknown_metadata_ignored)) return;
    const auto known = metadata_json(to);
    for (const auto& m : document.as_object()->members) {
        if (known.find(m.name) == nullptr && m.name != "client_id") to.metadata.append(m.name, m.v);
    }
}

void keep_what_was_left_out(const context& c, const client* before, client& to) {
    if (before == nullptr || c.enforces(rule::management_update_replaces)) return;
    if (to.client_name.empty()) to.client_name = before->client_name;
    for (const auto& m : before->metadata.members) {
        if (to.metadata.find(m.name) == nullptr) to.metadata.append(m.name, m.v);
    }
}

// Prevents that a client makes this machine send requests to itself (server-side request forgery). No rule and no
// fault turns this off: it protects the machine and is no part of the protocol.
std::optional<refusal> demand_logout_uris_elsewhere(context& c, const client& asked) {
    if (!c.at->config().exposed) return std::nullopt;
    for (const auto* name : {"backchannel_logout_uri", "frontchannel_logout_uri"}) {
        const std::string uri(json::value(asked.metadata).string_at(name));
        const auto to = http::parse_url(uri);
        if (!to || !to->is_loopback()) continue;
        constexpr auto broken = rule::register_metadata_well_formed;
        refusal no{broken,
                   400,
                   "invalid_client_metadata",
                   fmt::format("{} may not be on loopback: this mock is open to other machines.", name),
                   channel::json,
                   "a host other than this machine",
                   uri};
        c.refused = refusal_note{std::string(row(broken).name), std::string(row(broken).clause), no.error,
                                 no.expected, no.got};
        return no;
    }
    return std::nullopt;
}

}  // namespace

outcome<client> read_registration(context& c, const json::value& document, const client* before) {
    if (auto no = demand_types(c, document)) return refuse(*no);
    if (auto no = demand_redirect_uris(c, document)) return refuse(*no);
    if (!document.is_object()) return client{};
    if (auto no = demand_signing_algs(c, document)) return refuse(*no);
    if (const auto further = read_metadata(document, c.speaks().registration.metadata); !further) {
        const auto& member = further.error().message;
        const auto broken =
            member == "client_uri" ? rule::register_client_uri_absolute : rule::register_metadata_well_formed;
        if (auto no = c.demand(broken, false, member, "Input should be " + further.error().where)) {
            return refuse(*no);
        }
    }
    auto asked = client_from_json(with_defaults(c, with_statement(c, document)), c.speaks());
    const auto& methods = c.speaks().client_auth_methods;
    const std::string method(document.string_at("token_endpoint_auth_method"));
    const bool method_known = method.empty() || holds(methods, method);
    if (auto no = c.demand(rule::register_metadata_well_formed, asked.has_value(),
                           method_known ? asked ? "" : asked.error().message : "token_endpoint_auth_method",
                           fmt::format("Input should be {}", fmt::join(methods, ", ")))) {
        return refuse(*no);
    }
    if (!asked) asked = client{};
    if (auto no = demand_agreement(c, *asked)) return refuse(*no);
    if (auto no = demand_keys_and_urls(c, document)) return refuse(*no);
    if (auto no = demand_no_software_statement(c, document)) return refuse(*no);
    const bool known = oauth::is_subset(oauth::parse_scope(asked->scope), c.speaks().scopes_supported);
    if (auto no = c.demand(rule::register_scope_known, known, asked->scope, "known scopes")) return refuse(*no);
    if (c.speaks().registration.normalised_redirect_uris) {
        for (auto& uri : asked->redirect_uris) uri = normalised(uri);
    }
    // Validated and then dropped: it is not a member of RFC 7591.
    if (c.enforces(rule::register_default_sub_type_dropped)) asked->default_sub_type = client{}.default_sub_type;
    keep_unknown(c, document, *asked);
    keep_what_was_left_out(c, before, *asked);
    if (auto no = demand_logout_uris_elsewhere(c, *asked)) return refuse(*no);
    return *asked;
}

void give_secret(context& c, client& to) {
    // In dialects where users own clients, the list of clients shows a secret for public ones, too.
    const bool kept =
        to.is_public() && (c.speaks().registration.owned || !c.enforces(rule::register_public_client_without_secret));
    if (!to.has_secret() && !kept) {
        to.client_secret.clear();
        return;
    }
    if (!to.client_secret.empty()) return;
    const bool random = c.enforces(rule::register_secret_unguessable);
    to.client_secret = random ? c.at->make_token("client_secret") : fmt::format("secret-{}", c.now);
}

json::object registration_answer(const context& c, const client& registered, bool metadata_first) {
    json::object made{{"client_id", registered.client_id}};
    const bool shown = !registered.client_secret.empty() &&
                       !(registered.is_public() && c.enforces(rule::register_public_client_without_secret));
    if (shown) made.append("client_secret", registered.client_secret);
    made.append("client_id_issued_at", registered.issued_at);
    if (shown && c.enforces(rule::register_secret_expiry_returned)) made.append("client_secret_expires_at", 0);
    json::object metadata = metadata_json(registered);
    if (!c.enforces(rule::register_metadata_echoed)) metadata = {};
    json::object out = metadata_first ? metadata : made;
    for (auto& m : (metadata_first ? made : metadata).members) out.append(m.name, std::move(m.v));
    if (registered.registration_access_token.empty()) return out;
    out.append("registration_client_uri", c.at->url_of(endpoint_named("register")) + "/" + registered.client_id);
    out.append("registration_access_token", registered.registration_access_token);
    return out;
}

}  // namespace assay::mock
