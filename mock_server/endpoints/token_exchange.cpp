#include "mock_server/endpoints/token_exchange.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/protocol/access_token.hpp"
#include "mock_server/protocol/foreign_jwt.hpp"
#include "mock_server/protocol/openid_request.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/requested_scope.hpp"
#include "mock_server/protocol/resource_indicators.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/client_assertion.hpp"
#include "oauth/grant_types.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock::endpoints {
namespace {

namespace type = oauth::token_type;
using oauth::scope_set;

// A subject_token or an actor_token, whatever its type.
struct presented_token {
    subject of;
    std::string iss, sub;                    // as a trusted issuer names it; empty: this issuer does
    std::optional<scope_set> scope;          // nullopt: the token has none
    std::optional<std::int64_t> ends;        // seconds; nullopt: it never expires
    std::int64_t auth_time = 0;              // of its user's sign-in; 0: unknown
    std::shared_ptr<const json::value> act;  // the actors so far
    json::value may_act;                     // null: none
};

json::value may_act_of(const json::object& claims) {
    const auto* v = claims.find("may_act");
    return v == nullptr ? json::value() : *v;
}

// The claims of a JWT, verified elsewhere; empty for any other text.
json::object payload_of(const std::string& text) {
    const auto parts = oauth::parse_jws(text);
    const auto payload = parts ? json::parse(parts->payload) : result<json::value>(json::value());
    return payload && payload->is_object() ? *payload->as_object() : json::object{};
}

presented_token of_pair(const token_pair& p, std::optional<std::int64_t> ends) {
    return {p.grant->of, {}, {}, oauth::parse_scope(p.grant->scope), ends, p.auth_time, p.grant->act, {}};
}

tl::unexpected<error> not_valid(std::string why) {
    return fail(errc::crypto, std::move(why));
}

result<presented_token> of_access_token(const context& c, const token_pair& p, const std::string& text) {
    if (p.access_revoked) return not_valid("it is revoked");
    if (p.access_expired(c.now)) return not_valid("it has expired");
    auto out = of_pair(p, p.expires_in > 0 ? std::optional(p.issued_at + p.expires_in) : std::nullopt);
    out.may_act = may_act_of(payload_of(text));
    return out;
}

result<presented_token> read_access_token(const context& c, const std::string& text) {
    const auto p = find_access_token(c, text);
    return p ? of_access_token(c, *p, text) : not_valid("it is no access token of this issuer");
}

// Only the client's own: a refresh token is bound to it (RFC 6749 §6).
result<presented_token> read_refresh_token(const context& c, const std::string& text) {
    const auto p = c.at->tokens.pairs.find_refresh(text);
    if (!p) return not_valid("it is no refresh token of this issuer");
    if (p->refresh_revoked) return not_valid("it is revoked");
    if (p->grant->client_id != c.client_id) return not_valid("it is the refresh token of another client");
    if (p->refresh_expires_at == 0) return of_pair(*p, std::nullopt);
    if (p->refresh_expires_at <= c.now) return not_valid("it has expired");
    return of_pair(*p, p->refresh_expires_at);
}

result<presented_token> of_claims(const context& c, const json::object& claims, subject of) {
    if (oauth::is_past(claims, c.now, 0)) return not_valid("its exp is missing or past");
    if (oauth::is_to_come(claims, c.now, 0)) return not_valid("its nbf is to come");
    presented_token out;
    out.of = std::move(of);
    // The last second in which it has not expired; any number may stand there.
    const auto exp = std::clamp(claims.find("exp")->as_number().value_or(0), 0.0, static_cast<double>(end_of_time));
    out.ends = static_cast<std::int64_t>(std::ceil(exp));
    out.auth_time = claims.find("auth_time") == nullptr ? 0 : claims.find("auth_time")->as_integer().value_or(0);
    if (const auto* act = claims.find("act")) out.act = std::make_shared<const json::value>(*act);
    out.may_act = may_act_of(claims);
    return out;
}

// Of the JWTs that this issuer signs, only ID Tokens have at_hash; logout tokens have events, and JWT access tokens
// are found by their jti, with what became of them.
result<presented_token> read_id_token(const context& c, const std::string& text) {
    const auto claims = read_own_id_token(c, text);
    if (!claims || claims->find("at_hash") == nullptr || claims->find("events") != nullptr)
        return not_valid("it is no ID Token of this issuer");
    return of_claims(c, *claims, {"user", std::string(json::value(*claims).string_at("sub"))});
}

result<presented_token> read_jwt(const context& c, const std::string& text) {
    if (const auto own = find_access_token(c, text)) return of_access_token(c, *own, text);
    auto id_token = read_id_token(c, text);
    if (id_token) return id_token;
    const auto jwt = read_foreign_jwt(c, text);
    if (json::value(jwt.claims).string_at("iss") == c.at->url()) return id_token;
    if (!jwt.verified) return fail(jwt.verified.error());
    auto of = subject_of(c, jwt);
    if (!of) return not_valid("its sub is missing, or none of the subjects of its issuer");
    // RFC 7519 §4.1.3: a JWT for somebody else must be refused.
    const std::vector<std::string> to{c.at->url(), c.at->url_of(endpoint_named("token")), c.client_id};
    if (jwt.claims.find("aud") != nullptr && !oauth::audience_holds(jwt.claims, to))
        return not_valid(fmt::format("its aud names none of {}", fmt::join(to, ", ")));
    auto out = of_claims(c, jwt.claims, std::move(*of));
    if (!out) return out;
    out->iss = jwt.by->issuer;
    out->sub = std::string(json::value(jwt.claims).string_at("sub"));
    return out;
}

using reader = result<presented_token> (*)(const context& c, const std::string& text);
constexpr std::array<std::pair<std::string_view, reader>, 4> readers{{{type::access_token, read_access_token},
                                                                      {type::refresh_token, read_refresh_token},
                                                                      {type::id_token, read_id_token},
                                                                      {type::jwt, read_jwt}}};
constexpr std::array<std::string_view, 3> issued_types{type::access_token, type::jwt, type::id_token};

// The token of that parameter. Where `valid` is off, an invalid one passes as the first user's.
outcome<presented_token> read_token(context& c, const std::string& name, rule valid) {
    const auto sort = c.in.body.value(name + "_type");
    const auto* found =
        std::find_if(readers.begin(), readers.end(), [&](const auto& one) { return one.first == sort; });
    if (auto no = c.demand(
            rule::exchange_token_type_known, found != readers.end(), sort,
            fmt::format("{}, {}, {} or {}", type::access_token, type::refresh_token, type::id_token, type::jwt))) {
        return refuse(*no);
    }
    const std::string text(c.in.body.value(name));
    auto token = found == readers.end() ? read_jwt(c, text) : found->second(c, text);
    if (auto no = c.demand(valid, token.has_value(),
                           [&] { return std::pair(in_words(token.error()), fmt::format("a valid {}", name)); })) {
        return refuse(*no);
    }
    if (token) return *token;
    presented_token out;
    out.of = {"user", c.at->users().front().sub};
    return out;
}

std::optional<refusal> demand_exchange_parameters(context& c) {
    for (const auto* name : {"subject_token", "subject_token_type"}) {
        if (auto no = c.demand(rule::exchange_subject_token_present, !c.in.body.value(name).empty(), name, name))
            return no;
    }
    const bool has_actor = !c.in.body.value("actor_token").empty();
    const bool has_type = !c.in.body.value("actor_token_type").empty();
    if (auto no = c.demand(rule::exchange_actor_token_type_paired, has_actor == has_type,
                           has_actor ? "actor_token alone" : "actor_token_type alone", "both or none")) {
        return no;
    }
    const auto wanted = c.in.body.value("requested_token_type");
    const bool issued =
        wanted.empty() || std::find(issued_types.begin(), issued_types.end(), wanted) != issued_types.end();
    return c.demand(rule::exchange_requested_type_supported, issued, wanted,
                    fmt::format("{}", fmt::join(issued_types, " or ")));
}

// RFC 8693 §4.4. Without an actor_token the client itself acts, whom this issuer names. Where may_act has iss, only
// that issuer's own sub counts: another issuer may have the same for somebody else.
std::optional<refusal> demand_may_act(context& c, const presented_token& subject_token,
                                      const presented_token* actor) {
    const auto& may_act = subject_token.may_act;
    if (!may_act.is_object()) return std::nullopt;
    const auto named = may_act.string_at("sub");
    const std::string& here = actor != nullptr ? actor->of.sub : c.client_id;
    const auto* iss = may_act.find("iss");
    if (iss == nullptr) return c.demand(rule::exchange_may_act_respected, named == here, here, named);
    const bool foreign = actor != nullptr && !actor->iss.empty();
    const std::string& acts = foreign ? actor->sub : here;
    const std::string of = foreign ? actor->iss : c.at->url();
    return c.demand(rule::exchange_may_act_respected, named == acts && *iss == json::value(of), [&] {
        return std::pair(fmt::format("{} of {}", acts, of), fmt::format("{} of {}", named, may_act.string_at("iss")));
    });
}

// RFC 8693 §4.1: the current actor outermost, those before it inside.
std::shared_ptr<const json::value> actors(context& c, const presented_token& subject_token,
                                          const presented_token* actor) {
    if (!c.enforces(rule::exchange_actor_recorded)) return nullptr;
    if (actor == nullptr) return subject_token.act;
    json::object act{{"sub", actor->of.sub}};
    if (subject_token.act) act.append("act", *subject_token.act);
    return std::make_shared<const json::value>(std::move(act));
}

// The resources and audiences of the request; a logical name is the client_id of a service, or this issuer.
outcome<token_binding> target_of(context& c) {
    auto out = resources_of_token_request(c, nullptr);
    if (!out) return out;
    for (const auto& one : c.in.body.all("audience")) {
        const auto& resources = c.at->resources();
        const bool known = one == c.at->url() || c.at->find_client(one) != nullptr ||
                           std::find(resources.begin(), resources.end(), one) != resources.end();
        if (auto no = c.demand(rule::exchange_target_known, known, one,
                               "the client_id of a service, a resource, or this issuer")) {
            return refuse(*no);
        }
        out->audience.push_back(one);
    }
    return out;
}

// The scope of the request, or of the subject_token; never one for which the client is not registered.
outcome<scope_set> scope_of(context& c, const client& who, const presented_token& subject_token) {
    const auto own = oauth::parse_scope(who.scope);
    const auto limit = subject_token.scope ? *subject_token.scope : own;
    const auto asked = oauth::parse_scope(c.in.body.value("scope"));
    if (auto no = c.demand(rule::exchange_scope_not_widened, oauth::is_subset(asked, limit),
                           [&] { return std::pair(oauth::format_scope(asked), oauth::format_scope(limit)); })) {
        return refuse(*no);
    }
    return oauth::intersect(asked.empty() ? limit : asked, own);
}

http::response exchange(context& c, const authenticated_client& who) {
    auto subject_token = read_token(c, "subject_token", rule::exchange_subject_token_valid);
    if (!subject_token) return refusal_response(c, subject_token.error());
    std::optional<presented_token> actor;
    if (!c.in.body.value("actor_token").empty()) {
        auto read = read_token(c, "actor_token", rule::exchange_actor_token_valid);
        if (!read) return refusal_response(c, read.error());
        actor = std::move(*read);
    }
    const auto* acting = actor ? &*actor : nullptr;
    if (auto no = demand_may_act(c, *subject_token, acting)) return refusal_response(c, *no);
    auto target = target_of(c);
    if (!target) return refusal_response(c, target.error());
    auto scope = scope_of(c, *who.who, *subject_token);
    if (!scope) return refusal_response(c, scope.error());
    auto g = grant_to(c, who, subject_token->of);
    g.granted = std::move(*scope);
    g.auth_time = subject_token->auth_time;
    if (subject_token->ends && c.enforces(rule::exchange_lifetime_bounded)) {
        g.ends_by = *subject_token->ends;
        // A lifetime of 0 would never end (RFC 6749 §5.1: expires_in may be absent).
        g.access_lifetime = std::max<std::int64_t>(1, std::min(g.access_lifetime, *g.ends_by - c.now));
    }
    g.with_refresh_token = false;  // RFC 8693 §2.2.1: typically none, where one temporary credential becomes another
    g.act = actors(c, *subject_token, acting);
    g.bound = std::move(*target);
    const auto wanted = c.in.body.value("requested_token_type");
    const auto* issued = std::find(issued_types.begin(), issued_types.end(), wanted);
    g.issued_type = issued == issued_types.end() ? type::access_token : *issued;
    c.answers_at = hook::token;
    return issue_tokens(c, g);
}

}  // namespace

answer exchange_token(context& c, const authenticated_client& who) {
    if (auto no = demand_exchange_parameters(c)) return refusal_response(c, *no);
    const auto& sent = c.in.body;
    return with_keys_of(c, {sent.value("subject_token"), sent.value("actor_token")},
                        [&c, who] { return exchange(c, who); });
}

}  // namespace assay::mock::endpoints
