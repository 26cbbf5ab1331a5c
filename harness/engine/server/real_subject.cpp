#include "harness/engine/server/real_subject.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "harness/engine/server/capabilities.hpp"
#include "harness/engine/server/precondition.hpp"
#include "harness/engine/server/registration.hpp"
#include "http/client.hpp"
#include "http/url.hpp"
#include "oauth/metadata_url.hpp"
#include "reports/text.hpp"

namespace assay::harness {
namespace {

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
        if (auto ok = read_metadata(); !ok) {
            broken_ = ok.error();
        } else if (auto made = register_clients(); !made) {
            broken_ = made.error();
        }
    }
    // Deletes the clients that this run registered, even if its limit of requests is used up.
    ~real_subject() override { delete_all(registered_); }
    real_subject(const real_subject&) = delete;
    real_subject& operator=(const real_subject&) = delete;

    std::string name() const override { return spec_.name; }
    std::string dialect() const override { return spec_.view.dialect; }
    std::string issuer() const override { return spec_.view.issuer; }
    std::string arguments() const override { return "--server " + reports::shell_word(spec_.given); }
    unsigned jobs() const override { return spec_.jobs; }

    std::optional<obstacle> prepare(const std::vector<check>& checks) override {
        if (broken_) return std::nullopt;  // open() reports it for every check
        if (std::any_of(checks.begin(), checks.end(), [](const check& c) { return needs(c, "register"); }))
            try_registration();
        if (std::none_of(checks.begin(), checks.end(), builds_on_sign_in)) return std::nullopt;
        for (const registered_client& who : std::vector<registered_client>(spec_.view.clients)) {
            if (auto failed = control_of(who)) {
                failed->message = with_place(*failed);
                return obstacle{std::move(failed->message), std::move(failed->exchanges)};
            }
        }
        return std::nullopt;
    }

    result<issuer_view> open(const check& c, const check_setup& how) override {
        if (const auto broken = broken_now()) return fail(*broken);
        if (how.faults.as_array() != nullptr && !how.faults.as_array()->empty()) {
            return fail(errc::usage, "only the mock has faults");
        }
        if (auto ok = within_limits(); !ok) return fail(ok.error());
        if (c.clients.empty() || !spec_.view.can("register")) return spec_.view;
        return with_clients_of(c);
    }
    void close(const issuer_view& at) override { delete_all(at.for_check); }

    void met_no_answer(const std::string& check) override {
        const std::lock_guard guard(lock_);
        if (broken_) return;
        http::client probe(
            http::client_options{.requests_left = spec_.view.limits.requests_left, .ca_file = spec_.view.ca_file});
        http::call c;
        const auto at =
            http::parse_url(spec_.view.metadata_url.empty() ? spec_.view.issuer : spec_.view.metadata_url);
        if (!at) return;
        c.origin = at->origin();
        c.r.target = at->target();
        const auto done = probe.send(std::move(c));
        if (done || (done.error().code != errc::connect && done.error().code != errc::timeout)) return;
        broken_ =
            error{errc::connect, fmt::format("{} stopped answering during {} ({}); what came after it was not tried",
                                             spec_.name, check, done.error().message)};
    }

    void left_behind(const std::string& client_id) override {
        const std::lock_guard guard(lock_);
        left_.push_back(client_id);
    }
    std::vector<std::string> notes() const override {
        std::vector<std::string> out = spec_.notes;
        out.insert(out.end(), notes_.begin(), notes_.end());
        if (!left_.empty()) {
            out.push_back(
                fmt::format("{} kept {} that checks registered, and gave no way to delete them (RFC 7592): {}",
                            spec_.name, reports::counted(left_.size(), "client"), fmt::join(left_, ", ")));
        }
        return out;
    }

private:
    static bool needs(const check& c, std::string_view capability) {
        return std::find(c.needs.begin(), c.needs.end(), capability) != c.needs.end();
    }

    void delete_all(const std::vector<registration>& all) const {
        if (all.empty()) return;
        http::client last(http::client_options{.ca_file = spec_.view.ca_file});
        for (const registration& one : all) (void)delete_registration(last, one);
    }

    std::optional<error> broken_now() {
        const std::lock_guard guard(lock_);
        return broken_;
    }

    result<void> within_limits() const {
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
        return {};
    }

    // ---- metadata ----

    result<void> read_metadata() {
        issuer_view& v = spec_.view;
        std::string answered;
        for (const std::string& url :
             {oauth::openid_configuration_url(v.issuer), oauth::authorization_server_metadata_url(v.issuer)}) {
            const auto at = http::parse_url(url);
            if (!at) return fail(errc::usage, fmt::format("issuer '{}' is no URL{}", v.issuer, place_of("issuer")));
            http::call c;
            c.origin = at->origin();
            c.r.target = at->target();
            c.r.head.set("Accept", "application/json");
            const auto done = client_->send(std::move(c));
            if (!done) {
                return fail(errc::connect, fmt::format("{} cannot be reached: {}{}", v.issuer, done.error().message,
                                                       place_of("issuer")));
            }
            const auto document = json::parse(done->received.body);
            if (done->received.status == 200 && document && document->is_object()) {
                take_metadata(*document, url);
                return {};
            }
            answered += fmt::format("{}{} answered {}", answered.empty() ? "" : ", ", url, done->received.status);
        }
        if (v.endpoints.empty()) {
            return fail(errc::environment,
                        fmt::format("no metadata at the issuer {}: {}; mend the issuer, or name its endpoints in the "
                                    "server file{}",
                                    v.issuer, answered, place_of("issuer")));
        }
        read_capabilities(json::value(v.endpoints), v);
        add_configured_capabilities(v);
        return {};
    }

    void take_metadata(const json::value& document, const std::string& url) {
        issuer_view& v = spec_.view;
        v.metadata_url = url;
        const std::string said(document.string_at("issuer"));
        // A terminating slash matters in every comparison of `iss`, and is easily forgotten on the command line.
        if (said != v.issuer && (said + "/" == v.issuer || v.issuer + "/" == said)) {
            notes_.push_back(fmt::format("the metadata calls the issuer {}: checks compare with that, not with {}",
                                         said, v.issuer));
            v.issuer = said;
        }
        v.capabilities.emplace_back(url.ends_with("openid-configuration") ? "discovery" : "oauth_metadata");
        read_capabilities(document, v);
        add_configured_capabilities(v);
        registration_endpoint_ = std::string(document.string_at("registration_endpoint"));
        offers_offline_access_ = lists(document, "scopes_supported", "offline_access");
        v.asks_consent = v.can("id_token");
        v.default_scope = default_scope(document);
    }

    // The usual scopes that scopes_supported lists; both of them if the metadata has no such list.
    static std::string default_scope(const json::value& document) {
        const json::value* list = document.find("scopes_supported");
        if (list == nullptr || list->as_array() == nullptr) return "openid email";
        std::string out;
        for (const char* one : {"openid", "email"}) {
            if (lists(document, "scopes_supported", one)) out += (out.empty() ? "" : " ") + std::string(one);
        }
        return out;
    }

    // ---- clients ----

    // Clients of the server file without a client_id are registered for this run.
    result<void> register_clients() {
        for (registered_client& who : spec_.view.clients) {
            if (!who.client_id.empty()) continue;
            if (registration_endpoint_.empty()) {
                return fail(errc::environment, fmt::format("the client '{}' has no client_id, and the metadata no "
                                                           "registration_endpoint to get one{}",
                                                           who.role, place_of("clients." + who.role)));
            }
            auto made = register_with_grants(*client_, registration_endpoint_, spec_.view, who);
            if (!made) {
                return fail(errc::environment,
                            fmt::format("{}{}", made.error().message, place_of("clients." + who.role)));
            }
            if (made->uri.empty()) left_.push_back(who.client_id);
            registered_.push_back(std::move(*made));
        }
        return {};
    }

    // Registration may be protected (RFC 7591 §3): then checks that register clients are skipped.
    void try_registration() {
        issuer_view& v = spec_.view;
        if (!v.can("register") || registration_endpoint_.empty()) return;
        registered_client probe = v.clients.front();
        probe.role = "probe";
        auto made = register_client(*client_, registration_endpoint_, v.initial_access_token, probe);
        if (!made) {
            std::erase(v.capabilities, "register");
            v.lacks["register"] = made.error().message;
            return;
        }
        if (!made->uri.empty() && !v.can("register_management")) v.capabilities.emplace_back("register_management");
        delete_all({*made});
        if (made->uri.empty()) left_behind(made->client_id);
    }

    // Registers the clients of this check, which replace those of the server file.
    result<issuer_view> with_clients_of(const check& c) {
        issuer_view out = spec_.view;
        http::client client(
            http::client_options{.requests_left = spec_.view.limits.requests_left, .ca_file = spec_.view.ca_file});
        for (const json::member& m : c.clients.members) {
            const auto at = std::find_if(out.clients.begin(), out.clients.end(),
                                         [&](const registered_client& one) { return one.role == m.name; });
            if (at == out.clients.end() || !m.v.is_object()) continue;
            registered_client who = *at;
            auto made =
                register_client(client, registration_endpoint_, out.initial_access_token, who, *m.v.as_object());
            if (!made) {
                delete_all(out.for_check);
                return fail(errc::unsupported, made.error().message);
            }
            if (made->uri.empty()) left_behind(made->client_id);
            out.for_check.push_back(std::move(*made));
            *at = std::move(who);
        }
        return out;
    }

    // ---- the control run ----

    std::optional<unmet> control_of(const registered_client& who) {
        issuer_view& v = spec_.view;
        control_run seen = run_control(v, who);
        if (!seen.failure && !seen.refresh_token && offers_offline_access_ && !v.offline_access) {
            issuer_view asks = v;
            asks.offline_access = true;
            control_run again = run_control(asks, who);
            if (!again.failure && again.refresh_token) {
                v.offline_access = true;
                seen = std::move(again);
            }
        }
        if (seen.failure || who.role != v.clients.front().role) return std::move(seen.failure);
        decide("refresh", seen.refresh_token, fmt::format("it gave '{}' no refresh token", who.role));
        if (seen.id_token) decide("id_token", true, "");
        return std::nullopt;
    }

    void decide(const std::string& capability, bool there, const std::string& why) {
        issuer_view& v = spec_.view;
        if (there && !v.can(capability)) v.capabilities.push_back(capability);
        if (there) return;
        std::erase(v.capabilities, capability);
        v.lacks[capability] = why;
    }

    // " (server.yaml:7:13)": the place of the key or of its parent; empty without a file.
    std::string place_of(std::string key) const {
        for (; !key.empty(); key.resize(key.find_last_of('.') == std::string::npos ? 0 : key.find_last_of('.'))) {
            if (const auto at = spec_.places.find(key); at != spec_.places.end())
                return fmt::format(" ({})", at->second);
        }
        return {};
    }

    std::string with_place(const unmet& u) const {
        if (u.key.empty()) return u.message;
        if (spec_.places.empty())
            return fmt::format("{}; write a server.yaml that says `{}` (docs/servers.md)", u.message, u.key);
        return fmt::format("{}; mend `{}`{}", u.message, u.key, place_of(u.key));
    }

    server_spec spec_;
    std::unique_ptr<http::client> client_;
    std::string registration_endpoint_;
    bool offers_offline_access_ = false;
    std::vector<registration> registered_;
    std::optional<error> broken_;
    std::vector<std::string> notes_;
    std::mutex lock_;
    std::vector<std::string> left_;
};

}  // namespace

std::unique_ptr<server_subject> make_real_subject(server_spec spec) {
    return std::make_unique<real_subject>(std::move(spec));
}

}  // namespace assay::harness
