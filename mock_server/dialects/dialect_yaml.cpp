// Reads a dialect: the plain members by their table, then rules, refusals and resources.
#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "mock_server/dialects/claim_template.hpp"
#include "mock_server/dialects/client_metadata.hpp"
#include "mock_server/dialects/dialect_fields.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "oauth/grant_types.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

using strings = std::vector<std::string>;
using string_map = std::map<std::string, std::string>;

result<rule> rule_at(const yaml::document& d, const yaml::place& at, const std::string& name) {
    if (const auto found = find_rule(name)) return *found;
    strings names;
    for (const auto& r : rules()) names.emplace_back(r.name);
    return fail(d.error_at(at, fmt::format("unknown rule '{}'{}", name, did_you_mean(name, names))));
}

result<void> demand_one_of(const yaml::document& d, const yaml::node& n, const std::string& text,
                           const dialect_field& f) {
    if (f.one_of.empty() || std::find(f.one_of.begin(), f.one_of.end(), text) != f.one_of.end()) return {};
    const strings names(f.one_of.begin(), f.one_of.end());
    return fail(d.error_at(n.at, fmt::format("'{}' must be one of {}, not '{}'{}", f.name, fmt::join(names, ", "),
                                             text, nearest(text, names).empty() ? "" : did_you_mean(text, names))));
}

result<string_map> as_map(const yaml::document& d, const yaml::node& n, std::string_view name) {
    if (!n.is_map()) return fail(d.error_at(n.at, fmt::format("'{}' must be a map of texts", name)));
    string_map out;
    for (const auto& e : n.entries) {
        auto v = yaml::as_text(d, e.value);
        if (!v) return fail(v.error());
        out.emplace(e.key, std::move(*v));
    }
    return out;
}

// JSON whose texts may have holes to fill in.
result<json::value> read_template(const yaml::document& d, const yaml::node& n) {
    auto v = yaml::as_json(d, n);
    if (!v) return v;
    if (auto ok = demand_answer_template(*v); !ok) return fail(d.error_at(n.at, ok.error().message));
    return v;
}

// Writes one member; values of lists and texts are checked against the allowed ones.
struct field_reader {
    const yaml::document& d;
    const yaml::node& n;
    const dialect_field& f;
    dialect& out;

    template <class T>
    result<void> put(result<T> v, member_of<T> at) {
        if (!v) return fail(v.error());
        at(out) = std::move(*v);
        return {};
    }
    result<void> operator()(member_of<bool> at) { return put(yaml::as_boolean(d, n), at); }
    result<void> operator()(member_of<std::int64_t> at) {
        auto v = yaml::as_integer(d, n);
        if (v && *v < 0) return fail(d.error_at(n.at, fmt::format("'{}' cannot be negative", f.name)));
        return put(std::move(v), at);
    }
    result<void> operator()(member_of<string_map> at) {
        auto v = as_map(d, n, f.name);
        if (v) v->merge(at(out));  // members of the file come before inherited ones
        return put(std::move(v), at);
    }
    result<void> operator()(member_of<std::string> at) {
        auto v = yaml::as_text(d, n);
        if (!v) return fail(v.error());
        if (f.section == "paths" && !v->empty() && !v->starts_with('/'))
            return fail(d.error_at(n.at, fmt::format("path '{}' must start with /; empty: no such endpoint", *v)));
        if (auto ok = demand_one_of(d, n, *v, f); !ok) return ok;
        return put(std::move(v), at);
    }
    result<void> operator()(member_of<json::value> at) {
        auto v = read_template(d, n);
        return put(std::move(v), at);
    }
    result<void> operator()(member_of<strings> at) {
        auto v = yaml::as_texts(d, n);
        if (!v) return fail(v.error());
        for (std::size_t i = 0; i < v->size(); ++i) {
            const auto& where = n.is_sequence() ? n.items[i] : n;
            if (auto ok = demand_one_of(d, where, (*v)[i], f); !ok) return ok;
        }
        return put(std::move(v), at);
    }
};

result<void> read_fields(const yaml::document& d, const yaml::node& map, std::string_view section, dialect& out) {
    std::vector<std::string_view> known;
    for (const auto& f : dialect_fields()) {
        if (f.section != section) continue;
        known.push_back(f.name);
        const auto* n = map.find(f.name);
        if (n == nullptr) continue;
        if (auto ok = std::visit(field_reader{d, *n, f, out}, f.at); !ok) return ok;
    }
    if (section.empty()) {
        known.insert(known.end(), dialect_sections().begin(), dialect_sections().end());
        known.insert(known.end(), special_members().begin(), special_members().end());
    }
    return yaml::only_keys(d, map, known, section.empty() ? "a dialect" : section);
}

result<void> read_enforcement(const yaml::document& d, std::string_view key, bool lenient, dialect& out) {
    const auto* list = d.root.find(key);
    if (list == nullptr) return {};
    if (auto texts = yaml::as_texts(d, *list); !texts) return fail(texts.error());
    if (!list->is_sequence()) return fail(d.error_at(list->at, fmt::format("'{}' must be a list of rules", key)));
    for (const auto& item : list->items) {
        auto id = rule_at(d, item.at, item.scalar);
        if (!id) return fail(id.error());
        out.not_enforced.set(static_cast<std::size_t>(*id), lenient);
    }
    return {};
}

result<channel> channel_at(const yaml::document& d, const yaml::node& n) {
    strings names;
    for (const auto& [name, where] : refusal_channels()) {
        if (n.scalar == name) return where;
        names.emplace_back(name);
    }
    return fail(
        d.error_at(n.at, fmt::format("a refusal has no form '{}'{}", n.scalar, did_you_mean(n.scalar, names))));
}

result<wording> read_wording(const yaml::document& d, const yaml::node& n) {
    static constexpr std::string_view keys[] = {"status", "error", "description", "as", "members"};
    if (auto ok = yaml::only_keys(d, n, keys, "a refusal"); !ok) return fail(ok.error());
    wording w;
    if (const auto* status = n.find("status")) {
        auto v = yaml::as_integer(d, *status);
        if (!v) return fail(v.error());
        if (*v < 400 || *v > 599) return fail(d.error_at(status->at, "the status of a refusal is 400 to 599"));
        w.status = static_cast<int>(*v);
    }
    if (const auto* members = n.find("members")) {
        auto v = read_template(d, *members);
        if (!v) return fail(v.error());
        if (!v->is_object()) return fail(d.error_at(members->at, "'members' must be a map"));
        w.members = *v->as_object();
    }
    if (const auto* as = n.find("as")) {
        auto where = channel_at(d, *as);
        if (!where) return fail(where.error());
        w.where = *where;
    }
    for (const auto& [key, field] : {std::pair<std::string_view, std::optional<std::string>*>{"error", &w.error},
                                     {"description", &w.description}}) {
        const auto* text = n.find(key);
        if (text == nullptr) continue;
        auto v = yaml::as_text(d, *text);
        if (!v) return fail(v.error());
        *field = std::move(*v);
    }
    return w;
}

result<void> read_wordings(const yaml::document& d, dialect& out) {
    const auto* map = d.root.find("refusals");
    if (map == nullptr) return {};
    if (!map->is_map()) return fail(d.error_at(map->at, "'refusals' must be a map from rules to their words"));
    for (const auto& entry : map->entries) {
        auto id = rule_at(d, entry.at, entry.key);
        if (!id) return fail(id.error());
        auto w = read_wording(d, entry.value);
        if (!w) return fail(w.error());
        out.wordings.insert_or_assign(*id, std::move(*w));
    }
    return {};
}

result<void> read_resources(const yaml::document& d, dialect& out) {
    const auto* list = d.root.find("resources");
    if (list == nullptr) return {};
    if (!list->is_sequence()) return fail(d.error_at(list->at, "'resources' must be a list"));
    static constexpr std::string_view keys[] = {"path", "subjects", "scope", "creates", "answer"};
    out.resources.clear();
    for (const auto& item : list->items) {
        if (auto ok = yaml::only_keys(d, item, keys, "a resource"); !ok) return ok;
        resource res;
        const auto* path = item.find("path");
        if (path == nullptr) return fail(d.error_at(item.at, "a resource needs a 'path'"));
        auto text = yaml::as_text(d, *path);
        if (!text) return fail(text.error());
        res.path = std::move(*text);
        for (const auto& [key, field] : {std::pair<std::string_view, strings*>{"subjects", &res.subjects},
                                         {"scope", &res.scope},
                                         {"creates", &res.creates}}) {
            const auto* n = item.find(key);
            if (n == nullptr) continue;
            auto v = yaml::as_texts(d, *n);
            if (!v) return fail(v.error());
            *field = std::move(*v);
        }
        if (const auto* n = item.find("answer")) {
            auto v = read_template(d, *n);
            if (!v) return fail(v.error());
            res.answer = std::move(*v);
        }
        out.resources.push_back(std::move(res));
    }
    return {};
}

result<claim_shape> read_claim_shape(const yaml::document& d, const yaml::node& n) {
    static constexpr std::string_view keys[] = {"claims", "scope", "in"};
    static const strings places{"id_token", "userinfo", "access_token"};
    if (auto ok = yaml::only_keys(d, n, keys, "a row of claims"); !ok) return fail(ok.error());
    claim_shape out;
    const auto* claims = n.find("claims");
    if (claims == nullptr || !claims->is_map())
        return fail(d.error_at(n.at, "a row of claims needs 'claims', a map of names and values"));
    auto v = read_template(d, *claims);
    if (!v) return fail(v.error());
    out.claims = *v->as_object();
    if (const auto* scope = n.find("scope")) {
        auto text = yaml::as_text(d, *scope);
        if (!text) return fail(text.error());
        out.scope = std::move(*text);
    }
    const auto* in = n.find("in");
    if (in == nullptr) return out;
    auto named = yaml::as_texts(d, *in);
    if (!named) return fail(named.error());
    for (const auto& one : *named) {
        if (std::find(places.begin(), places.end(), one) == places.end()) {
            return fail(d.error_at(in->at, fmt::format("claims are in {}, not in '{}'{}", fmt::join(places, ", "),
                                                       one, did_you_mean(one, places))));
        }
    }
    out.in = std::move(*named);
    return out;
}

result<void> read_claims(const yaml::document& d, dialect& out) {
    const auto* list = d.root.find("claims");
    if (list == nullptr) return {};
    if (!list->is_sequence()) return fail(d.error_at(list->at, "'claims' must be a list of rows"));
    out.claims.clear();
    for (const auto& item : list->items) {
        auto one = read_claim_shape(d, item);
        if (!one) return fail(one.error());
        out.claims.push_back(std::move(*one));
    }
    return {};
}

result<void> read_metadata_extra(const yaml::document& d, dialect& out) {
    const auto* extra = d.root.find("metadata_extra");
    if (extra == nullptr) return {};
    auto v = read_template(d, *extra);
    if (!v) return fail(v.error());
    if (!v->is_object()) return fail(d.error_at(extra->at, "'metadata_extra' must be a map"));
    for (auto& m : v->as_object()->members) out.metadata_extra.set(m.name, m.v);
    return {};
}

result<void> demand_metadata_members(const yaml::document& d, const dialect& out) {
    for (const auto& name : out.registration.metadata) {
        if (is_metadata_member(name)) continue;
        return fail(
            d.error_at(d.root.find("registration")->at, fmt::format("no member of client metadata is called '{}'{}",
                                                                    name, did_you_mean(name, metadata_members()))));
    }
    return {};
}

// The dialect to start from: the extended one without its names, or the defaults.
result<dialect> base_of(const yaml::document& d, const dialect_lookup& find) {
    const auto* extends = d.root.find("extends");
    if (extends == nullptr) return dialect{};
    auto name = yaml::as_text(d, *extends);
    if (!name) return fail(name.error());
    auto base = find(*name);
    if (!base) return fail(d.error_at(extends->at, base.error().message));
    dialect out = **base;
    out.name.clear();
    out.aliases.clear();
    out.title.clear();
    return out;
}

// Metadata is found below the issuer identifier (OIDC Discovery §4); the location of RFC 8414 §3.1 leads there.
void place_metadata(dialect& d) {
    std::string_view below = d.issuer_path;
    while (below.ends_with('/')) below.remove_suffix(1);
    for (const auto* row : {&endpoint_named("metadata"), &endpoint_named("oauth_metadata")})
        d.paths[static_cast<std::size_t>(row - endpoint_rows.data())] = fmt::format("{}{}", below, row->fixed_path);
}

// Adds and removes the capabilities that follow from the other members.
void derive_capabilities(dialect& d) {
    std::erase(d.capabilities, "organization_tokens");
    std::erase(d.capabilities, "organization_limits");
    if (d.sub_types)
        d.capabilities.emplace_back(d.limits_organizations() ? "organization_limits" : "organization_tokens");
    const auto& grants = d.grant_types;
    const auto offers = [&](std::string_view name) {
        return std::find(grants.begin(), grants.end(), name) != grants.end();
    };
    // A dialect that removes a grant loses its endpoints and its capability.
    for (const auto& [grant, capability] : {std::pair{oauth::token_exchange_grant, "token_exchange"},
                                            {oauth::jwt_bearer_grant, "jwt_bearer"},
                                            {std::string_view("client_credentials"), "client_credentials"}}) {
        if (!offers(grant)) std::erase(d.capabilities, capability);
    }
    for (const auto& row : endpoint_rows) {
        const bool of_devices = row.key == "device_authorization" || row.key == "device";
        if (of_devices && !offers(oauth::device_code_grant))
            d.paths[static_cast<std::size_t>(&row - endpoint_rows.data())].clear();
    }
    // A dialect that removes an endpoint also loses the capabilities of that endpoint.
    std::erase_if(d.capabilities, [&](const std::string& capability) {
        return std::any_of(endpoint_rows.begin(), endpoint_rows.end(), [&](const endpoint_row& row) {
            return row.in_dialect && path_of(row, d).empty() &&
                   oauth::has_scope(oauth::parse_scope(row.capabilities), capability);
        });
    });
}

}  // namespace

result<dialect> read_dialect(const yaml::document& d, const dialect_lookup& find) {
    if (!d.root.is_map()) return fail(d.error_at(d.root.at, "a dialect is a map that starts with 'name:'"));
    auto base = base_of(d, find);
    if (!base) return fail(base.error());
    dialect out = std::move(*base);
    if (auto ok = read_fields(d, d.root, "", out); !ok) return fail(ok.error());
    for (const auto section : dialect_sections()) {
        const auto* map = d.root.find(section);
        if (map == nullptr) continue;
        if (auto ok = read_fields(d, *map, section, out); !ok) return fail(ok.error());
    }
    for (const auto& ok : {read_enforcement(d, "not_enforced", true, out),
                           read_enforcement(d, "enforced", false, out), read_wordings(d, out), read_claims(d, out),
                           read_resources(d, out), read_metadata_extra(d, out), demand_metadata_members(d, out)}) {
        if (!ok) return fail(ok.error());
    }
    if (out.name.empty()) return fail(d.error_at(d.root.at, "a dialect needs a 'name'"));
    const bool signs = out.jwt_access_tokens || oauth::has_scope(out.scopes_supported, "openid");
    if (path_of(endpoint_named("authorize"), out).empty() || path_of(endpoint_named("token"), out).empty() ||
        (signs && path_of(endpoint_named("jwks"), out).empty()))
        return fail(
            d.error_at(d.root.at, "a dialect needs paths for authorize, token and jwks, or 'extends: strict'"));
    place_metadata(out);
    if (!out.version_header.empty() && out.versions.empty())
        return fail(d.error_at(d.root.at, "'version_header' needs 'versions', the first of them the default"));
    derive_capabilities(out);
    return out;
}

result<dialect> parse_dialect(std::string_view text, std::string file, const dialect_lookup& find) {
    auto parsed = yaml::parse(text, std::move(file));
    if (!parsed) return fail(parsed.error());
    return read_dialect(*parsed, find);
}

}  // namespace assay::mock
