// The authorization request of a correct client (RFC 6749 §4.1.1), with the changes of the step.
#include <algorithm>

#include "harness/engine/server/server_run.hpp"
#include "oauth/base64url.hpp"
#include "oauth/pkce.hpp"
#include "oauth/scope.hpp"

namespace assay::harness {

void server_run::add_pkce(oauth::form& p, const std::string& method) {
    if (method == "none") return;
    const std::string verifier = oauth::base64url_encode(random.bytes("code_verifier", 32));
    log.secret(verifier);
    last["code_verifier"] = verifier;
    p.append("code_challenge", method == "plain" ? verifier : oauth::s256_challenge(verifier));
    p.append("code_challenge_method", method);
}

// A check that needs refresh tokens requests them in the way this server requires (OIDC Core §11).
void server_run::ask_for_refresh_tokens(oauth::form& p) const {
    const bool refreshes = std::find(check_.needs.begin(), check_.needs.end(), "refresh") != check_.needs.end();
    if (!refreshes || !at.offline_access) return;
    const std::string scope(p.value("scope"));
    if (oauth::has_scope(oauth::parse_scope(scope), "offline_access")) return;
    p.set("scope", scope.empty() ? "offline_access" : scope + " offline_access");
    if (p.find("prompt") == nullptr) p.append("prompt", "consent");
}

// To be asked for consent again, a client sends prompt=consent (OIDC Core §3.1.2.1).
void server_run::ask_for_consent(const request_words& w, oauth::form& p) const {
    const bool denies = w.sign_in && w.sign_in->consent == "deny";
    if (denies && at.asks_consent && p.find("prompt") == nullptr) p.append("prompt", "consent");
}

result<oauth::form> server_run::authorization_parameters(const request_words& w, const registered_client& who,
                                                         bool pushed) {
    const bool refers = std::any_of(w.parameters.begin(), w.parameters.end(),
                                    [](const parameter& one) { return one.name == "request_uri" && !one.absent; });
    if (refers && !pushed) {
        // RFC 9126 §4: no other parameters are needed.
        oauth::form reference{{"client_id", who.client_id}};
        if (auto ok = apply(reference, w.parameters); !ok) return fail(ok.error());
        return reference;
    }
    oauth::form p{{"response_type", "code"}, {"client_id", who.client_id}};
    if (!who.redirect_uris.empty()) p.append("redirect_uri", who.redirect_uris.front());
    if (const std::string& scope = who.scope.empty() ? at.default_scope : who.scope; !scope.empty())
        p.append("scope", scope);
    p.append("state", random_text());
    p.append("nonce", random_text());
    auto method = text(!w.pkce.empty() ? w.pkce : at.can("pkce.S256") ? "S256" : "none");
    if (!method) return fail(method.error());
    last.erase("code_verifier");
    add_pkce(p, *method);
    const oauth::form plain = p;
    // For a pushed request authenticate() places the client_secret.
    const auto& changes = w.request_object ? w.request_object->claims : w.parameters;
    if (auto ok = apply(p, changes, pushed ? "client_secret" : ""); !ok) return fail(ok.error());
    ask_for_refresh_tokens(p);
    ask_for_consent(w, p);
    // nonce is defined by OpenID Connect: without openid a server may refuse it.
    const bool asked_for_nonce = std::any_of(w.parameters.begin(), w.parameters.end(),
                                             [](const parameter& one) { return one.name == "nonce"; });
    if (!asked_for_nonce && !oauth::has_scope(oauth::parse_scope(p.value("scope")), "openid")) p.erase("nonce");
    for (const char* name : {"state", "nonce", "redirect_uri", "code_challenge"}) remember(last, p, name);
    if (w.request_object) return wrap_request(w, who, plain);
    if (!w.repeat_parameter.empty()) {
        auto name = text(w.repeat_parameter);
        if (!name) return fail(name.error());
        p.append(*name, std::string(p.value(*name)) + "-again");
    }
    return p;
}

}  // namespace assay::harness
