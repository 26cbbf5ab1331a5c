// JWTs that a client signs: client assertions (RFC 7523), DPoP proofs (RFC 9449), request objects (RFC 9101).
#include <fmt/format.h>

#include "harness/engine/server/server_run.hpp"
#include "oauth/base64url.hpp"
#include "oauth/client_assertion.hpp"
#include "oauth/crypto.hpp"
#include "oauth/dpop.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness {
namespace {

constexpr std::int64_t lifetime_s = 60;

oauth::jws_alg alg_for(const oauth::jwk& key) {
    using enum oauth::jws_alg;
    if (key.kty() == "RSA") return RS256;
    if (key.kty() == "OKP") return EdDSA;
    return key.kty() == "oct" ? HS256 : ES256;
}

// Flips one bit in the middle of the signature.
std::string flipped(const std::string& token) {
    const auto dot = token.rfind('.') + 1;
    auto signature = oauth::base64url_decode(std::string_view(token).substr(dot)).value_or("");
    if (!signature.empty()) signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
    return token.substr(0, dot) + oauth::base64url_encode(signature);
}

result<oauth::jwk> stranger(oauth::jws_alg alg, server_run& run) {
    if (alg == oauth::jws_alg::HS256) return oauth::jwk::from_secret(run.random_text() + run.random_text());
    return oauth::jwk::generate(alg);
}

}  // namespace

const oauth::jwk& client_signing_key() {
    static const oauth::jwk key = *oauth::jwk::generate(oauth::jws_alg::ES256, "client");
    return key;
}

const oauth::jwk& next_client_signing_key() {
    static const oauth::jwk key = *oauth::jwk::generate(oauth::jws_alg::ES256, "next");
    return key;
}

std::int64_t server_run::now_s() {
    auto v = known("now");
    return v ? v->as_integer().value_or(0) : 0;
}

result<void> server_run::apply(json::object& to, const std::vector<parameter>& list) {
    for (const parameter& p : list) {
        if (p.absent) {
            to.erase(p.name);
            continue;
        }
        auto v = vars.expand(p.value);
        if (!v) return fail(v.error());
        to.set(p.name, std::move(*v));
    }
    return {};
}

result<std::string> server_run::sign(const jwt_spec& spec, const std::string& kind, json::object header,
                                     json::object claims, oauth::jwk key) {
    if (spec.again) {
        auto before = vars.find("last." + kind);
        if (!before) return fail(before.error());
        return text_of(*before);
    }
    if (auto ok = apply(header, spec.header); !ok) return fail(ok.error());
    if (auto ok = apply(claims, spec.claims); !ok) return fail(ok.error());
    auto how = text(spec.sign);
    if (!how) return fail(how.error());
    auto alg = alg_for(key);
    if (*how == "none") {
        alg = oauth::jws_alg::none;
        header.set("alg", "none");
    } else if (*how == "other_key") {
        auto other = stranger(alg, *this);
        if (!other) return fail(other.error());
        key = std::move(*other);
    }
    auto token = oauth::sign_jws(json::format(header), json::format(claims), alg, key);
    if (!token) return fail(token.error());
    if (*how == "flipped") *token = flipped(*token);
    log.secret(*token);
    last[kind] = *token;
    return token;
}

// OIDC Core §9; aud is the issuer, which every interpretation of RFC 7523 §3 (3) allows.
result<void> server_run::add_assertion(const request_words& w, const registered_client& who,
                                       const std::string& method, const std::string& secret, oauth::form& body) {
    const bool by_secret = method == "client_secret_jwt";
    if (!by_secret && !who.key) {
        return fail(errc::unsupported, fmt::format("the client '{}' has no private key here", who.role));
    }
    const auto spec = w.client_assertion.value_or(jwt_spec{});
    if (!by_secret && !spec.key.empty() && !who.next) {
        return fail(errc::unsupported, fmt::format("the client '{}' has no second key here", who.role));
    }
    const auto key = by_secret ? oauth::jwk::from_secret(secret) : spec.key.empty() ? *who.key : *who.next;
    json::object header{{"typ", "JWT"}, {"alg", oauth::alg_name(alg_for(key))}};
    if (!key.kid().empty()) header.append("kid", key.kid());
    const auto now_is = now_s();
    json::object claims{{"iss", who.client_id},       {"sub", who.client_id}, {"aud", at.issuer},
                        {"exp", now_is + lifetime_s}, {"iat", now_is},        {"jti", random_text()}};
    auto token = sign(spec, "assertion", std::move(header), std::move(claims), key);
    if (!token) return fail(token.error());
    body.set("client_assertion_type", std::string(oauth::jwt_bearer_assertion_type));
    body.set("client_assertion", std::move(*token));
    return {};
}

result<oauth::jwk> server_run::dpop_key(const std::string& name) {
    const auto found = dpop_keys_.find(name);
    if (found != dpop_keys_.end()) return found->second;
    auto fresh = oauth::jwk::generate(oauth::jws_alg::ES256);
    if (fresh) dpop_keys_.emplace(name, *fresh);
    return fresh;
}

// RFC 9449 §4.2, §7.1: with an access token the scheme is DPoP, and the proof contains its hash.
result<void> server_run::add_dpop(const jwt_spec& spec, const std::string& url, http::request& r) {
    auto name = text(spec.key.empty() ? "proof" : spec.key);
    if (!name) return fail(name.error());
    auto key = dpop_key(*name);
    if (!key) return fail(key.error());
    json::object jwk = key->public_json();
    if (spec.private_jwk) jwk.append("d", oauth::base64url_encode(random.bytes("private", 32)));
    json::object header{{"typ", "dpop+jwt"}, {"alg", "ES256"}, {"jwk", std::move(jwk)}};
    json::object claims{
        {"jti", random_text()}, {"htm", r.method}, {"htu", url.substr(0, url.find_first_of("?#"))}, {"iat", now_s()}};
    constexpr std::string_view bearer = "Bearer ";
    if (const std::string authorization(r.head.value("authorization")); authorization.starts_with(bearer)) {
        const auto token = authorization.substr(bearer.size());
        claims.append("ath", oauth::dpop_ath(token));
        r.head.set("Authorization", "DPoP " + token);
    }
    if (const auto nonce = last.find("dpop_nonce"); nonce != last.end()) claims.append("nonce", nonce->second);
    auto proof = sign(spec, "dpop_proof", std::move(header), std::move(claims), std::move(*key));
    if (!proof) return fail(proof.error());
    r.head.append("DPoP", *proof);
    if (spec.twice) r.head.append("DPoP", *proof);
    return {};
}

// RFC 9101 §4: the parameters become claims; only client_id, and the changes of the step, stay outside.
result<oauth::form> server_run::wrap_request(const request_words& w, const registered_client& who,
                                             const oauth::form& inner) {
    if (!who.key) return fail(errc::unsupported, fmt::format("the client '{}' has no private key here", who.role));
    json::object header{{"typ", "oauth-authz-req+jwt"}, {"alg", oauth::alg_name(alg_for(*who.key))}};
    if (!who.key->kid().empty()) header.append("kid", who.key->kid());
    const auto now_is = now_s();
    json::object claims{{"iss", who.client_id},
                        {"aud", at.issuer},
                        {"exp", now_is + lifetime_s},
                        {"nbf", now_is},
                        {"jti", random_text()}};
    for (const auto& [name, value] : inner.fields) claims.set(name, value);
    auto token = sign(*w.request_object, "request_object", std::move(header), std::move(claims), *who.key);
    if (!token) return fail(token.error());
    oauth::form out{{"client_id", who.client_id}, {"request", std::move(*token)}};
    if (auto ok = apply(out, w.parameters); !ok) return fail(ok.error());
    return out;
}

}  // namespace assay::harness
