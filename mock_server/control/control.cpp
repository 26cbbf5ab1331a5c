#include "mock_server/control/control.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "http/url.hpp"
#include "mock_server/control/routes.hpp"
#include "mock_server/request/answers.hpp"
#include "mock_server/store/outage.hpp"
#include "oauth/client_auth.hpp"
#include "oauth/crypto.hpp"
#include "oauth/form_reading.hpp"

namespace assay::mock {
namespace control {

reply ok(const json::value& body, int status) {
    return http::reply(json_response(status, body));
}

reply no_content() {
    http::response out;
    out.status = 204;
    return http::reply(std::move(out));
}

tl::unexpected<refused> no(int status, std::string error, std::string message) {
    return tl::unexpected(refused{status, std::move(error), std::move(message), {}});
}

tl::unexpected<refused> no(const error& e) {
    const bool taken = e.code == errc::environment || e.code == errc::limit;
    return no(taken ? 409 : 400, taken ? "conflict" : "bad_request", e.message);
}

tl::expected<json::value, refused> body_of(const call& c) {
    const auto& text = c.request.body;
    auto v = json::parse(text.empty() ? "{}" : text);
    if (!v) return no(400, "bad_request", "the body is no JSON: " + v.error().message);
    return std::move(*v);
}

std::string call::parameter(std::string_view wanted) const {
    const auto query = oauth::read_form(request.query()).fields;
    return std::string(query.value(wanted));
}

bool call::has_parameter(std::string_view wanted) const {
    const auto query = oauth::read_form(request.query()).fields;
    return std::any_of(query.fields.begin(), query.fields.end(), [&](const auto& f) { return f.first == wanted; });
}

std::span<const route> routes() {
    static constexpr std::array table{
        route{"GET", "/health", health},
        route{"GET", "/metrics", metrics},
        route{"GET", "/openapi.yaml", openapi},
        route{"GET", "/dialects", list_dialects},
        route{"GET", "/faults", list_faults},
        route{"GET", "/rules", list_rules},
        route{"GET", "/orphans", read_orphans},
        route{"DELETE", "/orphans", empty_orphans},
        route{"GET", "/issuers", list_issuers},
        route{"POST", "/issuers", make_issuer},
        route{"GET", "/issuers/{issuer}", read_issuer},
        route{"DELETE", "/issuers/{issuer}", end_issuer},
        route{"POST", "/issuers/{issuer}/reset", reset_issuer},
        route{"GET", "/issuers/{issuer}/clients", list_clients},
        route{"POST", "/issuers/{issuer}/clients", add_client},
        route{"GET", "/issuers/{issuer}/clients/{client_id}", read_client},
        route{"PUT", "/issuers/{issuer}/clients/{client_id}", replace_client},
        route{"DELETE", "/issuers/{issuer}/clients/{client_id}", end_client},
        route{"GET", "/issuers/{issuer}/users", list_users},
        route{"POST", "/issuers/{issuer}/users", add_user},
        route{"GET", "/issuers/{issuer}/users/{username}", read_user},
        route{"PUT", "/issuers/{issuer}/users/{username}", replace_user},
        route{"DELETE", "/issuers/{issuer}/users/{username}", end_user},
        route{"GET", "/issuers/{issuer}/claims", read_claims},
        route{"PUT", "/issuers/{issuer}/claims", replace_claims},
        route{"DELETE", "/issuers/{issuer}/consents", withdraw_consent},
        route{"GET", "/issuers/{issuer}/devices", list_devices},
        route{"GET", "/issuers/{issuer}/devices/{user_code}", read_device},
        route{"POST", "/issuers/{issuer}/devices/{user_code}", decide_device},
        route{"GET", "/issuers/{issuer}/organizations", list_organizations},
        route{"POST", "/issuers/{issuer}/organizations", add_organization},
        route{"GET", "/issuers/{issuer}/organizations/{slug}", read_organization},
        route{"PUT", "/issuers/{issuer}/organizations/{slug}", replace_organization},
        route{"DELETE", "/issuers/{issuer}/organizations/{slug}", end_organization},
        route{"GET", "/issuers/{issuer}/faults", read_faults},
        route{"PUT", "/issuers/{issuer}/faults", replace_faults},
        route{"POST", "/issuers/{issuer}/faults", add_faults},
        route{"DELETE", "/issuers/{issuer}/faults", clear_faults},
        route{"POST", "/issuers/{issuer}/mint", mint},
        route{"POST", "/issuers/{issuer}/mint/tokens", mint_pairs},
        route{"GET", "/issuers/{issuer}/clock", read_clock},
        route{"POST", "/issuers/{issuer}/clock", move_clock},
        route{"GET", "/issuers/{issuer}/keys", read_keys},
        route{"POST", "/issuers/{issuer}/keys", rotate_keys},
        route{"GET", "/issuers/{issuer}/journal", read_journal},
        route{"DELETE", "/issuers/{issuer}/journal", empty_journal},
        route{"GET", "/issuers/{issuer}/journal.har", journal_as_har},
        route{"GET", "/issuers/{issuer}/journal/events", journal_events},
    };
    return table;
}

namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        out.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return out;
}

bool is_variable(std::string_view segment) {
    return segment.starts_with('{');
}

bool fits(const route& r, const std::vector<std::string_view>& path) {
    const auto pattern = segments_of(r.path);
    return pattern.size() == path.size() &&
           std::equal(pattern.begin(), pattern.end(), path.begin(),
                      [](std::string_view a, std::string_view b) { return is_variable(a) ? !b.empty() : a == b; });
}

// Decodes a segment of a path (RFC 3986 §2.1; '+' is not a space there).
std::string decoded(std::string_view segment) {
    std::string kept;
    for (const char ch : segment) kept += ch == '+' ? std::string("%2B") : std::string(1, ch);
    return oauth::form_decode(kept).value_or(std::string(segment));
}

reply run(const route& r, call c, const std::vector<std::string_view>& path) {
    const auto pattern = segments_of(r.path);
    for (std::size_t n = 0; n < pattern.size(); ++n) {
        if (pattern[n] == "{issuer}") {
            c.at = c.core.find(decoded(path[n]));
            // The name of a fault issuer is text of a URL, in which %XX is not decoded.
            if (!c.at) c.at = c.core.find(std::string(path[n]));
            if (!c.at) return no(404, "not_found", fmt::format("there is no issuer '{}'", path[n]));
            c.at->catch_up();
        } else if (is_variable(pattern[n])) {
            c.name = decoded(path[n]);
        }
    }
    auto out = r.run(c);
    if (outage::is_noted()) return no(503, "unavailable", outage::reason());
    return out;
}

// This API can create tokens for any user, so a web page in a browser must not reach it. A request of such a page has
// an Origin, or, after DNS rebinding, a Host that is not loopback. A caller with the token may use any Host.
std::optional<refused> objection(const http::request& r, std::string_view token) {
    const auto* origin = r.head.find("Origin");
    if (origin != nullptr) {
        return refused{403, "forbidden",
                       fmt::format("browser pages may not use this API; this request came from {}", *origin)};
    }
    if (!token.empty()) {
        const auto shown = oauth::parse_bearer(r.head.value("Authorization"));
        if (shown && oauth::equal_constant_time(*shown, token)) return std::nullopt;
        return refused{401, "unauthorized",
                       "this API needs its token: send Authorization: Bearer with the token of --control-token, or "
                       "control_token of the ready line"};
    }
    const std::string_view host = r.head.value("Host");
    const auto named = http::parse_url(fmt::format("http://{}/", host));
    if (host.empty() || (named && named->is_loopback())) return std::nullopt;
    return refused{
        403, "forbidden",
        fmt::format("this API answers only to the hosts 127.0.0.1, [::1] and localhost, not to '{}'", host)};
}

reply answer(mock& m, const http::request& r, std::string_view token) {
    outage::forget();
    if (auto why = objection(r, token)) return tl::unexpected(std::move(*why));
    const auto path = segments_of(r.path());
    std::vector<std::string_view> methods;
    for (const auto& one : routes()) {
        if (!fits(one, path)) continue;
        if (one.method == r.method) return run(one, call{m, r}, path);
        methods.push_back(one.method);
    }
    if (methods.empty()) {
        return no(404, "not_found",
                  fmt::format("'{}' is not part of the control API; GET /openapi.yaml describes it", r.path()));
    }
    return tl::unexpected(refused{405, "method_not_allowed", fmt::format("use {}", fmt::join(methods, " or ")),
                                  fmt::format("{}", fmt::join(methods, ", "))});
}

}  // namespace
}  // namespace control

http::plan handle_control(mock& m, const http::request& r, std::string_view token) {
    auto out = control::answer(m, r, token);
    if (out) return std::move(*out);
    const auto& e = out.error();
    auto said = json_response(e.status, json::object{{"error", e.error}, {"message", e.message}});
    if (e.status == 503) said.head.append("Retry-After", "1");
    if (e.status == 405) said.head.append("Allow", e.allow);
    if (e.status == 401) said.head.append("WWW-Authenticate", "Bearer realm=\"assay control\"");
    return http::reply(std::move(said));
}

}  // namespace assay::mock
