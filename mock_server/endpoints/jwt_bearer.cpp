#include "mock_server/endpoints/jwt_bearer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/protocol/foreign_jwt.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "mock_server/protocol/requested_scope.hpp"
#include "mock_server/protocol/tokens.hpp"
#include "mock_server/request/refusals.hpp"
#include "oauth/client_assertion.hpp"

namespace assay::mock::endpoints {
namespace {

constexpr std::int64_t leeway_s = 10;
constexpr std::int64_t oldest_s = 86'400;

std::string shown(const json::object& claims, std::string_view name) {
    const auto* v = claims.find(name);
    return v == nullptr ? "(absent)" : json::format(*v);
}

bool is_recent(const json::object& claims, std::int64_t now) {
    const auto* member = claims.find("iat");
    if (member == nullptr) return true;
    const auto iat = member->as_number();
    return iat && *iat >= static_cast<double>(now - oldest_s) && *iat <= static_cast<double>(now + leeway_s);
}

// RFC 7523 §3 (3) to (6).
std::optional<refusal> demand_claims(context& c, const json::object& claims) {
    const std::vector<std::string> own{c.at->url(), c.at->url_of(endpoint_named("token"))};
    if (auto no = c.demand(rule::jwt_bearer_audience_matches, oauth::audience_holds(claims, own),
                           shown(claims, "aud"), fmt::format("{}", fmt::join(own, " or ")))) {
        return no;
    }
    const auto now = std::to_string(c.now);
    if (auto no = c.demand(rule::jwt_bearer_unexpired, !oauth::is_past(claims, c.now, leeway_s), shown(claims, "exp"),
                           "after " + now)) {
        return no;
    }
    if (auto no = c.demand(rule::jwt_bearer_not_early, !oauth::is_to_come(claims, c.now, leeway_s),
                           shown(claims, "nbf"), "by " + now)) {
        return no;
    }
    if (auto no = c.demand(rule::jwt_bearer_recent, is_recent(claims, c.now), shown(claims, "iat"),
                           "at most a day before " + now)) {
        return no;
    }
    const std::string jti(json::value(claims).string_at("jti"));
    const std::string iss(json::value(claims).string_at("iss"));
    const bool first = jti.empty() || c.at->short_lived.is_first("grant\n" + iss + "\n" + jti);
    return c.demand(rule::jwt_bearer_single_use, first, "a jti that was used before", "a fresh jti");
}

// Where rules are off and nobody stands for the sub: the first user.
outcome<subject> subject_of_assertion(context& c) {
    const auto text = c.in.body.value("assertion");
    const auto jwt = read_foreign_jwt(c, text);
    if (auto no = c.demand(rule::jwt_bearer_issuer_trusted, jwt.by != nullptr || !jwt.is_jwt,
                           shown(jwt.claims, "iss"), "the issuer of one of trusted_issuers")) {
        return refuse(*no);
    }
    if (auto no = c.demand(rule::jwt_bearer_signature_verifies, jwt.verified.has_value(), [&] {
            return std::pair(in_words(jwt.verified.error()), std::string("a JWT signed by its issuer"));
        })) {
        return refuse(*no);
    }
    auto of = subject_of(c, jwt);
    if (auto no = c.demand(rule::jwt_bearer_subject_present, of.has_value(), shown(jwt.claims, "sub"),
                           "a sub that the configuration allows")) {
        return refuse(*no);
    }
    if (auto no = demand_claims(c, jwt.claims)) return refuse(*no);
    return of ? *of : subject{"user", c.at->users().front().sub};
}

http::response issue_for_assertion(context& c, const authenticated_client& who) {
    auto of = subject_of_assertion(c);
    if (!of) return refusal_response(c, of.error());
    auto g = requested_grant(c, who, std::move(*of));
    if (!g) return refusal_response(c, g.error());
    g->with_refresh_token = false;  // RFC 7521 §4.1: refresh tokens are not typically issued
    c.answers_at = hook::token;
    return issue_tokens(c, *g);
}

}  // namespace

answer jwt_bearer(context& c, const authenticated_client& who) {
    const auto text = c.in.body.value("assertion");
    if (auto no = c.demand(rule::jwt_bearer_assertion_present, !text.empty(), "no assertion", "assertion"))
        return refusal_response(c, *no);
    return with_keys_of(c, {text}, [&c, who] { return issue_for_assertion(c, who); });
}

}  // namespace assay::mock::endpoints
