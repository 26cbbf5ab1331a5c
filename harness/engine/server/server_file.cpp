#include "harness/engine/server/server_file.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "data/nearest.hpp"
#include "harness/scenario/capability_words.hpp"
#include "harness/scenario/variables.hpp"
#include "harness/scenario/words.hpp"
#include "http/url.hpp"

namespace assay::harness {
namespace {

result<json::value> environment(std::string_view name) {
    constexpr std::string_view prefix = "env.";
    if (!name.starts_with(prefix))
        return fail(errc::usage, fmt::format("${{{}}}: only ${{env.NAME}} is known here", name));
    const std::string variable(name.substr(prefix.size()));
    const char* value = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): before any thread starts
    if (value == nullptr) return fail(errc::usage, fmt::format("set the environment variable {} first", variable));
    return json::value(value);
}

result<std::string> text(const yaml::document& d, const yaml::node& n) {
    auto raw = yaml::as_text(d, n);
    if (!raw) return raw;
    auto out = variables(environment).expand(*raw);
    if (!out) return fail(d.error_at(n.at, out.error().message));
    return out;
}

std::string default_method(std::string_view role) {
    if (role == "public") return "none";
    if (role == "key") return "private_key_jwt";
    if (role == "jwt_secret") return "client_secret_jwt";
    return role == "post" ? "client_secret_post" : "client_secret_basic";
}

result<registered_client> load_registered(const yaml::document& d, const yaml::entry& e) {
    static constexpr std::array<std::string_view, 6> keys{
        "client_id", "client_secret", "token_endpoint_auth_method", "redirect_uris", "private_key", "scope"};
    registered_client out;
    out.role = e.key;
    out.auth_method = default_method(e.key);
    if (auto ok = yaml::only_keys(d, e.value, keys, fmt::format("client '{}'", e.key)); !ok) return fail(ok.error());
    for (const yaml::entry& part : e.value.entries) {
        if (part.key == "redirect_uris") {
            auto list = yaml::as_texts(d, part.value);
            if (!list) return fail(list.error());
            out.redirect_uris = std::move(*list);
            continue;
        }
        auto v = text(d, part.value);
        if (!v) return fail(v.error());
        if (part.key == "private_key") {
            auto key = oauth::jwk::from_pem(*v);
            if (!key) return fail(d.error_at(part.value.at, "private_key is no PEM: " + key.error().message));
            out.key = std::move(*key);
            continue;
        }
        (part.key == "client_id"       ? out.client_id
         : part.key == "client_secret" ? out.client_secret
         : part.key == "scope"         ? out.scope
                                       : out.auth_method) = std::move(*v);
    }
    if (out.redirect_uris.empty() || (out.client_id.empty() && !out.client_secret.empty())) {
        return fail(
            d.error_at(e.at, fmt::format("client '{}' needs redirect_uris, and client_id unless the run is to "
                                         "register it",
                                         e.key)));
    }
    return out;
}

// Records the place of each key in `n`, at any depth: "clients.public.scope" -> "server.yaml:7:13".
void note_places(const yaml::document& d, const yaml::node& n, const std::string& above,
                 std::map<std::string, std::string>& out) {
    for (const yaml::entry& e : n.entries) {
        const std::string path = above.empty() ? e.key : above + "." + e.key;
        out[path] = d.error_at(e.at, "").where;
        note_places(d, e.value, path, out);
    }
}

result<void> load_clients_of(const yaml::document& d, const yaml::node& n, issuer_view& out) {
    if (auto ok = yaml::only_keys(d, n, client_roles(), "clients"); !ok) return ok;
    for (const yaml::entry& e : n.entries) {
        auto one = load_registered(d, e);
        if (!one) return fail(one.error());
        out.clients.push_back(std::move(*one));
    }
    return {};
}

result<void> load_sign_in_of(const yaml::document& d, const yaml::node& n, page_sign_in& out) {
    static constexpr std::array<std::string_view, 5> keys{"user", "password", "fields", "press", "browser"};
    if (auto ok = yaml::only_keys(d, n, keys, "sign_in"); !ok) return ok;
    for (const yaml::entry& e : n.entries) {
        if (e.key == "browser") {
            auto which = yaml::as_text(d, e.value);
            if (!which) return fail(which.error());
            if (*which != "forms" && *which != "webdriver")
                return fail(
                    d.error_at(e.value.at, "browser is forms (plain HTML, the default) or webdriver (Chromium)"));
            out.needs_browser = *which == "webdriver";
            continue;
        }
        if (e.key == "press") {
            auto list = yaml::as_texts(d, e.value);
            if (!list) return fail(list.error());
            out.press = std::move(*list);
            continue;
        }
        if (e.key != "fields") {
            auto v = text(d, e.value);
            if (!v) return fail(v.error());
            (e.key == "user" ? out.user : out.password) = std::move(*v);
            continue;
        }
        for (const yaml::entry& field : e.value.entries) {
            auto v = text(d, field.value);
            if (!v) return fail(v.error());
            out.fields.emplace_back(field.key, std::move(*v));
        }
    }
    return {};
}

result<void> load_limits(const yaml::document& d, const yaml::node& n, server_spec& out) {
    static constexpr std::array<std::string_view, 4> keys{"requests", "seconds", "check_seconds", "jobs"};
    if (auto ok = yaml::only_keys(d, n, keys, "limits"); !ok) return ok;
    for (const yaml::entry& e : n.entries) {
        auto v = yaml::as_integer(d, e.value);
        if (!v || *v < 1 || *v > 10'000'000)
            return fail(d.error_at(e.value.at, fmt::format("{} is a whole number from 1 to 10000000", e.key)));
        if (e.key == "check_seconds") {
            out.view.limits.check_budget = std::chrono::seconds(*v);
            continue;
        }
        if (e.key == "jobs") {
            out.jobs = static_cast<unsigned>(*v);
            continue;
        }
        (e.key == "requests" ? out.requests_max : out.seconds_max) = *v;
    }
    return {};
}

// Other members are claims of any name; checks use them by `id_member` (${user.ada.sub}).
result<void> load_people(const yaml::document& d, const yaml::node& n, std::string_view what,
                         std::string_view id_member, json::value& out) {
    if (!n.is_sequence()) return fail(d.error_at(n.at, fmt::format("each is a map with a {}, in a list", id_member)));
    for (const yaml::node& one : n.items) {
        if (one.is_map() && one.find(id_member) != nullptr) continue;
        return fail(d.error_at(one.at, fmt::format("{} needs a {}", what, id_member)));
    }
    auto v = yaml::as_json(d, n);
    if (!v) return fail(v.error());
    out = std::move(*v);
    return {};
}

// Members of RFC 8414 §2 and its extensions, or any other metadata member; a misspelt known one is an error.
result<void> load_endpoints(const yaml::document& d, const yaml::node& n, json::object& out) {
    static const std::vector<std::string> registered{"authorization_endpoint",
                                                     "token_endpoint",
                                                     "jwks_uri",
                                                     "userinfo_endpoint",
                                                     "registration_endpoint",
                                                     "introspection_endpoint",
                                                     "revocation_endpoint",
                                                     "pushed_authorization_request_endpoint",
                                                     "device_authorization_endpoint",
                                                     "end_session_endpoint"};
    auto v = yaml::as_json(d, n);
    if (!v) return fail(v.error());
    if (!v->is_object()) return fail(d.error_at(n.at, "endpoints is a map: token_endpoint: https://…"));
    for (const yaml::entry& e : n.entries) {
        const bool there = e.key.ends_with("_supported") ||
                           std::find(registered.begin(), registered.end(), e.key) != registered.end();
        if (const std::string near = there ? "" : nearest(e.key, registered); !near.empty())
            return fail(d.error_at(e.at, fmt::format("the metadata has no '{}'; did you mean '{}'?", e.key, near)));
    }
    out = *v->as_object();
    return {};
}

// Each is a scheme, a host and a port: the paths are those of the issuer's endpoints.
result<void> load_nodes(const yaml::document& d, const yaml::node& n, issuer_view& out) {
    auto list = yaml::as_texts(d, n);
    if (!list) return fail(list.error());
    for (std::size_t k = 0; k < list->size(); ++k) {
        const auto url = http::parse_url((*list)[k]);
        if (url && (url->scheme == "http" || url->scheme == "https") && url->origin() == (*list)[k]) continue;
        return fail(d.error_at(n.is_sequence() ? n.items[k].at : n.at,
                               fmt::format("node '{}' is no origin; write it as http://10.0.0.1:8080", (*list)[k])));
    }
    if (list->size() < 2) return fail(d.error_at(n.at, "nodes are two or more: of one, leave them out"));
    out.nodes = std::move(*list);
    out.capabilities.emplace_back("nodes");
    return {};
}

result<void> load_member(const yaml::document& d, const yaml::entry& e, server_spec& out) {
    if (e.key == "nodes") return load_nodes(d, e.value, out.view);
    if (e.key == "clients") return load_clients_of(d, e.value, out.view);
    if (e.key == "sign_in") return load_sign_in_of(d, e.value, out.view.pages);
    if (e.key == "limits") return load_limits(d, e.value, out);
    if (e.key == "destructive") {
        auto flag = yaml::as_boolean(d, e.value);
        if (!flag) return fail(flag.error());
        out.view.limits.destructive = *flag;
        return {};
    }
    if (e.key == "capabilities" || e.key == "command") {
        const bool can = e.key == "capabilities";
        auto list = can ? load_capabilities(d, e.value, side::server) : yaml::as_texts(d, e.value);
        if (!list) return fail(list.error());
        auto& to = can ? out.view.capabilities : out.command;
        to.insert(to.end(), list->begin(), list->end());
        return {};
    }
    if (e.key == "ready_s") {
        auto seconds = yaml::as_integer(d, e.value);
        if (!seconds || *seconds < 1 || *seconds > 300) {
            return fail(d.error_at(e.value.at, "ready_s is a number of seconds from 1 to 300"));
        }
        out.ready_deadline = std::chrono::seconds(*seconds);
        return {};
    }
    // Keys for the set-up script (setup/apps.sh).
    if (e.key == "language" || e.key == "requires" || e.key == "install") return {};
    if (e.key == "users") return load_people(d, e.value, "a user", "username", out.view.users);
    if (e.key == "organizations") return load_people(d, e.value, "an organization", "slug", out.view.organizations);
    if (e.key == "endpoints") return load_endpoints(d, e.value, out.view.endpoints);
    auto v = text(d, e.value);
    if (!v) return fail(v.error());
    (e.key == "issuer"                 ? out.view.issuer
     : e.key == "name"                 ? out.name
     : e.key == "initial_access_token" ? out.view.initial_access_token
                                       : out.view.dialect) = std::move(*v);
    return {};
}

}  // namespace

result<server_spec> load_server(const yaml::document& d) {
    static constexpr std::array<std::string_view, 18> keys{
        "issuer",        "name",    "dialect",  "endpoints", "nodes",       "clients",
        "capabilities",  "users",   "sign_in",  "command",   "ready_s",     "language",
        "organizations", "install", "requires", "limits",    "destructive", "initial_access_token"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "the server file"); !ok) return fail(ok.error());
    server_spec out;
    out.given = d.name;
    note_places(d, d.root, "", out.places);
    for (const yaml::entry& e : d.root.entries) {
        if (auto ok = load_member(d, e, out); !ok) return fail(ok.error());
    }
    if (out.view.issuer.empty() == out.command.empty()) {
        return fail(
            d.error_at(d.root.at, "a server file needs 'issuer', where it listens, or 'command', which starts it"));
    }
    if (out.view.clients.empty()) return fail(d.error_at(d.root.at, "a server file needs 'clients'"));
    if (out.name.empty()) out.name = out.view.issuer;
    return out;
}

result<server_spec> bare_server(const std::string& url) {
    if (auto at = http::parse_url(url); !at) {
        return fail(errc::usage, fmt::format("--server {}: neither a file nor an http(s) URL", url));
    }
    server_spec out;
    out.given = url;
    out.view.issuer = url;
    out.name = out.view.issuer;
    const std::vector<std::string> uris{"http://localhost:8765/callback", "http://localhost:8765/other"};
    out.view.clients = {{"confidential", "demo-web", "demo-web-secret", "client_secret_basic", uris},
                        {"post", "demo-post", "demo-post-secret", "client_secret_post", uris},
                        {"public", "demo-spa", "", "none", uris},
                        {"second", "demo-second", "demo-second-secret", "client_secret_basic", uris}};
    out.view.pages.user = "ada";
    return out;
}

}  // namespace assay::harness
