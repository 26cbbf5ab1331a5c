#include "mock_server/protocol/tokens.hpp"

#include <algorithm>
#include <utility>

#include "mock_server/faults/operations/signing.hpp"
#include "mock_server/protocol/access_token.hpp"
#include "mock_server/protocol/openid_request.hpp"
#include "mock_server/request/answers.hpp"
#include "mock_server/request/shape.hpp"
#include "oauth/crypto.hpp"
#include "oauth/grant_types.hpp"
#include "oauth/jwt.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {
namespace {

std::int64_t id_token_lifetime(const context& c, const grant_of_tokens& g) {
    const auto lifetime = g.to->lifetimes.id_token.value_or(c.speaks().id_token_lifetime);
    return g.ends_by ? std::min(lifetime, *g.ends_by - c.now) : lifetime;
}

json::object id_token_claims(const context& c, const grant_of_tokens& g, const std::string& access_token,
                             oauth::jws_alg alg) {
    const dialect& speaks = c.speaks();
    json::object claims;
    claims.members.reserve(12);
    claims.append("iss", c.at->url());
    claims.append("exp", c.now + id_token_lifetime(c, g));
    claims.append("iat", c.now);
    if (g.auth_time != 0) claims.append("auth_time", g.auth_time);
    if (speaks.id_token_aud_array) {
        claims.append("aud", json::array{g.to->client_id});
    } else {
        claims.append("aud", g.to->client_id);
    }
    if (g.nonce) {
        claims.append("nonce", *g.nonce);
    } else if (speaks.id_token_null_nonce) {
        claims.append("nonce", nullptr);
    }
    if (!g.sid.empty()) claims.append("sid", g.sid);
    if (g.act) claims.append("act", *g.act);
    claims.append("at_hash", oauth::left_half_hash(access_token, alg));
    for (auto& m : subject_claims(c, g.of, g.granted, false).members)
        claims.append(std::move(m.name), std::move(m.v));
    add_configured_claims(c, "id_token", g.of, g.to->client_id, g.granted, claims);
    for (const auto& m : g.id_token_claims.members) claims.set(m.name, m.v);
    if (!c.enforces(rule::id_token_subject_stable))
        claims.set("sub", g.of.sub + "-" + to_text(g.family).substr(0, 8));
    if (g.claims) append_requested_claims(c, g.of, *g.claims, "id_token", claims);
    return claims;
}

// `seen` is compared to find out whether a fault changed the token: signatures of ES256 and PS256 differ each time.
struct signed_id_token {
    std::string text;
    std::string seen;
};

signed_id_token sign_id_token(const json::object& claims, json::object header, const honest_signing& by,
                              const std::vector<operation>& operations) {
    apply<of_jose_header>(operations, header);
    signed_id_token out;
    out.text = sign_as_told(header, claims, by, operations);
    const bool told = any_of<of_signing>(operations) || any_of<of_signed_token>(operations);
    const bool whole = told || (by.alg != oauth::jws_alg::ES256 && by.alg != oauth::jws_alg::PS256);
    out.seen = whole ? out.text : out.text.substr(0, out.text.rfind('.'));
    return out;
}

std::string make_id_token(context& c, const grant_of_tokens& g, const std::string& access_token) {
    const std::string_view alg = c.enforces(rule::id_token_alg_registered)
                                     ? c.at->signing_alg(*g.to, "id_token_signed_response_alg")
                                     : c.at->signing_algs().front();
    const auto& key = c.at->signing_key(alg);
    auto claims = id_token_claims(c, g, access_token, *oauth::parse_alg(alg));
    json::object header;
    header.append("typ", "JWT");
    header.append("alg", alg);
    if (c.speaks().id_token_kid) header.append("kid", key.kid());
    // A public client has no secret; a forger knows its client_id.
    const honest_signing by{*oauth::parse_alg(alg), key, g.to->is_public() ? g.to->client_id : g.to->client_secret};
    const auto taken = c.take_faults(hook::id_token, [&] {
        return json::object{{"client_id", g.to->client_id}, {"kid", key.kid()}};
    });
    if (c.faults->none_at(hook::id_token)) return sign_id_token(claims, header, by, {}).text;
    // Stored because a fault may send the previous token in place of the next one.
    const auto all = operations_of(taken);
    auto claims_now = claims;
    apply<of_claims>(all, claims_now);
    const auto claims_before = c.faults->exchange_previous("claims", json::value(claims_now));
    const auto before = c.faults->exchange_previous("id_token", sign_id_token(claims_now, header, by, all).text);
    const auto make = [&](const std::vector<operation>& operations) {
        if (has_operation(operations, "token.previous") && before.is_string())
            return signed_id_token{*before.as_string(), *before.as_string()};
        auto mine = claims;
        apply<of_claims>(operations, mine);
        apply<of_claims_before>(operations, mine, claims_before);
        return sign_id_token(mine, header, by, operations);
    };
    return c.under(taken, make, [](const signed_id_token& t) { return t.seen; }).text;
}

bool has_shape(const dialect& d) {
    return !d.answers.token.is_null() || d.form_answers || d.scope_separators != " ";
}

bool may_refresh(const dialect& d, const client& who, const oauth::scope_set& granted) {
    const bool offered =
        std::find(d.grant_types.begin(), d.grant_types.end(), "refresh_token") != d.grant_types.end();
    const bool by_scope = d.refresh.scope.empty() || oauth::has_scope(granted, d.refresh.scope);
    return by_scope && offered && who.may_use("refresh_token");
}

// What the answer is made of; the fields of RFC 6749 §5.1.
struct issued_texts {
    std::string access_token, refresh_token, id_token;
};

http::response shaped_tokens(const context& c, const grant_of_tokens& g, const token_pair& pair,
                             const issued_texts& made) {
    static const json::value as_in_rfc{json::object{{"token_type", "${token_type}"},
                                                    {"access_token", "${access_token}"},
                                                    {"expires_in", "${expires_in}"},
                                                    {"refresh_token", "${refresh_token}"},
                                                    {"scope", "${scope}"},
                                                    {"id_token", "${id_token}"},
                                                    {"issued_token_type", "${issued_token_type}"}}};
    auto values = template_values(c, &g.of, g.to->client_id, g.granted);
    values.append("token_type", token_type_of(pair));
    values.append("access_token", made.access_token);
    if (pair.expires_in > 0) values.append("expires_in", pair.expires_in);
    if (!made.refresh_token.empty()) {
        values.append("refresh_token", made.refresh_token);
        values.append("refresh_expires_in", pair.refresh_expires_at == 0 ? 0 : pair.refresh_expires_at - c.now);
    }
    if (!made.id_token.empty()) values.append("id_token", made.id_token);
    if (!g.issued_type.empty() && c.enforces(rule::exchange_issued_type_returned))
        values.append("issued_token_type", g.issued_type);
    const auto& shape = c.speaks().answers.token;
    return token_json(c, 200, shaped(c, shape.is_null() ? as_in_rfc : shape, values));
}

std::shared_ptr<const token_binding> binding_of(const context& c, const grant_of_tokens& g) {
    auto bound = g.bound;
    if (c.enforces(rule::dpop_token_bound)) bound.jkt = c.dpop_jkt;
    if (bound.jkt.empty() && bound.audience.empty() && bound.resources.empty()) return nullptr;
    return std::make_shared<const token_binding>(std::move(bound));
}

// RFC 8693 §2.2.1: whatever was asked for is in access_token; what is no access token has the type N_A.
http::response exchanged_id_token(context& c, const grant_of_tokens& g, const std::string& access_token) {
    json::object body{{"access_token", make_id_token(c, g, access_token)}};
    if (c.enforces(rule::exchange_issued_type_returned)) body.append("issued_token_type", g.issued_type);
    body.append("token_type", "N_A");
    body.append("expires_in", id_token_lifetime(c, g));
    return token_json(c, 200, json::value(std::move(body)));
}

}  // namespace

json::object subject_claims(const context& c, const subject& of, const oauth::scope_set& scope, bool userinfo) {
    json::object out;
    out.append("sub", of.sub);
    if (of.sub_type == "organization") {
        const auto* organization = c.at->find_organization(of.sub);
        if (userinfo && organization != nullptr && oauth::has_scope(scope, "openid"))
            out.append("name", organization->slug);
        return out;
    }
    const auto who = c.at->find_user(of.sub);
    if (who == nullptr) return out;
    // OIDC Core §5.4; unknown claims are left out, not empty (§5.3.2).
    const auto brings = [&](std::string_view one) {
        return oauth::has_scope(scope, one) && c.enforces(rule::claims_by_scope);
    };
    if (!who->name.empty() && c.speaks().profile_adds_name && brings("profile")) out.append("name", who->name);
    if (!who->email.empty() && brings("email")) {
        out.append("email", who->email);
        out.append("email_verified", true);
    }
    if (!who->phone_number.empty() && brings("phone")) {
        out.append("phone_number", who->phone_number);
        out.append("phone_number_verified", true);
    }
    if (!who->address.empty() && brings("address")) out.append("address", who->address);
    return out;
}

void add_configured_claims(const context& c, std::string_view place, const subject& of, std::string_view client_id,
                           const oauth::scope_set& scope, json::object& out) {
    add_dialect_claims(c, place, of, client_id, scope, out);
    const auto rows = c.at->claims();
    const auto who = of.sub_type == "user" ? c.at->find_user(of.sub) : nullptr;
    const bool is_stranger = who && !who->claims.members.empty();
    if (!rows && !is_stranger) return;
    static const user nobody{};
    const user& about = who ? *who : nobody;
    const auto values = template_values(c, &of, client_id, scope);
    const claim_question q{place, about.sub, about.username, client_id, &scope, {values, &c.in.body}};
    if (rows) add_configured_claims(*rows, q, out);
    if (!is_stranger) return;
    claim_row typed;
    typed.claims = about.claims;
    add_configured_claims({typed}, q, out);
}

bool is_bound_to_key(const token_pair& p) {
    return p.grant->bound && !p.grant->bound->jkt.empty();
}

std::string_view token_type_of(const token_pair& p) {
    return is_bound_to_key(p) ? "DPoP" : "Bearer";
}

http::response issue_tokens(context& c, const grant_of_tokens& g) {
    c.session = g.family;
    token_pair pair;
    std::string refresh_token;
    if (g.keep_refresh_token) {
        refresh_token = *g.keep_refresh_token;
    } else if (g.with_refresh_token && may_refresh(c.speaks(), *g.to, g.granted)) {
        refresh_token = c.at->make_token("refresh_" + g.of.sub_type);
    }
    pair.issued_at = c.now;
    pair.expires_in = g.access_lifetime;
    pair.auth_time = g.auth_time;
    const auto refresh_lifetime = g.to->lifetimes.refresh_token.value_or(c.speaks().refresh_token_lifetime);
    if (refresh_lifetime > 0) pair.refresh_expires_at = c.now + refresh_lifetime;
    pair.family = g.family;
    token_grant grant{g.to->client_id, oauth::format_scope(g.granted), g.of};
    // Equal ones are left out, so that the tokens of a code and of its refreshes share their grant.
    if (!g.refreshable.empty() && g.refreshable != g.granted)
        grant.refresh_scope = oauth::format_scope(g.refreshable);
    grant.claims = g.claims;
    grant.sid = g.sid;
    grant.act = g.act;
    grant.added = g.added;
    grant.bound = binding_of(c, g);
    pair.grant = c.at->tokens.pairs.share(std::move(grant));
    const auto access_token = make_access_token(c, g, pair);
    if (g.issued_type == oauth::token_type::id_token) return exchanged_id_token(c, g, access_token.text);
    const bool identifies = g.with_id_token && (c.speaks().id_token_always || oauth::has_scope(g.granted, "openid"));
    const auto id_token = identifies ? make_id_token(c, g, access_token.text) : std::string{};
    const bool repeated = !g.keep_refresh_token || c.speaks().refresh.repeated;
    const auto& told = repeated ? refresh_token : std::string{};
    const auto put = [&] { c.at->tokens.pairs.put(access_token.stored, refresh_token, std::move(pair)); };
    if (has_shape(c.speaks())) {
        auto out = shaped_tokens(c, g, pair, {access_token.text, told, id_token});
        put();
        return out;
    }
    json::object_text body;
    if (!g.issued_type.empty() && c.enforces(rule::exchange_issued_type_returned))
        body.add("issued_token_type", g.issued_type);
    body.add("token_type", token_type_of(pair));
    body.add("access_token", access_token.text);
    if (pair.expires_in > 0) body.add("expires_in", pair.expires_in);
    if (!told.empty()) body.add("refresh_token", told);
    if (!g.granted.empty() && (!g.scope_differs || c.enforces(rule::token_scope_reported)))
        body.add("scope", pair.grant->scope);
    if (!id_token.empty()) body.add("id_token", id_token);
    put();
    return token_json(c, 200, std::move(body).finish());
}

}  // namespace assay::mock
