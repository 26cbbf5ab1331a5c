#include "mock_server/dialect.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "data/yaml.hpp"
#include "mock_server/client_metadata.hpp"
#include "mock_server/embedded_files.hpp"

namespace assay::mock {
namespace {

// Reads members of a map into fields; the first error stays.
class reader {
public:
    reader(const yaml::document& d, const yaml::node& map) : d_(d), map_(map) {}

    template <class T, class Read>
    void into(std::string_view key, T& field, Read read) {
        known_.emplace_back(key);
        const auto* n = map_.find(key);
        if (n == nullptr || first_) return;
        auto v = read(d_, *n);
        if (v) {
            field = std::move(*v);
        } else {
            first_ = v.error();
        }
    }
    void text(std::string_view key, std::string& field) { into(key, field, yaml::as_text); }
    void flag(std::string_view key, bool& field) { into(key, field, yaml::as_boolean); }
    void number(std::string_view key, std::int64_t& field) { into(key, field, yaml::as_integer); }
    void texts(std::string_view key, std::vector<std::string>& field) { into(key, field, yaml::as_texts); }

    // A nested map, or nullptr.
    const yaml::node* map(std::string_view key) {
        known_.emplace_back(key);
        const auto* n = map_.find(key);
        if (n == nullptr) return nullptr;
        if (!n->is_map()) note(d_.error_at(n->at, fmt::format("'{}' must be a map", key)));
        return n->is_map() ? n : nullptr;
    }
    void note(error e) {
        if (!first_) first_ = std::move(e);
    }
    result<void> end(std::string_view what) {
        if (first_) return fail(*first_);
        std::vector<std::string_view> names(known_.begin(), known_.end());
        return yaml::only_keys(d_, map_, names, what);
    }

private:
    const yaml::document& d_;
    const yaml::node& map_;
    std::vector<std::string> known_;
    std::optional<error> first_;
};

result<rule> rule_at(const yaml::document& d, const yaml::place& at, const std::string& name) {
    if (const auto found = find_rule(name)) return *found;
    std::vector<std::string> names;
    for (const auto& r : rules()) names.emplace_back(r.name);
    return fail(d.error_at(at, fmt::format("unknown rule '{}'{}", name, did_you_mean(name, names))));
}

result<void> read_not_enforced(const yaml::document& d, const yaml::node& list, dialect& out) {
    for (const auto& item : list.items) {
        auto id = rule_at(d, item.at, item.scalar);
        if (!id) return fail(id.error());
        out.not_enforced.set(static_cast<std::size_t>(*id));
    }
    return {};
}

result<channel> channel_at(const yaml::document& d, const yaml::node& n) {
    static const std::vector<std::string> names{"page",   "redirect", "json",      "client_authentication",
                                                "bearer", "dpop",     "validation"};
    static constexpr std::array<channel, 7> channels{
        channel::page,   channel::redirect, channel::json,      channel::client_authentication,
        channel::bearer, channel::dpop,     channel::validation};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (n.scalar == names[i]) return channels.at(i);
    }
    return fail(
        d.error_at(n.at, fmt::format("a refusal has no form '{}'{}", n.scalar, did_you_mean(n.scalar, names))));
}

result<void> read_wordings(const yaml::document& d, const yaml::node& map, dialect& out) {
    for (const auto& entry : map.entries) {
        auto id = rule_at(d, entry.at, entry.key);
        if (!id) return fail(id.error());
        wording w;
        reader r(d, entry.value);
        r.into("status", w.status, [](const auto& doc, const auto& n) -> result<int> {
            return yaml::as_integer(doc, n).map([](std::int64_t v) { return static_cast<int>(v); });
        });
        r.into("error", w.error, yaml::as_text);
        r.into("description", w.description, yaml::as_text);
        r.into("as", w.where, channel_at);
        if (auto ok = r.end("a refusal"); !ok) return ok;
        out.wordings.emplace(*id, std::move(w));
    }
    return {};
}

result<void> read_resources(const yaml::document& d, const yaml::node& list, dialect& out) {
    for (const auto& item : list.items) {
        resource res;
        reader r(d, item);
        r.text("path", res.path);
        r.texts("subjects", res.subjects);
        r.texts("scope", res.scope);
        if (auto ok = r.end("a resource"); !ok) return ok;
        out.resources.push_back(std::move(res));
    }
    return {};
}

result<void> read_paths(const yaml::document& d, const yaml::node& map, dialect& out) {
    reader r(d, map);
    r.text("authorize", out.authorize_path);
    r.text("authorize_api", out.authorize_api_path);
    r.text("consent", out.consent_path);
    r.text("token", out.token_path);
    r.text("userinfo", out.userinfo_path);
    r.text("jwks", out.jwks_path);
    r.text("introspect", out.introspect_path);
    r.text("revoke", out.revoke_path);
    r.text("register", out.register_path);
    r.text("par", out.par_path);
    r.text("clients", out.clients_path);
    return r.end("paths");
}

result<void> read_tokens(const yaml::document& d, reader& top, dialect& out) {
    if (const auto* map = top.map("lifetimes")) {
        reader r(d, *map);
        r.number("code", out.code_lifetime);
        r.number("access_token", out.access_token_lifetime);
        r.number("refreshed_access_token", out.refreshed_access_token_lifetime);
        r.number("id_token", out.id_token_lifetime);
        r.number("refresh_token", out.refresh_token_lifetime);
        r.number("request_uri", out.request_uri_lifetime);
        if (auto ok = r.end("lifetimes"); !ok) return ok;
    }
    if (const auto* map = top.map("tokens")) {
        reader r(d, *map);
        r.text("format", out.token_format);
        r.flag("jwt_access_tokens", out.jwt_access_tokens);
        if (const auto* prefixes = r.map("prefixes")) {
            for (const auto& p : prefixes->entries) out.token_prefixes[p.key] = p.value.scalar;
        }
        if (auto ok = r.end("tokens"); !ok) return ok;
    }
    if (const auto* map = top.map("signing")) {
        reader r(d, *map);
        r.text("alg", out.signing_alg);
        r.text("kid", out.kid);
        if (auto ok = r.end("signing"); !ok) return ok;
    }
    if (const auto* map = top.map("id_token")) {
        reader r(d, *map);
        r.flag("kid", out.id_token_kid);
        r.flag("null_nonce", out.id_token_null_nonce);
        r.flag("on_refresh", out.id_token_on_refresh);
        r.flag("aud_array", out.id_token_aud_array);
        if (auto ok = r.end("id_token"); !ok) return ok;
    }
    return {};
}

result<void> read_registration(const yaml::document& d, reader& top, dialect& out) {
    const auto* map = top.map("registration");
    if (map == nullptr) return {};
    auto& by = out.registration;
    reader r(d, *map);
    r.texts("metadata", by.metadata);
    r.texts("grant_types", by.grant_types);
    r.text("auth_method", by.auth_method);
    r.flag("name_required", by.name_required);
    r.flag("redirect_uris_may_be_empty", by.redirect_uris_may_be_empty);
    r.flag("redirect_uri_host", by.redirect_uri_host);
    r.flag("http_on_private_ipv4", by.http_on_private_ipv4);
    r.flag("normalised_redirect_uris", by.normalised_redirect_uris);
    r.flag("software_statements", by.software_statements);
    r.flag("owned", by.owned);
    for (const auto& name : by.metadata) {
        if (is_metadata_member(name)) continue;
        r.note(d.error_at(map->at, fmt::format("no member of client metadata is called '{}'{}", name,
                                               did_you_mean(name, metadata_members()))));
    }
    return r.end("registration");
}

void read_settings(reader& r, dialect& out) {
    r.text("name", out.name);
    r.texts("aliases", out.aliases);
    r.text("title", out.title);
    r.texts("capabilities", out.capabilities);
    r.flag("sub_types", out.sub_types);
    r.flag("bearer_precheck", out.bearer_precheck);
    r.flag("prompt_none_asks_again", out.prompt_none_asks_again);
    r.flag("omitted_redirect_uri_uses_first", out.omitted_redirect_uri_uses_first);
    r.flag("unknown_client_is_400_without_basic", out.unknown_client_is_400_without_basic);
    r.flag("jwks_use_and_alg", out.jwks_use_and_alg);
    r.flag("introspect_sub_type", out.introspect_sub_type);
    r.flag("userinfo_needs_openid", out.userinfo_needs_openid);
    r.flag("request_objects", out.request_objects);
    r.flag("dpop", out.dpop);
    r.number("failed_authentications", out.failed_authentications);
    r.texts("grant_types", out.grant_types);
    r.texts("resource_indicators", out.resource_indicators);
    std::int64_t status = out.redirect_status;
    r.number("redirect_status", status);
    out.redirect_status = static_cast<int>(status);
    r.text("cookie_name", out.cookie_name);
    r.text("cache_control_default", out.cache_control_default);
    r.text("www_authenticate_realm", out.www_authenticate_realm);
    r.texts("scopes_supported", out.scopes_supported);
    r.texts("client_auth_methods", out.client_auth_methods);
    r.texts("revoke_auth_methods", out.revoke_auth_methods);
    r.texts("code_challenge_methods", out.code_challenge_methods);
    r.texts("claims_supported", out.claims_supported);
}

std::vector<std::shared_ptr<const dialect>> load_embedded() {
    std::vector<std::shared_ptr<const dialect>> all;
    for (const auto& file : embedded_files()) {
        if (!file.name.starts_with("dialects/")) continue;
        auto d = parse_dialect(file.text, std::string(file.name));
        if (!d) {
            std::fputs(("assay: " + d.error().text() + "\n").c_str(), stderr);
            std::abort();
        }
        all.push_back(std::make_shared<const dialect>(std::move(*d)));
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a->name < b->name; });
    return all;
}

}  // namespace

result<dialect> parse_dialect(std::string_view text, std::string file) {
    auto parsed = yaml::parse(text, std::move(file));
    if (!parsed) return fail(parsed.error());
    const auto& d = *parsed;
    if (!d.root.is_map()) return fail(d.error_at(d.root.at, "a dialect is a map that starts with 'name:'"));
    dialect out;
    reader r(d, d.root);
    read_settings(r, out);
    if (const auto* paths = r.map("paths")) {
        if (auto ok = read_paths(d, *paths, out); !ok) return fail(ok.error());
    }
    if (auto ok = read_tokens(d, r, out); !ok) return fail(ok.error());
    if (auto ok = read_registration(d, r, out); !ok) return fail(ok.error());
    if (const auto* refusals = r.map("refusals")) {
        if (auto ok = read_wordings(d, *refusals, out); !ok) return fail(ok.error());
    }
    if (const auto* extra = r.map("metadata_extra")) {
        auto v = yaml::as_json(d, *extra);
        if (!v) return fail(v.error());
        out.metadata_extra = *v->as_object();
    }
    std::vector<std::string> ignored;
    r.texts("not_enforced", ignored);
    if (const auto* list = d.root.find("not_enforced")) {
        if (auto ok = read_not_enforced(d, *list, out); !ok) return fail(ok.error());
    }
    r.into("resources", ignored, [](const auto&, const auto&) { return result<std::vector<std::string>>{}; });
    if (const auto* list = d.root.find("resources")) {
        if (auto ok = read_resources(d, *list, out); !ok) return fail(ok.error());
    }
    if (auto ok = r.end("a dialect"); !ok) return fail(ok.error());
    if (out.name.empty()) return fail(d.error_at(d.root.at, "a dialect needs a 'name'"));
    return out;
}

const std::vector<std::shared_ptr<const dialect>>& dialects() {
    static const auto all = load_embedded();
    return all;
}

result<std::shared_ptr<const dialect>> find_dialect(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& d : dialects()) {
        if (d->name == name || std::find(d->aliases.begin(), d->aliases.end(), name) != d->aliases.end()) return d;
        names.push_back(d->name);
        names.insert(names.end(), d->aliases.begin(), d->aliases.end());
    }
    return fail(errc::not_found, fmt::format("unknown dialect '{}'{}", name, did_you_mean(name, names)));
}

}  // namespace assay::mock
