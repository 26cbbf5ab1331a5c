#include "mock_server/request/refusals.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "mock_server/issuer/resources.hpp"
#include "mock_server/pages/pages.hpp"
#include "mock_server/request/client_json.hpp"
#include "mock_server/request/shape.hpp"
#include "mock_server/store/outage.hpp"

namespace assay::mock {
namespace {

std::string challenge(const context& c, std::string_view scheme, const refusal& r) {
    std::vector<std::string> parts;
    if (scheme != "Basic" || c.speaks().basic_challenge_realm)
        parts.push_back(fmt::format("realm=\"{}\"", c.speaks().www_authenticate_realm));
    if (r.error == "insufficient_scope" && !r.expected.empty())
        parts.push_back(fmt::format("scope=\"{}\"", r.expected));
    if (!r.error.empty()) parts.push_back(fmt::format("error=\"{}\"", r.error));
    if (!r.description.empty()) parts.push_back(fmt::format("error_description=\"{}\"", r.description));
    // RFC 9728 §5.1: lets a client discover the authorization server of this resource.
    if (c.endpoint == "resource" && c.speaks().oauth_metadata && scheme != "Basic")
        parts.push_back(fmt::format("resource_metadata=\"{}\"", resource_metadata_url(*c.at, c.path)));
    return fmt::format("{} {}", scheme, fmt::join(parts, ", "));
}

json::object values_of(const context& c, const refusal& r) {
    auto out = template_values(c, nullptr, c.client_id, {});
    out.append("status", std::to_string(r.status));  // as GitHub has it: a text
    out.append("error", r.error);
    if (!r.description.empty()) out.append("error_description", r.description);
    if (!r.state.empty()) out.append("state", r.state);
    return out;
}

json::value error_body(const context& c, const refusal& r) {
    const auto& shape = c.speaks().answers.error;
    if (!shape.is_null()) {
        auto body = shaped(c, shape, values_of(c, r));
        if (body.is_object()) append_stated_members(c, r, *body.as_object());
        return body;
    }
    json::object body{{"error", r.error}};
    if (!r.description.empty()) body.append("error_description", r.description);
    if (!r.state.empty()) body.append("state", r.state);
    append_stated_members(c, r, body);
    return body;
}

// RFC 6750 §3.1: a request without a token gets no error code.
http::response without_token(const context& c, int status) {
    if (c.speaks().application_errors)
        return json_response(status, json::object{{"error", "Unauthorized"}, {"detail", "Unauthorized"}});
    http::response out;
    out.status = status;
    return out;
}

http::response bearer_refusal(const context& c, const refusal& r) {
    const auto& shape = c.speaks().answers.bearer_error;
    auto out = !shape.is_null()  ? json_response(r.status, shaped(c, shape, values_of(c, r)))
               : r.error.empty() ? without_token(c, r.status)
                                 : token_json(c, r.status, error_body(c, r));
    out.head.set("WWW-Authenticate", challenge(c, "Bearer", r));
    return out;
}

// RFC 9449 §7.1: the challenge names the algorithms.
http::response dpop_refusal(const context& c, const refusal& r) {
    auto out = token_json(c, r.status, error_body(c, r));
    out.head.set("WWW-Authenticate", challenge(c, "DPoP", r) + ", algs=\"RS256 PS256 ES256 EdDSA\"");
    if (r.id == rule::dpop_nonce_demanded) out.head.set("DPoP-Nonce", c.at->dpop_nonce(c.now));
    return out;
}

http::response client_refusal(const context& c, refusal r) {
    const bool by_basic = http::iequals(c.in.request.head.value("authorization").substr(0, 5), "basic");
    if (r.id == rule::client_known && c.speaks().unknown_client_is_400_without_basic && !by_basic) r.status = 400;
    auto out = token_json(c, r.status, error_body(c, r));
    if (r.status == 401 && c.enforces(rule::client_challenge_returned)) {
        out.head.set("WWW-Authenticate", challenge(c, "Basic", r));
    }
    return out;
}

// The shape of FastAPI: `got` of the refusal is the path of the member, `expected` what it must be.
http::response validation_refusal(const context& c, const refusal& r) {
    const auto document = parse_client_json(c.in.request.body);
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

void append_stated_members(const context& c, const refusal& r, json::object& out) {
    const auto words = c.speaks().wordings.find(r.id);
    if (words == c.speaks().wordings.end() || words->second.members.empty()) return;
    const auto more = shaped(c, words->second.members, values_of(c, r));
    for (const auto& m : more.as_object()->members) out.set(m.name, m.v);
}

http::response refusal_response(context& c, const refusal& told) {
    refusal r = told;
    const bool to_program = r.where == channel::json || r.where == channel::client_authentication;
    if (to_program && c.speaks().error_status != 0) r.status = static_cast<int>(c.speaks().error_status);
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
            if (pages::wants_html(c.in.request)) {
                journal_entry so_far;
                so_far.endpoint = c.endpoint;
                so_far.client_id = c.client_id;
                so_far.request = c.in.request;
                so_far.refusal = c.refused;
                return html_response(c, r.status, pages::error(so_far, r));
            }
            [[fallthrough]];
        case channel::redirect:
        case channel::json:
        case channel::silent:
            break;
    }
    auto out = token_json(c, r.status, error_body(c, r));
    if (r.status == 405) out.head.set("Allow", "POST");
    if (r.status == 429) out.head.set("Retry-After", "60");
    if (r.id == rule::dpop_nonce_demanded) out.head.set("DPoP-Nonce", c.at->dpop_nonce(c.now));
    return out;
}

refusal no_room(context& c, std::string_view what) {
    refusal out;
    out.status = 503;
    out.error = "temporarily_unavailable";
    out.description =
        fmt::format("There is no memory for this {}; assay serve --memory sets how much there is.", what);
    out.expected = "less";
    c.refused = refusal_note{"memory", "RFC 6749 §4.1.2.1", out.error, out.expected, out.got};
    return out;
}

http::response out_of_order() {
    auto out = pages::html(pages::render(
        {"This server cannot answer now",
         fmt::format("<p>{}</p>\n<p>Try again in a moment.</p>", pages::escape(outage::reason())), false}));
    out.status = 503;
    out.head.set("Retry-After", "1");
    return out;
}

http::response out_of_order(context& c) {
    refusal r;
    r.status = 503;
    r.error = "temporarily_unavailable";
    r.description = outage::reason();
    c.refused = refusal_note{"store", "RFC 9110 §15.6.4", r.error, "a store that answers", r.description};
    // Never a redirect to the client, though RFC 6749 §4.1.2.1 has this error for one: without the store nobody knows
    // whether the redirect URI is the client's.
    if (pages::wants_html(c.in.request)) return out_of_order();
    auto out = token_json(c, r.status, error_body(c, r));
    out.head.set("Retry-After", "1");
    return out;
}

}  // namespace assay::mock
