#include "mock_server/protocol/request_object.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "oauth/client_assertion.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock {
namespace {

constexpr std::size_t object_bytes_max = 64U << 10U;
constexpr std::string_view pushed_prefix = "urn:ietf:params:oauth:request_uri:";

std::optional<refusal> demand_pushed(context& c, const pushed_request& r, std::string_view client_id) {
    if (auto no = c.demand(rule::par_request_uri_bound_to_client, r.client_id == client_id, client_id, r.client_id))
        return no;
    if (auto no = c.demand(rule::par_request_uri_unexpired, r.expires_at > c.now, "a request_uri that has expired",
                           fmt::format("used by {}", r.expires_at))) {
        return no;
    }
    return c.demand(rule::par_request_uri_single_use, !r.used, "a used request_uri", "a fresh request_uri");
}

outcome<oauth::form> pushed_parameters(context& c, const oauth::form& sent) {
    const std::string uri(sent.value("request_uri"));
    if (!uri.starts_with(pushed_prefix)) {
        if (auto no = c.demand(rule::authorize_request_uri_not_ignored, false, uri, "no request_uri"))
            return refuse(*no);
        return sent;
    }
    auto pushed = c.at->short_lived.find_request(uri);
    if (auto no = c.demand(rule::par_request_uri_known, pushed.has_value(), "a request_uri that was never issued",
                           "a request_uri of the PAR endpoint")) {
        return refuse(*no);
    }
    if (!pushed) return sent;
    if (auto no = demand_pushed(c, *pushed, sent.value("client_id"))) return refuse(*no);
    return c.enforces(rule::par_parameters_used) ? pushed->parameters : sent;
}

result<void> verify(const result<oauth::jws_parts>& parts, const client* who) {
    if (!parts) return fail(parts.error());
    if (who == nullptr) return fail(errc::crypto, "the client is unknown, and so are its keys");
    const auto keys = oauth::parse_jwks(who->jwks);
    if (!keys) return fail(errc::crypto, "the client has registered no keys");
    return oauth::verify_jws(*parts, *keys, oauth::asymmetric_algs());
}

// RFC 9101 §4: a request object must not contain request or request_uri.
std::optional<refusal> demand_no_reference(context& c, const json::object& claims) {
    for (const auto* name : {"request", "request_uri"}) {
        if (auto no = c.demand(rule::jar_references_not_nested, claims.find(name) == nullptr, name, "neither"))
            return no;
    }
    return std::nullopt;
}

// OIDC Registration §2: an object signed with another algorithm is refused, even if the signature verifies.
std::optional<refusal> demand_registered_alg(context& c, const result<oauth::jws_parts>& parts, const client* who) {
    const auto* registered = who != nullptr ? who->metadata.find("request_object_signing_alg") : nullptr;
    if (registered == nullptr || !registered->is_string() || !parts) return std::nullopt;
    const auto alg = std::string(json::value(parts->header).string_at("alg"));
    return c.demand(rule::jar_alg_registered, alg == *registered->as_string(), *registered->as_string(),
                    *registered->as_string());
}

std::optional<refusal> demand_claims(context& c, const json::object& claims, std::string_view client_id) {
    const auto* member = claims.find("client_id");
    const std::string inner = member != nullptr && member->is_string() ? *member->as_string() : "";
    if (auto no = c.demand(rule::jar_client_id_consistent, inner == client_id, inner, client_id)) return no;
    const bool for_us = claims.find("aud") == nullptr || oauth::audience_holds(claims, {c.at->url()});
    if (auto no = c.demand(rule::jar_audience_matches, for_us, "another aud", c.at->url())) return no;
    constexpr std::int64_t leeway = 10;
    const bool expired = claims.find("exp") != nullptr && oauth::is_past(claims, c.now, leeway);
    if (auto no = c.demand(rule::jar_unexpired, !expired, "a past exp", fmt::format("after {}", c.now))) return no;
    const bool early = oauth::is_to_come(claims, c.now, leeway);
    return c.demand(rule::jar_not_early, !early, "an nbf in the future", fmt::format("by {}", c.now));
}

// RFC 9101 §4: every claim is a parameter, except those of the JWT itself.
oauth::form parameters_of(const json::object& claims) {
    constexpr std::array<std::string_view, 8> not_parameters{"iss", "aud", "exp",     "nbf",
                                                             "iat", "jti", "request", "request_uri"};
    oauth::form out;
    for (const auto& m : claims.members) {
        if (std::find(not_parameters.begin(), not_parameters.end(), m.name) != not_parameters.end()) continue;
        out.append(m.name, m.v.is_string() ? *m.v.as_string() : json::format(m.v));
    }
    return out;
}

outcome<oauth::form> object_parameters(context& c, const oauth::form& sent) {
    const auto text = sent.value("request");
    const auto who = c.at->find_client(sent.value("client_id"));
    const auto parts = text.size() > object_bytes_max
                           ? fail(errc::limit, fmt::format("it has more than {} bytes", object_bytes_max))
                           : oauth::parse_jws(text);
    const auto payload = parts ? json::parse(parts->payload) : result<json::value>(json::value());
    const auto* claims = payload ? payload->as_object() : nullptr;
    const auto verified = claims == nullptr && parts ? fail(errc::malformed, "its payload is no JSON object")
                                                     : verify(parts, who.get());
    if (auto no = c.demand(rule::jar_signature_verifies, verified.has_value(), [&] {
            return std::pair(in_words(verified.error()), std::string("a JWT signed with a key of the client"));
        })) {
        return refuse(*no);
    }
    if (auto no = demand_registered_alg(c, parts, who.get())) return refuse(*no);
    if (claims == nullptr) return sent;
    if (auto no = demand_no_reference(c, *claims)) return refuse(*no);
    if (auto no = demand_claims(c, *claims, sent.value("client_id"))) return refuse(*no);
    if (!c.enforces(rule::jar_request_object_used)) return sent;
    auto out = parameters_of(*claims);
    if (!c.enforces(rule::jar_outer_parameters_ignored)) {
        for (const auto& [name, value] : sent.fields) {
            if (name != "request") out.set(name, value);
        }
    }
    return out;
}

}  // namespace

outcome<std::optional<oauth::form>> effective_parameters(context& c, const oauth::form& sent) {
    const bool offers_par = !path_of(endpoint_named("par"), c.speaks()).empty();
    if (!offers_par && !c.speaks().request_objects) return std::nullopt;
    const bool pushing = c.endpoint == "par";
    std::optional<oauth::form> p;
    const bool by_reference = sent.find("request_uri") != nullptr;
    const bool by_value = c.speaks().request_objects && sent.find("request") != nullptr;
    // RFC 9101 §5, RFC 9126 §4: client_id must be sent with either, and must match.
    if (auto no = c.demand(rule::authorize_client_id_present,
                           !(by_reference || by_value) || !sent.value("client_id").empty(), "no client_id",
                           "client_id beside the request_uri or request")) {
        return refuse(*no);
    }
    if (by_reference && !pushing) {
        auto pushed = pushed_parameters(c, sent);
        if (!pushed) return refuse(pushed.error());
        p = std::move(*pushed);
    }
    const auto who = c.at->find_client(sent.value("client_id"));
    if (auto no = c.demand(rule::par_required_where_registered,
                           pushing || by_reference || !who || !who->require_pushed_authorization_requests,
                           "a request that was not pushed", "a request_uri of the PAR endpoint")) {
        return refuse(*no);
    }
    const auto& now = p ? *p : sent;
    if (!c.speaks().request_objects || now.find("request") == nullptr) return p;
    return object_parameters(c, now);
}

}  // namespace assay::mock
