// The last ID Token or JWT access token taken apart, its signature held against the server's jwks_uri (OIDC Core
// §3.1.3.7).
#include <fmt/format.h>

#include "harness/engine/server/flow.hpp"
#include "oauth/jwk.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness {
namespace {

const std::vector<oauth::jws_alg>& asymmetric() {
    using enum oauth::jws_alg;
    static const std::vector<oauth::jws_alg> all{RS256, PS256, ES256, EdDSA};
    return all;
}

std::string judge_signature(const oauth::jws_parts& parts, const http::exchange& fetched) {
    const auto document = json::parse(fetched.received.body);
    if (fetched.received.status != 200 || !document) {
        return fmt::format("jwks_uri answered {} without a JWK Set", fetched.received.status);
    }
    const auto keys = oauth::parse_jwks(*document);
    if (!keys) return keys.error().message;
    const auto ok = oauth::verify_jws(parts, *keys, asymmetric());
    return ok ? "valid" : ok.error().message;
}

}  // namespace

result<void> flow::token_parts(const step& s) {
    const auto name = verb_name(s.what);
    auto token = vars.find(fmt::format("last.{}", name));
    if (!token) return fail(token.error());
    answer out;
    auto parts = oauth::parse_jws(text_of(*token));
    if (!parts) {
        out.signature = fmt::format("the {} is no signed JWT: {}", name, parts.error().message);
        now = std::move(out);
        return {};
    }
    out.jose = parts->header;
    if (const auto claims = json::parse(parts->payload); claims && claims->is_object())
        out.claims = *claims->as_object();
    step keys;
    keys.what = verb::jwks;
    auto c = make_call(keys);
    if (!c) return fail(c.error());
    auto done = send(std::move(*c));
    if (!done) return fail(done.error());
    out.signature = judge_signature(*parts, *done);
    now = std::move(out);
    return {};
}

}  // namespace assay::harness
