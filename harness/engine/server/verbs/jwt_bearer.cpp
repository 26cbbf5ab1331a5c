// A JWT of another issuer as an authorization grant (RFC 7523 §2.1).
#include "harness/engine/server/subject.hpp"
#include "harness/engine/server/verbs/exchange.hpp"
#include "harness/engine/server/verbs/table.hpp"
#include "oauth/grant_types.hpp"

namespace assay::harness {
namespace {

class jwt_bearer final : public grant_verb {
public:
    jwt_bearer()
        : grant_verb("jwt_bearer",
                     "Sends a JWT of an issuer that the mock trusts, which `assertion` changes; on other servers the "
                     "check is a skip.") {}

protected:
    [[nodiscard]] bool begins_anew() const override { return true; }
    [[nodiscard]] result<oauth::form> form_of(server_run& run, const request_words& w) const override {
        if (run.at.control.empty()) return fail(errc::unsupported, "needs an issuer whose JWTs the server trusts");
        const auto now = run.now_s();
        json::object claims{{"iss", trusted_issuer_of_checks},
                            {"sub", "ada"},
                            {"aud", run.at.issuer},
                            {"exp", now + 60},
                            {"iat", now},
                            {"jti", run.random_text()}};
        json::object header{{"typ", "JWT"}, {"alg", "ES256"}, {"kid", client_signing_key().kid()}};
        auto assertion = run.sign(w.client_assertion.value_or(jwt_spec{}), "assertion", std::move(header),
                                  std::move(claims), client_signing_key());
        if (!assertion) return fail(assertion.error());
        return oauth::form{{"grant_type", std::string(oauth::jwt_bearer_grant)},
                           {"assertion", std::move(*assertion)}};
    }
};

}  // namespace

const server_verb& jwt_bearer_verb() {
    static const jwt_bearer one;
    return one;
}

}  // namespace assay::harness
