// Parses the last ID Token or JWT access token and verifies its signature with the server's jwks_uri (OIDC Core
// §3.1.3.7).
#include "oauth/jwt.hpp"

#include <fmt/format.h>

#include "harness/engine/server/server_run.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "oauth/jwk.hpp"

namespace assay::harness {
namespace {

std::string judge_signature(const oauth::jws_parts& parts, const http::exchange& fetched) {
    const auto document = json::parse(fetched.received.body);
    if (fetched.received.status != 200 || !document) {
        return fmt::format("jwks_uri answered {} without a JWK Set", fetched.received.status);
    }
    const auto keys = oauth::parse_jwks(*document);
    if (!keys) return keys.error().message;
    const auto ok = oauth::verify_jws(parts, *keys, oauth::asymmetric_algs());
    return ok ? "valid" : ok.error().message;
}

class jwt_verb final : public plain_verb {
public:
    using plain_verb::plain_verb;

    [[nodiscard]] result<void> carry_out(server_run& run, const step&) const override {
        auto token = run.vars.find(fmt::format("last.{}", name()));
        if (!token) return fail(token.error());
        observation out;
        auto parts = oauth::parse_jws(text_of(*token));
        if (!parts) {
            out.signature = fmt::format("the {} is no signed JWT: {}", name(), parts.error().message);
            run.now = std::move(out);
            return {};
        }
        out.jose = parts->header;
        if (const auto claims = json::parse(parts->payload); claims && claims->is_object())
            out.claims = *claims->as_object();
        auto url = run.endpoint("jwks_uri");
        if (!url) return fail(url.error());
        auto c = run.address(request_words{}, {}, *url);
        if (!c) return fail(c.error());
        auto done = run.send(std::move(*c));
        if (!done) return fail(done.error());
        out.signature = judge_signature(*parts, *done);
        run.now = std::move(out);
        return {};
    }
};

}  // namespace

const server_verb& id_token_verb() {
    static const jwt_verb one("id_token", "Decodes the last ID Token and verifies it against the JWK Set.");
    return one;
}

const server_verb& access_token_verb() {
    static const jwt_verb one("access_token", "Decodes the last access token, if it is a JWT, and verifies it.");
    return one;
}

const server_verb& signed_userinfo_verb() {
    static const jwt_verb one("signed_userinfo",
                              "Decodes the last UserInfo answer, if it is a JWT, and verifies it.");
    return one;
}

const server_verb& logout_token_verb() {
    static const jwt_verb one("logout_token", "Decodes the last received logout token and verifies it.");
    return one;
}

}  // namespace assay::harness
