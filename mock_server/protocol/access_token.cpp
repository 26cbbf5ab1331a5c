#include "mock_server/protocol/access_token.hpp"

#include <algorithm>

#include "oauth/grant_types.hpp"
#include "oauth/jwt.hpp"

namespace assay::mock {
namespace {

const std::string jwt_key = "jti:";

bool wants_jwt(const context& c, const client& to, const token_pair& pair) {
    if (!to.access_token_format.empty()) return to.access_token_format == "jwt";
    const bool names_resource = pair.grant->bound && !pair.grant->bound->audience.empty();
    return c.speaks().jwt_access_tokens && (names_resource || !c.speaks().jwt_for_resources_only);
}

// RFC 9068 §2.2; the `sub` of a client_credentials token is the client_id.
json::object claims_of(const context& c, const grant_of_tokens& g, const token_pair& pair, const std::string& jti) {
    json::object claims;
    claims.members.reserve(12);
    claims.append("iss", c.at->url());
    if (pair.expires_in > 0) claims.append("exp", c.now + pair.expires_in);
    static const std::vector<std::string> nobody;
    const auto& audience = pair.grant->bound ? pair.grant->bound->audience : nobody;
    claims.append("aud", c.at->url());
    claims.append("sub", g.of.sub);
    if (c.enforces(rule::access_token_claims_complete)) {
        claims.append("client_id", pair.grant->client_id);
        claims.append("iat", c.now);
    }
    claims.append("jti", jti);
    if (!pair.grant->scope.empty()) claims.append("scope", pair.grant->scope);
    if (g.auth_time != 0) claims.append("auth_time", g.auth_time);
    if (pair.grant->bound && !pair.grant->bound->jkt.empty())
        claims.append("cnf", json::object{{"jkt", pair.grant->bound->jkt}});
    if (g.act) claims.append("act", *g.act);
    add_configured_claims(c, "access_token", g.of, pair.grant->client_id, g.granted, claims);
    if (g.added) {
        for (const auto& m : g.added->as_object()->members) claims.set(m.name, m.v);
    }
    // RFC 8707 §2: the resources that the client asked for, whatever else is configured.
    if (audience.size() == 1) {
        claims.set("aud", audience.front());
    } else if (!audience.empty()) {
        claims.set("aud", json::array(audience.begin(), audience.end()));
    }
    return claims;
}

}  // namespace

access_token make_access_token(context& c, const grant_of_tokens& g, const token_pair& pair) {
    const auto kind = "access_" + g.of.sub_type;
    auto made = c.at->make_token(kind);
    if (!wants_jwt(c, *g.to, pair) && g.issued_type != oauth::token_type::jwt) return {made, made};
    // RFC 9068 defines no client metadata for this: access tokens are signed with the algorithm of the client's ID
    // Tokens.
    const auto alg = c.at->signing_alg(*g.to, "id_token_signed_response_alg");
    const auto& key = c.at->signing_key(alg);
    json::object header;
    header.append("typ", c.enforces(rule::access_token_typed) ? "at+jwt" : "JWT");
    header.append("alg", alg);
    header.append("kid", key.kid());
    const auto claims = claims_of(c, g, pair, made);
    auto text = oauth::sign_jws(json::format(header), json::format(claims), *oauth::parse_alg(alg), key);
    return {std::move(text).value_or(""), jwt_key + made};
}

std::optional<token_pair> find_access_token(const context& c, const std::string& text) {
    if (text.starts_with(jwt_key)) return std::nullopt;
    if (std::count(text.begin(), text.end(), '.') != 2) return c.at->tokens.pairs.find_access(text);
    const auto parts = oauth::parse_jws(text);
    if (!parts) return std::nullopt;
    const auto published = c.at->published_keys();
    const bool own = std::any_of(published.begin(), published.end(), [&](const published_key& one) {
        return oauth::verify_jws(*parts, one.key, {*oauth::parse_alg(one.alg)}).has_value();
    });
    if (!own && c.enforces(rule::access_token_signature_verifies)) return std::nullopt;
    const auto claims = json::parse(parts->payload);
    if (!claims) return std::nullopt;
    return c.at->tokens.pairs.find_access(jwt_key + std::string(claims->string_at("jti")));
}

}  // namespace assay::mock
