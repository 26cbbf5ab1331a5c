#include "harness/engine/server_file.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>

#include <fmt/format.h>

#include "harness/engine/capabilities.hpp"
#include "harness/engine/registration.hpp"
#include "harness/scenario/variables.hpp"
#include "harness/scenario/words.hpp"
#include "http/client.hpp"
#include "http/url.hpp"
#include "reports/text.hpp"

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
    static constexpr std::array<std::string_view, 5> keys{"client_id", "client_secret", "token_endpoint_auth_method",
                                                          "redirect_uris", "private_key"};
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
    static constexpr std::array<std::string_view, 4> keys{"user", "password", "fields", "browser"};
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
    static constexpr std::array<std::string_view, 2> keys{"requests", "seconds"};
    if (auto ok = yaml::only_keys(d, n, keys, "limits"); !ok) return ok;
    for (const yaml::entry& e : n.entries) {
        auto v = yaml::as_integer(d, e.value);
        if (!v || *v < 1 || *v > 10'000'000)
            return fail(d.error_at(e.value.at, fmt::format("{} is a whole number from 1 to 10000000", e.key)));
        (e.key == "requests" ? out.requests_max : out.seconds_max) = *v;
    }
    return {};
}

result<void> load_member(const yaml::document& d, const yaml::entry& e, server_spec& out) {
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
        auto list = yaml::as_texts(d, e.value);
        if (!list) return fail(list.error());
        (e.key == "command" ? out.command : out.view.capabilities) = std::move(*list);
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
    // What the set-up step reads (setup/apps.sh).
    if (e.key == "language" || e.key == "requires" || e.key == "install") return {};
    if (e.key == "users" || e.key == "organizations" || e.key == "endpoints") {
        auto v = yaml::as_json(d, e.value);
        if (!v) return fail(v.error());
        if (e.key != "endpoints") {
            (e.key == "users" ? out.view.users : out.view.organizations) = std::move(*v);
        } else if (v->is_object()) {
            out.view.endpoints = *v->as_object();
        }
        return {};
    }
    auto v = text(d, e.value);
    if (!v) return fail(v.error());
    (e.key == "issuer"                 ? out.view.issuer
     : e.key == "name"                 ? out.name
     : e.key == "initial_access_token" ? out.initial_access_token
                                       : out.view.dialect) = std::move(*v);
    return {};
}

void without_trailing_slash(std::string& url) {
    while (url.ends_with('/')) url.pop_back();
}

class real_subject : public server_subject {
public:
    explicit real_subject(server_spec spec) : spec_(std::move(spec)) {
        auto& limits = spec_.view.limits;
        if (spec_.requests_max > 0)
            limits.requests_left = std::make_shared<std::atomic<std::int64_t>>(spec_.requests_max);
        if (spec_.seconds_max > 0)
            limits.until = std::chrono::steady_clock::now() + std::chrono::seconds(spec_.seconds_max);
        client_ = std::make_unique<http::client>(
            http::client_options{.requests_left = limits.requests_left, .ca_file = spec_.view.ca_file});
        read_metadata();
        if (!broken_) register_clients();
    }
    // What this run registered goes, also where its requests are used up.
    ~real_subject() override {
        http::client last(http::client_options{.ca_file = spec_.view.ca_file});
        for (const registration& one : registered_) (void)delete_registration(last, one);
    }
    real_subject(const real_subject&) = delete;
    real_subject& operator=(const real_subject&) = delete;

    std::string name() const override { return spec_.name; }
    std::string dialect() const override { return spec_.view.dialect; }
    std::string issuer() const override { return spec_.view.issuer; }
    std::string arguments() const override { return "--server " + reports::shell_word(spec_.given); }

    result<issuer_view> open(const check&, const json::value& faults) override {
        if (broken_) return fail(*broken_);
        if (faults.as_array() != nullptr && !faults.as_array()->empty()) {
            return fail(errc::usage, "only the mock has faults");
        }
        const auto& limits = spec_.view.limits;
        if (limits.requests_left && *limits.requests_left <= 0) {
            return fail(errc::environment,
                        fmt::format("the {} requests of this run are used up; raise limits.requests "
                                    "of the server file, or select fewer checks",
                                    spec_.requests_max));
        }
        if (limits.until && std::chrono::steady_clock::now() > *limits.until) {
            return fail(errc::environment,
                        fmt::format("the {} s of this run are over; raise limits.seconds of the server "
                                    "file, or select fewer checks",
                                    spec_.seconds_max));
        }
        return spec_.view;
    }
    void close(const issuer_view&) override {}

    void left_behind(const std::string& client_id) override {
        const std::lock_guard guard(lock_);
        left_.push_back(client_id);
    }
    std::vector<std::string> notes() const override {
        if (left_.empty()) return {};
        return {fmt::format("{} kept {} that checks registered, and gave no way to delete them (RFC 7592): {}",
                            spec_.name, left_.size() == 1 ? "a client" : fmt::format("{} clients", left_.size()),
                            fmt::join(left_, ", "))};
    }

private:
    // Clients without a client_id are this run's own.
    void register_clients() {
        for (registered_client& who : spec_.view.clients) {
            if (!who.client_id.empty()) continue;
            if (registration_endpoint_.empty()) {
                broken_ =
                    error{errc::environment, fmt::format("the client '{}' has no client_id, and the metadata no "
                                                         "registration_endpoint to get one",
                                                         who.role)};
                return;
            }
            auto made = register_client(*client_, registration_endpoint_, spec_.initial_access_token, who);
            if (!made) {
                broken_ = made.error();
                return;
            }
            if (made->uri.empty()) left_.push_back(who.client_id);
            registered_.push_back(std::move(*made));
        }
    }

    void read_metadata() {
        http::client& client = *client_;
        const std::string url = spec_.view.issuer + "/.well-known/openid-configuration";
        const auto at = http::parse_url(url);
        if (!at) {
            broken_ = at.error();
            return;
        }
        http::call c;
        c.origin = at->origin();
        c.r.target = at->target();
        c.r.head.set("Accept", "application/json");
        const auto done = client.send(std::move(c));
        if (!done) {
            broken_ = error{errc::connect,
                            fmt::format("{} cannot be reached: {}", spec_.view.issuer, done.error().message)};
            return;
        }
        const auto document = json::parse(done->received.body);
        if (done->received.status == 200 && document && document->is_object()) {
            read_capabilities(*document, spec_.view);
            registration_endpoint_ = std::string(document->string_at("registration_endpoint"));
        } else if (spec_.view.endpoints.empty()) {
            broken_ = error{errc::environment, fmt::format("{} answered {} without metadata; name its endpoints in a "
                                                           "server.yaml",
                                                           url, done->received.status)};
        }
    }

    server_spec spec_;
    std::unique_ptr<http::client> client_;
    std::string registration_endpoint_;
    std::vector<registration> registered_;
    std::optional<error> broken_;
    std::mutex lock_;
    std::vector<std::string> left_;
};

}  // namespace

result<server_spec> load_server(const yaml::document& d) {
    static constexpr std::array<std::string_view, 17> keys{"issuer",
                                                           "name",
                                                           "dialect",
                                                           "endpoints",
                                                           "clients",
                                                           "capabilities",
                                                           "users",
                                                           "sign_in",
                                                           "command",
                                                           "ready_s",
                                                           "language",
                                                           "organizations",
                                                           "install",
                                                           "requires",
                                                           "limits",
                                                           "destructive",
                                                           "initial_access_token"};
    if (auto ok = yaml::only_keys(d, d.root, keys, "the server file"); !ok) return fail(ok.error());
    server_spec out;
    out.given = d.name;
    for (const yaml::entry& e : d.root.entries) {
        if (auto ok = load_member(d, e, out); !ok) return fail(ok.error());
    }
    if (out.view.issuer.empty() == out.command.empty()) {
        return fail(
            d.error_at(d.root.at, "a server file needs 'issuer', where it listens, or 'command', which starts it"));
    }
    if (out.view.clients.empty()) return fail(d.error_at(d.root.at, "a server file needs 'clients'"));
    without_trailing_slash(out.view.issuer);
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
    without_trailing_slash(out.view.issuer);
    out.name = out.view.issuer;
    const std::vector<std::string> uris{"http://localhost:8765/callback", "http://localhost:8765/other"};
    out.view.clients = {{"confidential", "demo-web", "demo-web-secret", "client_secret_basic", uris},
                        {"post", "demo-post", "demo-post-secret", "client_secret_post", uris},
                        {"public", "demo-spa", "", "none", uris},
                        {"second", "demo-second", "demo-second-secret", "client_secret_basic", uris}};
    out.view.pages.user = "ada";
    return out;
}

std::unique_ptr<server_subject> make_real_subject(server_spec spec) {
    return std::make_unique<real_subject>(std::move(spec));
}

}  // namespace assay::harness
