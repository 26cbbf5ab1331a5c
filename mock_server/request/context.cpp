#include "mock_server/request/context.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "http/multipart.hpp"
#include "mock_server/faults/forgery.hpp"
#include "mock_server/issuer/resources.hpp"
#include "mock_server/pages/pages.hpp"

namespace assay::mock {
namespace {

bool is_form(std::string_view content_type) {
    const auto type = content_type.substr(0, content_type.find(';'));
    return http::iequals(type.substr(0, type.find_last_not_of(" \t") + 1), "application/x-www-form-urlencoded");
}

std::string challenge(const context& c, std::string_view scheme, const refusal& r) {
    std::vector<std::string> parts;
    if (scheme != "Basic" || c.speaks().basic_challenge_realm)
        parts.push_back(fmt::format("realm=\"{}\"", c.speaks().www_authenticate_realm));
    if (r.error == "insufficient_scope" && !r.expected.empty())
        parts.push_back(fmt::format("scope=\"{}\"", r.expected));
    if (!r.error.empty()) parts.push_back(fmt::format("error=\"{}\"", r.error));
    if (!r.description.empty()) parts.push_back(fmt::format("error_description=\"{}\"", r.description));
    // RFC 9728 §5.1: how a client that knows nothing yet finds out whom to ask for a token.
    if (c.endpoint == "resource" && c.speaks().oauth_metadata && scheme != "Basic")
        parts.push_back(fmt::format("resource_metadata=\"{}\"", resource_metadata_url(*c.at, c.path)));
    return fmt::format("{} {}", scheme, fmt::join(parts, ", "));
}

json::object error_body(const refusal& r) {
    json::object body{{"error", r.error}};
    if (!r.description.empty()) body.append("error_description", r.description);
    if (!r.state.empty()) body.append("state", r.state);
    return body;
}

// RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
std::string in_error_charset(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c < ' ' || c > '~' || c == '"' || c == '\\'; }, '?');
    return text;
}

// RFC 6750 §3.1: whoever sent no token is told no error.
http::response without_token(const context& c, int status) {
    if (c.speaks().application_errors)
        return json_response(status, json::object{{"error", "Unauthorized"}, {"detail", "Unauthorized"}});
    http::response out;
    out.status = status;
    return out;
}

http::response bearer_refusal(const context& c, const refusal& r) {
    auto out = r.error.empty() ? without_token(c, r.status) : token_json(c, r.status, error_body(r));
    out.head.set("WWW-Authenticate", challenge(c, "Bearer", r));
    return out;
}

// RFC 9449 §7.1: the challenge names the algorithms.
http::response dpop_refusal(const context& c, const refusal& r) {
    auto out = token_json(c, r.status, error_body(r));
    out.head.set("WWW-Authenticate", challenge(c, "DPoP", r) + ", algs=\"RS256 PS256 ES256 EdDSA\"");
    if (r.id == rule::dpop_nonce_demanded) out.head.set("DPoP-Nonce", c.at->dpop_nonce(c.now));
    return out;
}

http::response client_refusal(const context& c, refusal r) {
    const bool by_basic = http::iequals(c.request.head.value("authorization").substr(0, 5), "basic");
    if (r.id == rule::client_known && c.speaks().unknown_client_is_400_without_basic && !by_basic) r.status = 400;
    auto out = token_json(c, r.status, error_body(r));
    if (r.status == 401 && c.enforces(rule::client_challenge_returned)) {
        out.head.set("WWW-Authenticate", challenge(c, "Basic", r));
    }
    return out;
}

// FastAPI's shape: `got` of the refusal is the path to the member, `expected` what it must be.
http::response validation_refusal(const context& c, const refusal& r) {
    const auto document = json::parse(c.request.body).value_or(json::value());
    const auto* sent = r.got.empty() ? nullptr : document.at_pointer("/" + r.got);
    json::array loc{"body"};
    std::string_view rest = r.got;
    while (!rest.empty()) {
        const auto part = rest.substr(0, rest.find('/'));
        const bool index = std::all_of(part.begin(), part.end(), [](char ch) { return ch >= '0' && ch <= '9'; });
        loc.push_back(index ? json::value(std::int64_t{std::atoi(std::string(part).c_str())}) : json::value(part));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    }
    json::object item{{"type", sent == nullptr ? "missing" : "value_error"},
                      {"loc", std::move(loc)},
                      {"msg", sent == nullptr ? "Field required" : "Value error, " + r.expected},
                      {"input", sent == nullptr ? document : *sent}};
    return json_response(r.status, json::object{{"error", r.error}, {"detail", json::array{std::move(item)}}});
}

}  // namespace

context::context(http::request r, std::shared_ptr<issuer> i)
    : request(std::move(r)), at(std::move(i)), faults(at->faults()), now(at->now()) {
    const auto how =
        speaks().enforces(rule::request_parameters_decoded) ? oauth::undecodable::dropped : oauth::undecodable::kept;
    auto in_query = oauth::read_form(request.query(), how);
    query = std::move(in_query.fields);
    query_undecoded = std::move(in_query.bad);
    const auto type = request.head.value("content-type");
    if (speaks().multipart_forms && http::is_multipart_form(type)) {
        read_multipart(type);
        return;
    }
    body_is_form = is_form(type);
    if (!body_is_form) return;
    auto in_body = oauth::read_form(request.body, how);
    body = std::move(in_body.fields);
    body_undecoded = std::move(in_body.bad);
    body_too_long = in_body.too_many;
}

void context::read_multipart(std::string_view type) {
    auto parsed = http::parse_multipart(type, request.body);
    body_is_form = true;
    if (parsed) {
        body.fields = std::move(*parsed);
    } else {
        body_undecoded.push_back({"", parsed.error().message});
    }
}

std::vector<oauth::bad_field> context::undecoded() const {
    if (endpoint == "authorize" || request.method != "POST") return query_undecoded;
    auto out = body_undecoded;
    if (endpoint == "consent") out.insert(out.end(), query_undecoded.begin(), query_undecoded.end());
    return out;
}

bool context::enforces(rule r) const {
    if (!speaks().enforces(r) || faults->defect(r)) return false;
    if (!faults->defect_at_times(r)) return true;
    const auto known = off_this_time.find(r);
    if (known != off_this_time.end()) return !known->second;
    return !off_this_time.emplace(r, faults->take_defect(r, caller())).first->second;
}

std::optional<refusal> context::demand(rule r, bool holds, std::string_view got, std::string_view expected) {
    if (holds) return std::nullopt;
    if (!enforces(r)) {
        leniencies.emplace_back(row(r).name);
        return std::nullopt;
    }
    return refusal_of(r, got, expected);
}

std::optional<refusal> context::tolerate(rule r, bool needed, std::string_view got) {
    if (!needed || enforces(r)) return std::nullopt;
    return refusal_of(r, got, {});
}

const std::vector<std::string>& context::auth_methods() const {
    if (endpoint != "token") return speaks().revoke_auth_methods;
    return body.value("grant_type") == "web" ? speaks().web_auth_methods : speaks().client_auth_methods;
}

std::string context::methods_of_endpoint() const {
    return fmt::format("['{}']", fmt::join(auth_methods(), "', '"));
}

refusal context::refusal_of(rule r, std::string_view got, std::string_view expected) {
    const rule_row& rr = row(r);
    refusal out{r,
                rr.status,
                std::string(rr.error),
                std::string(rr.description),
                rr.where,
                std::string(expected),
                std::string(got)};
    const auto& wordings = speaks().wordings;
    if (const auto w = wordings.find(r); w != wordings.end()) {
        out.status = w->second.status.value_or(out.status);
        out.error = w->second.error.value_or(out.error);
        out.description = w->second.description.value_or(out.description);
        out.where = w->second.where.value_or(out.where);
    }
    if (const auto hole = out.description.find("{}"); hole != std::string::npos)
        out.description.replace(hole, 2, got);
    constexpr std::string_view methods = "{methods}";
    if (const auto hole = out.description.find(methods); hole != std::string::npos)
        out.description.replace(hole, methods.size(), methods_of_endpoint());
    if (enforces(rule::refusal_description_charset)) out.description = in_error_charset(std::move(out.description));
    refused = refusal_note{std::string(rr.name), std::string(rr.clause), out.error, out.expected, out.got};
    return out;
}

fault_caller context::caller() const {
    const auto code = body.value("code");
    return {client_id, std::string(code.empty() ? body.value("refresh_token") : code)};
}

std::string context::elsewhere() const {
    const std::string& url = at->base();
    for (const auto& [here, there] : {std::pair<std::string_view, std::string_view>{"//127.0.0.1", "//localhost"},
                                      {"//localhost", "//127.0.0.1"},
                                      {"//[::1]", "//localhost"}}) {
        const auto host = url.find(here);
        if (host != std::string::npos) return std::string(url).replace(host, here.size(), there) + "/elsewhere";
    }
    return "https://elsewhere.example";
}

std::vector<taken_fault> context::take_faults(hook h, json::object values) {
    if (faults->none_at(h)) return {};
    values.append("issuer", at->url());
    values.append("elsewhere", elsewhere());
    values.append("client_id", client_id);
    if (h == hook::id_token || h == hook::jwks) append_keys(values, at->signing_key(at->signing_algs().front()));
    auto who = caller();
    if (who.client.empty()) who.client = json::value(values).string_at("client_id");
    return faults->take(h, who, values);
}

void context::note_fault(const taken_fault& t) {
    faults->note(t);
    if (std::find(faults_taken.begin(), faults_taken.end(), t.name) == faults_taken.end())
        faults_taken.push_back(t.name);
}

void context::note_operation(std::string_view operation) {
    if (auto name = faults->note_operation(operation); !name.empty()) faults_taken.push_back(std::move(name));
}

std::string iso_8601(std::int64_t epoch_s) {
    return fmt::format("{:%FT%TZ}", fmt::gmtime(static_cast<std::time_t>(epoch_s)));
}

http::response json_response(int status, const json::value& body) {
    http::response out;
    out.status = status;
    out.head.append("Content-Type", "application/json");
    out.body = json::format(body);
    return out;
}

http::response token_json(const context& c, int status, const json::value& body) {
    return token_json(c, status, json::format(body));
}

http::response token_json(const context& c, int status, std::string body) {
    http::response out;
    out.status = status;
    out.head.list.reserve(4);
    out.head.append("Content-Type", "application/json");
    out.body = std::move(body);
    if (c.enforces(rule::token_not_cached)) {
        out.head.append("Cache-Control", "no-store");
        out.head.append("Pragma", "no-cache");
    } else {
        out.head.append("Cache-Control", "max-age=3600");
    }
    return out;
}

http::response redirect_response(const context& c, const std::string& location) {
    http::response out;
    out.status = c.request.method == "POST" ? static_cast<int>(c.speaks().redirect_status) : 302;
    out.head.append("Location", location);
    return out;
}

http::response html_response(const context& c, int status, std::string html) {
    return html_response(c, status, pages::page{std::move(html)});
}

http::response html_response(const context& c, int status, pages::page shown) {
    http::response out;
    out.status = status;
    out.head.append("Content-Type", "text/html; charset=utf-8");
    const bool framing_prevented = c.enforces(rule::authorize_framing_prevented);
    out.head.append("Content-Security-Policy", pages::security_policy(shown, framing_prevented));
    if (framing_prevented) out.head.append("X-Frame-Options", "DENY");
    if (c.enforces(rule::authorize_referrer_suppressed)) out.head.append("Referrer-Policy", "no-referrer");
    out.head.append("X-Content-Type-Options", "nosniff");
    out.body = std::move(shown.html);
    return out;
}

http::response refusal_response(context& c, const refusal& r) {
    switch (r.where) {
        case channel::client_authentication:
            return client_refusal(c, r);
        case channel::bearer:
            return bearer_refusal(c, r);
        case channel::dpop:
            return dpop_refusal(c, r);
        case channel::validation:
            return validation_refusal(c, r);
        case channel::page:
            if (pages::wants_html(c.request)) {
                journal_entry so_far;
                so_far.endpoint = c.endpoint;
                so_far.client_id = c.client_id;
                so_far.request = c.request;
                so_far.refusal = c.refused;
                return html_response(c, r.status, pages::error(so_far, r));
            }
            [[fallthrough]];
        case channel::redirect:
        case channel::json:
        case channel::silent:
            break;
    }
    auto out = token_json(c, r.status, error_body(r));
    if (r.status == 405) out.head.set("Allow", "POST");
    if (r.status == 429) out.head.set("Retry-After", "60");
    if (r.id == rule::dpop_nonce_demanded) out.head.set("DPoP-Nonce", c.at->dpop_nonce(c.now));
    return out;
}

namespace {

// RFC 9110 §10.2.1: what the resource takes.
std::string_view allowed_methods(const context& c) {
    const auto& d = c.speaks();
    if (c.endpoint == "register") return c.path == d.register_path ? "POST" : "GET, PUT, DELETE";
    if (c.path == d.authorize_path && c.enforces(rule::authorize_post_accepted)) return "GET, POST";
    if (c.endpoint == "logout" || c.endpoint == "userinfo") return "GET, POST";
    for (const std::string_view posted :
         {"token", "introspect", "revoke", "par", "consent", "sign_in", "secret_scanning"}) {
        if (c.endpoint == posted) return "POST";
    }
    return "GET";
}

}  // namespace

http::response no_such_route(const context& c, int status) {
    const std::string text = status == 405 ? "Method Not Allowed" : "Not Found";
    auto out = json_response(status, json::object{{"detail", text}});
    if (status == 405) out.head.set("Allow", std::string(allowed_methods(c)));
    return out;
}

}  // namespace assay::mock
