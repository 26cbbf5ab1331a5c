// Extensions of `assay rp`, used when the harness asks for them: pushed authorization requests (RFC 9126) and DPoP
// (RFC 9449).
#include <algorithm>

#include <fmt/format.h>

#include "harness/relying_party/relying_party.hpp"
#include "oauth/base64url.hpp"
#include "oauth/crypto.hpp"
#include "oauth/dpop.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness {
namespace {

std::int64_t now_s() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

// RFC 9449 §8, §9: the server requires its nonce in the proof.
bool asks_for_nonce(const http::response& r) {
    constexpr std::string_view error = "use_dpop_nonce";
    return (r.status == 400 || r.status == 401) && r.head.find("DPoP-Nonce") != nullptr &&
           (r.body.find(error) != std::string::npos ||
            r.head.value("WWW-Authenticate").find(error) != std::string_view::npos);
}

}  // namespace

bool rp_party::uses(std::string_view extension) const {
    return std::find(settings_.use.begin(), settings_.use.end(), extension) != settings_.use.end();
}

void rp_party::prove_possession(http::call& c, const std::string& access_token) {
    const mutant& w = settings_.without;
    if (!memory_.dpop_key) {
        result<oauth::jwk> made = oauth::jwk::generate(oauth::jws_alg::ES256);
        if (!made) return;
        memory_.dpop_key = std::move(*made);
    }
    const json::object header{{"typ", "dpop+jwt"}, {"alg", "ES256"}, {"jwk", memory_.dpop_key->public_json()}};
    json::object claims{
        {"jti", w.does(validation::dpop_jti) ? oauth::base64url_encode(oauth::random_bytes(16)) : "jti"},
        {"htm", c.r.method},
        {"htu", c.origin + std::string(c.r.path())},
        {"iat", now_s()}};
    if (!access_token.empty() && w.does(validation::dpop_ath)) claims.append("ath", oauth::dpop_ath(access_token));
    if (!memory_.dpop_nonce.empty()) claims.append("nonce", memory_.dpop_nonce);
    c.r.head.set("DPoP",
                 oauth::sign_jws(json::format(header), json::format(claims), oauth::jws_alg::ES256, *memory_.dpop_key)
                     .value_or(""));
}

decision<http::response> rp_party::send_proven(http::call c, const std::string& access_token) {
    if (!uses("dpop")) return send(std::move(c));
    prove_possession(c, access_token);
    decision<http::response> answer = send(c);
    if (!answer || answer->head.find("DPoP-Nonce") == nullptr) return answer;
    memory_.dpop_nonce = answer->head.value("DPoP-Nonce");
    if (!asks_for_nonce(*answer) || settings_.without.without(validation::dpop_nonce)) return answer;
    prove_possession(c, access_token);
    return send(std::move(c));
}

decision<std::string> rp_party::push(const provider& p, const oauth::form& query) {
    if (p.par_endpoint.empty()) return refuse("no_par", "the metadata has no pushed_authorization_request_endpoint");
    decision<http::call> c = authenticated_post(p, p.par_endpoint, query);
    if (!c) return tl::unexpected(c.error());
    const decision<http::response> answer = send_proven(std::move(*c));
    if (!answer) return tl::unexpected(answer.error());
    const decision<json::value> body = json_of(*answer, "the answer to the pushed request");
    if (!body) return tl::unexpected(body.error());
    const std::string request_uri(body->string_at("request_uri"));
    if (answer->status == 201 && !request_uri.empty()) return request_uri;
    return refuse("par_error", fmt::format("the pushed request was answered with status {}", answer->status),
                  std::string(body->string_at("error")));
}

}  // namespace assay::harness
