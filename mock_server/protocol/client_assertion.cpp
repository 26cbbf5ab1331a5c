#include "mock_server/protocol/client_assertion.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "mock_server/dialects/endpoints.hpp"
#include "mock_server/protocol/request_form.hpp"
#include "oauth/client_assertion.hpp"

namespace assay::mock {
namespace {

constexpr std::size_t assertion_bytes_max = 16U << 10U;

bool is_offered(const context& c, std::string_view method) {
    const auto& methods = c.speaks().client_auth_methods;
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

// An error when the signature does not verify. An unsupported alg has another error code than a wrong key.
result<void> verify(const context& c, const client_assertion& a, const client& who) {
    if (!a.parts) return fail(errc::malformed, "it is no signed JWT: " + a.parts.error().message);
    if (who.token_endpoint_auth_method == "client_secret_jwt")
        return oauth::verify_jws(*a.parts, oauth::jwk::from_secret(who.client_secret), {oauth::jws_alg::HS256});
    auto keys = oauth::parse_jwks(who.jwks);
    if (!keys) return fail(errc::crypto, "the client has registered no keys");
    const bool any = c.enforces(rule::client_assertion_any_registered_key);
    if (keys->keys.size() > 1 && !any) keys->keys.erase(keys->keys.begin() + 1, keys->keys.end());
    return oauth::verify_jws(*a.parts, *keys, oauth::asymmetric_algs());
}

// RFC 7519 §4.1.6: why iat was refused. It is missing, in the future, or too old.
std::string told_of_iat(const json::object& claims, std::int64_t now) {
    const auto* member = claims.find("iat");
    const auto iat = member == nullptr ? std::nullopt : member->as_number();
    if (!iat) return "is no number";
    const auto apart = static_cast<std::int64_t>(std::clamp(*iat - static_cast<double>(now), -1e15, 1e15));
    if (apart > 0) return fmt::format("is {} s ahead of the clock of this server", apart);
    return fmt::format("is {} s past: it was issued too long ago", -apart);
}

rule rule_of(std::string_view claim) {
    constexpr std::array<std::pair<std::string_view, rule>, 7> table{
        {{"iss", rule::client_assertion_issuer_matches},
         {"sub", rule::client_assertion_subject_matches},
         {"aud", rule::client_assertion_audience_matches},
         {"exp", rule::client_assertion_unexpired},
         {"nbf", rule::client_assertion_not_early},
         {"iat", rule::client_assertion_recent},
         {"jti", rule::client_assertion_single_use}}};
    const auto* found =
        std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.first == claim; });
    return found->second;
}

}  // namespace

std::optional<client_assertion> read_client_assertion(const context& c) {
    const bool as_secret = c.speaks().client_secret_is_assertion;
    const auto text = c.in.body.value(as_secret ? "client_secret" : "client_assertion");
    const bool offered = as_secret || is_offered(c, "private_key_jwt") || is_offered(c, "client_secret_jwt");
    if (text.empty() || !offered) return std::nullopt;
    client_assertion a;
    a.client_id = std::string(c.in.body.value("client_id"));
    a.parts = text.size() <= assertion_bytes_max
                  ? oauth::parse_jws(text)
                  : fail(errc::limit, fmt::format("it has more than {} bytes", assertion_bytes_max));
    const auto payload = a.parts ? json::parse(a.parts->payload) : result<json::value>(json::value());
    if (payload && payload->is_object()) a.claims = *payload->as_object();
    const json::value claims(a.claims);
    if (a.client_id.empty()) a.client_id = std::string(claims.string_at("sub"));
    if (a.client_id.empty()) a.client_id = std::string(claims.string_at("iss"));
    return a;
}

std::string assertion_method(const client_assertion& a, const client& who) {
    const auto& own = who.token_endpoint_auth_method;
    if (own == "private_key_jwt" || own == "client_secret_jwt") return own;
    const bool by_secret = a.parts && json::value(a.parts->header).string_at("alg") == "HS256";
    return by_secret ? "client_secret_jwt" : "private_key_jwt";
}

std::optional<refusal> demand_client_assertion(context& c, const client_assertion& a, const client& who) {
    const auto type = c.in.body.value("client_assertion_type");
    const bool typed = type == oauth::jwt_bearer_assertion_type || c.speaks().client_secret_is_assertion;
    if (auto no = c.demand(rule::client_assertion_type_known, typed, type, oauth::jwt_bearer_assertion_type)) {
        return no;
    }
    const auto verified = verify(c, a, who);
    if (auto no = c.demand(rule::client_assertion_signature_verifies, verified.has_value(), [&] {
            return std::pair(in_words(verified.error()), std::string("a JWT signed by the client"));
        })) {
        return no;
    }
    oauth::client_assertion_expectations want;
    want.client_id = who.client_id;
    want.audiences = {c.at->url(), c.at->url_of(endpoint_named("token")), c.at->base() + c.path};
    const auto& further = c.speaks().assertion_audiences;
    want.audiences.insert(want.audiences.end(), further.begin(), further.end());
    want.oldest = c.speaks().client_assertion_lifetime;
    want.now = c.now;
    for (const auto& f : oauth::judge_client_assertion(a.claims, want)) {
        const auto got = f.claim == std::string_view("iat") ? told_of_iat(a.claims, c.now) : f.actual;
        if (auto no = c.demand(rule_of(f.claim), false, got, f.expected)) return no;
    }
    const json::value claims(a.claims);
    const bool first =
        c.at->short_lived.is_first("assertion\n" + who.client_id + "\n" + std::string(claims.string_at("jti")));
    return c.demand(rule::client_assertion_single_use, first, "a jti that was used before", "a fresh jti");
}

}  // namespace assay::mock
