#include "mock_server/routing/dispatch.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "http/wire.hpp"
#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/endpoints/endpoints.hpp"
#include "mock_server/endpoints/table.hpp"
#include "mock_server/faults/outgoing.hpp"
#include "mock_server/faults/sent.hpp"
#include "mock_server/faults/tls_origins.hpp"
#include "mock_server/issuer/resources.hpp"
#include "mock_server/pages/index.hpp"
#include "mock_server/protocol/bearer.hpp"
#include "mock_server/request/refusals.hpp"
#include "mock_server/routing/safe_answer.hpp"
#include "mock_server/store/outage.hpp"

namespace assay::mock {
namespace {

constexpr std::string_view organization_segment = "{organization}";
constexpr std::string_view moved_prefix = "/moved";  // of the fault metadata_moved

const endpoints::served* find_endpoint(const dialect& d, std::string_view path) {
    for (const auto& one : endpoints::table()) {
        const auto there = path_of(*one.row, d);
        if (!there.empty() && there == path) return &one;
    }
    return nullptr;
}

// RFC 7592 §2: {register}/{client_id}.
std::optional<std::string_view> match_client(const dialect& d, std::string_view path) {
    const std::string_view stem = path_of(endpoint_named("register"), d);
    if (stem.empty() || !path.starts_with(stem)) return std::nullopt;
    path.remove_prefix(stem.size());
    if (path.size() < 2 || path.front() != '/' || path.find('/', 1) != std::string_view::npos) return std::nullopt;
    return path.substr(1);
}

// The organization's id if the path is that of a resource with an organization; "" for one without.
std::optional<std::string_view> match_resource(const resource& r, std::string_view path) {
    const std::string_view pattern = r.path;
    if (!pattern.ends_with(organization_segment))
        return pattern == path ? std::optional(std::string_view{}) : std::nullopt;
    const auto stem = pattern.substr(0, pattern.size() - organization_segment.size());
    if (!path.starts_with(stem) || path.size() == stem.size()) return std::nullopt;
    const auto id = path.substr(stem.size());
    if (id.find('/') != std::string_view::npos) return std::nullopt;
    return id;
}

// Polar's application checks this before its routes.
std::optional<http::response> refuse_early(const context& c) {
    const auto& method = c.in.request.method;
    const bool writes = method == "POST" || method == "PUT" || method == "PATCH";
    if (c.speaks().content_length_required && writes && c.in.request.head.find("content-length") == nullptr) {
        return json_response(
            411, json::object{{"error", "LengthRequired"}, {"detail", "A Content-Length header is required"}});
    }
    const auto& versions = c.speaks().versions;
    const auto* version =
        c.speaks().version_header.empty() ? nullptr : c.in.request.head.find(c.speaks().version_header);
    if (version != nullptr && std::find(versions.begin(), versions.end(), *version) == versions.end())
        return no_such_route(c, 404);
    return std::nullopt;
}

void take_path(context& c, std::string path) {
    c.path = std::move(path);
    for (const auto& [from, to] : c.speaks().path_aliases) {
        if (c.path != from && !c.path.starts_with(from + "/")) continue;
        c.path.replace(0, from.size(), to);
        c.alias = from;
        return;
    }
}

void append_version(const context& c, http::response& r) {
    const auto& name = c.speaks().version_header;
    if (name.empty()) return;
    const auto& versions = c.speaks().versions;
    const auto* asked = c.in.request.head.find(name);
    const bool known = asked != nullptr && std::find(versions.begin(), versions.end(), *asked) != versions.end();
    r.head.append(name, known ? *asked : versions.front());
}

// An attacker's origin, to which a client must not send secrets. It answers with valid-looking tokens.
http::response elsewhere(context& c) {
    c.go_to(endpoint_named("elsewhere"));
    if (c.path.ends_with("/openid-configuration")) {
        auto out = std::get<http::response>(endpoints::metadata(c));
        c.answers_at.reset();
        const std::string here = json::quote(c.at->url());
        for (std::size_t at = 0; (at = out.body.find(here.substr(0, here.size() - 1), at)) != std::string::npos;) {
            const std::string there = json::quote(c.elsewhere());
            out.body.replace(at, here.size() - 1, there.substr(0, there.size() - 1));
            at += there.size();
        }
        return out;
    }
    return json_response(200, json::object{{"access_token", "made-elsewhere"},
                                           {"token_type", "Bearer"},
                                           {"expires_in", 3600},
                                           {"refresh_token", "made-elsewhere-too"},
                                           {"sub", "somebody-else"},
                                           {"keys", json::array{}}});
}

// Whether scripts of other origins may read the answer. Never at the authorization endpoint (OAuth 2.1 §3.1).
bool is_read_across_origins(const context& c) {
    const bool is_page =
        c.path == path_of(endpoint_named("authorize"), c.speaks()) || c.route->read == cross_origin::never;
    if (c.speaks().api_read_across_origins && !is_page) return true;
    if (c.endpoint == "authorize") return !c.enforces(rule::authorize_not_read_across_origins);
    return c.route->read == cross_origin::open;
}

// CORS preflight: sent before an Authorization header, JSON or a DPoP proof across origins (Fetch §3.2.2).
std::optional<http::response> preflight(const context& c) {
    if (c.in.request.method != "OPTIONS" || !is_read_across_origins(c)) return std::nullopt;
    http::response out;
    out.status = 204;
    const auto wanted = c.in.request.head.value("Access-Control-Request-Headers");
    out.head = {
        {"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"},
        {"Access-Control-Allow-Headers", wanted.empty() ? "Authorization, Content-Type, DPoP" : std::string(wanted)},
        {"Access-Control-Max-Age", "600"}};
    return out;
}

void allow_other_origins(const context& c, http::response& r) {
    if (c.in.request.head.find("Origin") == nullptr || r.head.find("Access-Control-Allow-Origin") != nullptr) return;
    if (!is_read_across_origins(c)) return;
    r.head.append("Access-Control-Allow-Origin", "*");
    r.head.append("Access-Control-Expose-Headers", "WWW-Authenticate, DPoP-Nonce, Retry-After");
}

bool takes(const context& c) {
    const std::string& method = c.in.request.method;
    if (method == "HEAD") return c.route->methods == "GET" && c.enforces(rule::metadata_head_answered);
    return fmt::format(", {},", c.route->methods).find(fmt::format(", {},", method)) != std::string::npos;
}

// Checks before the endpoint itself handles the request. `left`: the fault metadata_moved is on, and the request did
// not use the new path.
std::optional<http::response> enter(context& c, const endpoint_row& row, bool left = false) {
    c.go_to(row);
    if (auto allowed = preflight(c)) return allowed;
    if (left && row.moves) return no_such_route(c, 404);
    if (row.methods_first && !takes(c)) return no_such_route(c, 405);
    return std::nullopt;
}

answer run_endpoint(context& c) {
    if (c.path.starts_with("/elsewhere/")) return elsewhere(c);
    const bool moved = c.faults->uses("endpoint.move");
    const bool at_new_place = moved && c.path.starts_with(moved_prefix);
    if (at_new_place) c.path.erase(0, moved_prefix.size());
    if (auto no = refuse_early(c)) return std::move(*no);
    if (auto no = precheck_bearer(c)) return refusal_response(c, *no);
    if (const auto* found = find_endpoint(c.speaks(), c.path)) {
        if (auto out = enter(c, *found->row, moved && !at_new_place)) return std::move(*out);
        return found->run(c);
    }
    if (const auto id = match_client(c.speaks(), c.path)) {
        if (auto out = enter(c, endpoint_named("registered_client"))) return std::move(*out);
        return endpoints::manage_client(c, *id);
    }
    for (const auto& r : c.speaks().resources) {
        if (const auto id = match_resource(r, c.path)) {
            if (auto out = enter(c, endpoint_named("resource"))) return std::move(*out);
            return endpoints::resource_request(c, r, *id);
        }
    }
    if (const auto of = endpoints::match_resource_metadata(c, c.path)) {
        c.go_to(endpoint_named("resource_metadata"));
        return endpoints::resource_metadata(c, *of);
    }
    if (const auto configured = find_resource(*c.at, c.path)) {
        if (auto out = enter(c, endpoint_named("resource"))) return std::move(*out);
        return endpoints::resource_request(c, *configured, "");
    }
    c.go_to(endpoint_named("other"));
    if (c.path == "/" || c.path.empty()) return html_response(c, 200, pages::index(*c.at));
    return no_such_route(c, 404);
}

// The hook for faults on this answer.
std::optional<hook> hook_of(const context& c, const http::response& r) {
    const bool refusals_there = c.route->refusals_there;
    if (c.refused && r.status >= 400 && !refusals_there && c.answers_at != hook::page) return hook::refusal;
    if (c.answers_at) return c.answers_at;
    return refusals_there ? c.route->at : std::nullopt;
}

// Headers that every answer gets.
void touch_up(const context& c, http::response& r) {
    allow_other_origins(c, r);
    append_version(c, r);
    const auto& fallback = c.speaks().cache_control_default;
    if (!fallback.empty() && r.head.find("Cache-Control") == nullptr) r.head.append("Cache-Control", fallback);
    // Clients see only the issuer's own clock.
    if (!c.at->follows_real_time() && r.head.find("Date") == nullptr)
        r.head.append("Date", http::imf_fixdate(c.at->now()));
}

void note_in_journal(context& c, const http::response& r) {
    journal_entry e;
    e.at_ms = c.at->now_ms();
    e.endpoint = c.endpoint;
    e.client_id = std::move(c.client_id);
    e.response.status = r.status;
    if (c.at->is_watched()) {
        e.request = std::move(c.in.request);
        e.response = r;
    }
    e.refusal = std::move(c.refused);
    e.leniencies = std::move(c.leniencies);
    e.faults = std::move(c.faults_taken);
    e.assay = std::move(c.assay);
    c.at->note(std::move(e));
}

// The faults that apply to this answer.
std::vector<taken_fault> faults_of_answer(context& c, const http::response& r) {
    const auto h = hook_of(c, r);
    if (!h || c.faults->none_at(*h)) return {};
    if (h == hook::refusal) c.call = json::object{{"request_body", c.in.request.body}};
    c.call.append("accept", c.in.request.head.value("accept"));
    auto taken = c.take_faults(*h, c.call);
    for (auto& one : taken) fill_origins(one.operations, c.at->config().origins.get());
    return taken;
}

struct sent_answer {
    outgoing_answer a;
    http::plan how;
};

http::plan finish(context& c, http::response r) {
    auto taken = faults_of_answer(c, r);
    if (outage::is_noted()) {
        r = out_of_order(c);
        taken.clear();
    }
    touch_up(c, r);
    keep_on_one_line(c, r);
    if (taken.empty()) {
        note_in_journal(c, r);
        return http::reply(std::move(r));
    }
    const auto make = [&](const std::vector<operation>& operations) {
        sent_answer out{{r, {}}, {}};
        apply_to_answer(out.a, operations);
        keep_on_one_line(c, out.a.r);
        contain(c, r, out.a.r);
        out.how = plan_of(out.a, operations);
        return out;
    };
    const bool head_only = c.in.request.method == "HEAD";
    auto out = c.under(taken, make, [&](const sent_answer& a) { return sent(a.how, head_only); });
    note_in_journal(c, out.a.r);
    return std::move(out.how);
}

// Asks every 20 ms, for three seconds: what it waits for comes from another server, or does not come.
http::plan wait_until_ready(const std::shared_ptr<context>& c, const std::shared_ptr<const held>& waits, int rounds) {
    constexpr std::chrono::milliseconds round{20};
    constexpr int rounds_max = 150;
    if (rounds >= rounds_max || waits->ready()) return finish(*c, waits->next());
    http::hold h;
    h.point = c->at->config().name + "/" + waits->point;
    h.until_waiting = std::numeric_limits<std::size_t>::max();
    h.at_most = round;
    h.next = [c, waits, rounds] {
        outage::forget();
        return wait_until_ready(c, waits, rounds + 1);
    };
    http::plan out;
    out.push_back({std::move(h)});
    return out;
}

}  // namespace

http::plan dispatch(http::request&& r, std::shared_ptr<issuer> at, std::string path) {
    auto c = std::make_shared<context>(std::move(r), std::move(at));
    take_path(*c, std::move(path));
    auto a = run_endpoint(*c);
    if (outage::is_noted()) return finish(*c, {});
    if (auto* ready = std::get_if<http::response>(&a)) return finish(*c, std::move(*ready));
    auto& waits = std::get<held>(a);
    if (waits.ready) return wait_until_ready(c, std::make_shared<const held>(std::move(waits)), 0);
    http::hold h;
    h.point = c->at->config().name + "/" + waits.point;
    h.until_waiting = waits.until_waiting;
    h.at_most = std::chrono::milliseconds{250};
    h.next = [c, next = std::move(waits.next)] {
        outage::forget();
        return finish(*c, next());
    };
    http::plan out;
    out.push_back({std::move(h)});
    return out;
}

}  // namespace assay::mock
