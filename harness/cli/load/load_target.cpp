#include "harness/cli/load/load_target.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/cli/shared/progress.hpp"
#include "harness/engine/core/control.hpp"
#include "harness/engine/server/real_subject.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "harness/load/flows/prepare.hpp"
#include "harness/load/measurement/process_usage.hpp"
#include "harness/load/measurement/server_metrics.hpp"

namespace assay::harness {
namespace {

constexpr std::uint64_t sessions_default = 1000;
constexpr std::uint64_t sessions_by_pages = 50;  // each one is a sign-in on the server's own pages

std::vector<load::person> people_of(const json::value& users) {
    std::vector<load::person> out;
    if (users.as_array() == nullptr) return out;
    for (const json::value& u : *users.as_array()) {
        out.push_back({std::string(u.string_at("username")), std::string(u.string_at("sub"))});
    }
    return out;
}

result<std::vector<load::grant>> mint_at_mock(const std::string& control, const std::string& client_id,
                                              std::size_t count) {
    auto got = call_control("POST", control + "/mint",
                            json::object{{"count", static_cast<std::int64_t>(count)}, {"client_id", client_id}});
    if (!got) return fail(got.error());
    std::vector<load::grant> out;
    const json::value* codes = got->find("codes");
    if (codes == nullptr || codes->as_array() == nullptr) return out;
    const json::value* expires_in = got->find("expires_in");
    const std::chrono::seconds lifetime{expires_in == nullptr ? 0 : expires_in->as_integer().value_or(0)};
    for (const json::value& one : *codes->as_array()) {
        out.push_back({std::string(one.string_at("code")), std::string(got->string_at("code_verifier")),
                       std::string(got->string_at("redirect_uri")), std::string(one.string_at("nonce")),
                       std::string(one.string_at("sub")), lifetime});
    }
    return out;
}

result<void> carry_out_at_mock(const std::string& control, const load::load_event& e) {
    if (e.advance_s > 0) {
        auto moved = call_control("POST", control + "/clock", json::object{{"advance_s", e.advance_s}});
        if (!moved) return fail(moved.error());
    }
    if (e.rotate_keys) {
        auto rotated = call_control("POST", control + "/keys", json::object{});
        if (!rotated) return fail(rotated.error());
    }
    return {};
}

// Each code needs a complete sign-in on the server's own pages, so only a few are made at a time.
result<std::vector<load::grant>> sign_in_for_codes(const issuer_view& at, const std::string& role,
                                                   std::size_t count) {
    constexpr std::size_t at_most = 20;
    const std::vector<load::person> people = people_of(at.users);
    std::string sub;
    for (const load::person& p : people) {
        if (p.username == at.pages.user) sub = p.sub;
    }
    std::vector<load::grant> out;
    const check nothing;
    for (std::size_t i = 0; i < std::min(count, at_most); ++i) {
        if (interrupted()) return fail(errc::environment, "interrupted while signing in");
        server_run one(nothing, variant{}, at);
        request_words words;
        words.client = role;
        const step s = make_step("authorize", std::move(words));
        if (auto ok = verb_of(s).carry_out(one, s); !ok) return fail(ok.error());
        if (one.last["code"].empty()) {
            return fail(errc::environment,
                        fmt::format("signing in at {} ended without a code; try `assay run --server … "
                                    "--select AS-AUTHZ` to see why",
                                    at.issuer));
        }
        out.push_back(
            {one.last["code"], one.last["code_verifier"], one.last["redirect_uri"], one.last["nonce"], sub});
    }
    return out;
}

}  // namespace

bool is_allowed_host(const http::url& at, const std::vector<std::string>& allowed) {
    return at.is_loopback() || std::find(allowed.begin(), allowed.end(), at.host) != allowed.end();
}

result<void> may_load(const std::string& url, const std::vector<std::string>& allowed) {
    auto at = http::parse_url(url);
    if (!at) return fail(errc::usage, at.error().message);
    if (is_allowed_host(*at, allowed)) return {};
    return fail(errc::usage, fmt::format("{} is not this machine. If you may put load on it, say so by name: "
                                         "--allow-host {}, or allow_hosts: [{}] in the plan",
                                         at->host, at->host, at->host));
}

result<void> load_target::use_mock(const load::load_plan& plan, unsigned threads) {
    auto speaks = mock::find_dialect(plan.dialect);
    if (!speaks) return fail(errc::usage, speaks.error().message);
    mock::issuer_request r;
    r.dialect = plan.dialect;
    r.how = mock::sign_in::by_request;
    r.clients = mock::demo_clients(**speaks);
    for (mock::client& c : r.clients) c.grant_types.emplace_back("client_credentials");
    // A check may read the journal; a flow never does.
    if (plan.check.empty()) r.journal_entries = 0;
    const std::size_t kept = r.journal_entries;
    mock::embedded_options o;
    o.threads = threads;
    o.default_issuer = std::move(r);
    auto running = mock::embedded::start(std::move(o));
    if (!running) return fail(running.error());
    mock_ = std::move(*running);
    name_ = fmt::format("own mock, {}", (*speaks)->name);
    notes_.push_back(
        fmt::format("the mock ran in this process, on cores it shared with the generator; its journal {}",
                    kept == 0 ? "was off" : fmt::format("kept the last {} requests", kept)));
    if (auto ok = use_server(mock_->origin()); !ok) return ok;
    return use_control(mock_->control_origin());
}

// `issuer`: where another process has started the server of that file.
result<void> load_target::use_server(const std::string& given, const std::string& issuer) {
    auto spec = read_server(given);
    if (spec && !issuer.empty()) {
        spec->command.clear();
        spec->view.issuer = issuer;
    }
    if (spec) spec = prepare_server(std::move(*spec), given, started_);
    if (!spec) return fail(spec.error());
    spec_ = std::move(*spec);
    spec_.view.ca_file = ca_file_;
    view_ = spec_.view;
    if (name_.empty()) name_ = spec_.name;
    return {};
}

// For another mock: reads its users, and whether it signs in by request, from its control API.
result<void> load_target::use_control(const std::string& control) {
    std::string name = "default";
    const auto at = http::parse_url(view_.issuer);
    if (at && at->path.starts_with("/i/")) name = at->path.substr(3);
    view_.control = control + "/issuers/" + name;
    auto document = call_control("GET", view_.control, {});
    if (!document) return fail(document.error());
    read_issuer_document(*document, view_);
    return {};
}

result<void> load_target::fill_target(const load::load_plan& plan) {
    role_ = plan.client;
    const registered_client* who = view_.find_client(role_);
    if (who == nullptr) {
        return fail(errc::usage,
                    fmt::format("there is no client '{}' at {}; name one of its server.yaml", role_, name_));
    }
    if (who->auth_method.ends_with("_jwt")) {
        return fail(errc::unsupported,
                    fmt::format("flows authenticate by secret or not at all, not by {}; name another "
                                "client with `client:`",
                                who->auth_method));
    }
    target_.client_id = who->client_id;
    target_.client_secret = who->client_secret;
    target_.auth_method = who->auth_method;
    if (!who->redirect_uris.empty()) target_.redirect_uri = who->redirect_uris.front();
    target_.by_request = view_.by_request;
    const bool signs_in =
        std::any_of(plan.mix.begin(), plan.mix.end(), [](const auto& f) { return f.name == "sign_in"; });
    if (signs_in && !view_.by_request) {
        return fail(errc::unsupported,
                    "the flow sign_in needs a server that signs in by the request alone, and this one shows pages; "
                    "take code_exchange, which gets its codes through the pages before the load, or load with the "
                    "check AS-TRES-01 (`assay load` with its file), which signs in by them each time");
    }
    target_.people = people_of(view_.users);
    if (!view_.pages.user.empty()) {
        // On pages only one user can sign in: the one with a known password.
        std::erase_if(target_.people,
                      [&](const load::person& p) { return !view_.by_request && p.username != view_.pages.user; });
    }
    const bool plain = plan.check.empty() && std::all_of(plan.mix.begin(), plan.mix.end(),
                                                         [](const auto& f) { return f.name == "request"; });
    if (plain) {
        const auto at = http::parse_url(view_.issuer);
        origin_ = at ? at->origin() : view_.issuer;
        return {};
    }
    if (view_.control.empty()) {
        // Reads the capabilities from the metadata.
        spec_.view = view_;
        auto at = make_real_subject(spec_)->open(check{}, {});
        if (!at) return fail(at.error());
        view_ = std::move(*at);
    }
    target_.pkce = view_.can("pkce.S256");
    return load::discover(view_.issuer, view_.endpoints, ca_file_, target_, origin_);
}

load::mint load_target::mint() const {
    if (!view_.control.empty()) {
        return
            [control = view_.control, id = target_.client_id](std::size_t n) { return mint_at_mock(control, id, n); };
    }
    return [this](std::size_t n) { return sign_in_for_codes(view_, role_, n); };
}

result<std::unique_ptr<load_target>> load_target::find(const load::load_plan& plan, const load_target_options& o) {
    std::unique_ptr<load_target> out(new load_target);
    out->ca_file_ = o.ca_file;
    out->name_ = o.name;
    out->named_ = !o.name.empty();
    auto allowed = plan.allow_hosts;
    allowed.insert(allowed.end(), o.allow_hosts.begin(), o.allow_hosts.end());
    result<void> ok;
    if (plan.server.empty()) {
        ok = out->use_mock(plan, o.mock_threads);
    } else {
        ok = out->use_server(plan.server, o.issuer);
    }
    if (ok && !o.control.empty()) ok = out->use_control(o.control);
    if (ok) ok = may_load(out->view_.issuer, allowed);
    if (ok) ok = out->fill_target(plan);
    if (ok && !out->origin_.empty()) ok = may_load(out->origin_, allowed);
    out->server_metrics_ = o.server_metrics;
    // What one of them says is not to be counted twice.
    if (o.server_metrics.empty()) out->server_pid_ = out->started_.server ? out->started_.server->id() : o.server_pid;
    // Before sessions are made, which may take long.
    if (ok && o.server_pid != 0) ok = load::server_meter::start(o.server_pid).map([](const auto&) {});
    for (const std::string& url : o.server_metrics) {
        if (ok) ok = load::cpu_seconds_at(url, o.ca_file).map([](double) {});
    }
    if (!ok) return fail(ok.error());
    return out;
}

result<load::run_options> load_target::prepare(const load::load_plan& plan) const {
    load::run_options out;
    out.to = target_;
    out.origin = origin_;
    out.target_name = name();
    out.ca_file = ca_file_;
    out.codes = mint();
    out.notes = notes_;
    out.server_pid = server_pid_;
    out.server_metrics = server_metrics_;
    if (!view_.control.empty()) {
        out.carry_out = [control = view_.control](const load::load_event& e) {
            return carry_out_at_mock(control, e);
        };
        out.issuer_ahead_s = view_.clock_ahead_s;
    } else if (!plan.events.empty()) {
        return fail(
            errc::usage,
            "events move the clock and rotate the keys of our own mock; leave --server out, or name its --control");
    }
    if (!std::any_of(plan.mix.begin(), plan.mix.end(), load::needs_sessions)) return out;
    const std::uint64_t usual = view_.control.empty() ? sessions_by_pages : sessions_default;
    const std::uint64_t count = plan.sessions != 0 ? plan.sessions : usual;
    auto sessions = load::make_sessions(target_, origin_, ca_file_, out.codes, count, out.issuer_ahead_s);
    if (!sessions) return fail(sessions.error());
    out.sessions = std::move(*sessions);
    return out;
}

}  // namespace assay::harness
