// The protocol of `assay rp`: discovery, authorization request, callback, token requests and UserInfo of one relying
// party. No sessions and no server here. Each call opens its own connections.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/relying_party/mutants.hpp"
#include "http/client.hpp"
#include "oauth/form.hpp"
#include "oauth/jwt.hpp"

namespace assay::harness {

// Why this client stops. `code` is its own error code ("state_mismatch"), `error` the OAuth error code if there is
// one.
struct refusal {
    std::string code;
    std::string message;
    std::string error{};
};
template <class T>
using decision = tl::expected<T, refusal>;
[[nodiscard]] inline tl::unexpected<refusal> refuse(std::string code, std::string message, std::string error = {}) {
    return tl::unexpected<refusal>(refusal{std::move(code), std::move(message), std::move(error)});
}

// Exit status of a mutant that crashes on purpose, because something it relies on is absent; no crash of ours has
// this status.
constexpr int mutant_exit = 70;
[[noreturn]] void die(std::string_view why);

// Whether a text has characters not allowed in error_description (RFC 6749 §4.1.2.1, §5.2).
[[nodiscard]] bool has_odd_text(std::string_view text);

// The settings of POST /assay/rp.
struct rp_settings {
    std::string issuer;
    std::string client_id;
    std::string client_secret;  // empty: none
    std::string auth_method = "client_secret_basic";
    std::optional<oauth::jwk> private_key{};  // for private_key_jwt
    std::string scope;
    bool nonce = true;             // false: the authorization request has none
    json::object extra;            // authorization parameters: strings, or arrays of strings for repeated ones
    std::vector<std::string> use;  // extensions: "par", "dpop"
    mutant without;
    std::string redirect_uri;
    std::string post_logout_redirect_uri;
};

// The result of discovery.
struct provider {
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string userinfo_endpoint;
    std::string jwks_uri;
    std::string par_endpoint;
    std::string end_session_endpoint;
    std::vector<oauth::jws_alg> algs;
    bool iss_parameter = false;
    bool says_how_to_authenticate = true;  // token_endpoint_auth_methods_supported is present
    std::string response_type = "code";    // from the metadata
};

// One sign-in in progress; stored in the session of the browser that started it.
struct sign_in_flow {
    std::string state;
    std::string nonce;
    std::string code_verifier;
};

// The tokens of a token response.
struct token_set {
    std::string access_token;
    std::string token_type;
    std::string refresh_token;  // empty: none
    std::string id_token;       // as received; empty: none
    json::value scope;
    json::value expires_in;
    std::optional<json::object> claims;  // of the ID Token
};

// What a relying party stores about its provider between sign-ins. Not thread-safe: one thread at a time.
struct rp_memory {
    std::optional<oauth::jwks> keys;
    json::value document;                                            // the JWK Set as received
    std::optional<std::chrono::steady_clock::time_point> refetched;  // the last fetch because of an unknown key
    std::string cookies;                                             // of the token endpoint; used by a mutant only
    std::optional<oauth::jwk> dpop_key;
    std::string dpop_nonce;     // the server's latest
    std::string assertion;      // the last client assertion; used by a mutant only
    std::string code_verifier;  // the last one; a mutant uses it again
};

class rp_party {
public:
    rp_party(const rp_settings& settings, rp_memory& memory);

    [[nodiscard]] decision<provider> discover();
    [[nodiscard]] sign_in_flow start_flow() const;
    // The URL to send the browser to; a pushed request is sent first.
    [[nodiscard]] decision<std::string> authorization_url(const provider& p, const sign_in_flow& flow);
    // The code of a callback if all checks pass. `flow`: the sign-in that this browser started.
    [[nodiscard]] decision<std::string> judge_callback(const provider& p, const oauth::form& query,
                                                       std::string_view raw_query, const sign_in_flow& flow) const;
    [[nodiscard]] decision<token_set> redeem(const provider& p, const std::string& code, const sign_in_flow& flow);
    // `old`: the tokens of the session; a response without a refresh token keeps the old one.
    [[nodiscard]] decision<token_set> refresh(const provider& p, const token_set& old);
    [[nodiscard]] decision<json::value> userinfo(const provider& p, const token_set& tokens);
    // Requests a resource with the access token. Returns its document; null when it is not JSON.
    [[nodiscard]] decision<json::value> call(const std::string& url, const token_set& tokens);
    // The URL that also ends the session at the server (OpenID Connect RP-Initiated Logout §2).
    [[nodiscard]] decision<std::string> end_session_url(const provider& p, const token_set& tokens) const;

private:
    [[nodiscard]] decision<http::response> get(const std::string& url, std::string_view bearer = {});
    [[nodiscard]] decision<http::response> get_following(std::string url);
    [[nodiscard]] decision<http::response> send(http::call c);
    [[nodiscard]] bool uses(std::string_view extension) const;
    [[nodiscard]] std::string metadata_url() const;
    [[nodiscard]] oauth::form authorization_request(const provider& p, const sign_in_flow& flow) const;
    [[nodiscard]] decision<std::string> push(const provider& p, const oauth::form& query);
    [[nodiscard]] decision<http::call> authenticated_post(const provider& p, std::string url,
                                                          oauth::form fields) const;
    // Sends with a DPoP proof if this party uses DPoP; repeats once if the server requires its nonce.
    [[nodiscard]] decision<http::response> send_proven(http::call c, const std::string& access_token = {});
    void prove_possession(http::call& c, const std::string& access_token);
    [[nodiscard]] decision<http::response> send_raw(const http::call& c);
    [[nodiscard]] decision<http::response> follow(const http::call& c, const http::response& r);
    [[nodiscard]] decision<http::response> send_token_request(const http::call& c);
    [[nodiscard]] std::string authorization_header() const;
    [[nodiscard]] decision<std::string> client_assertion() const;
    [[nodiscard]] decision<http::response> post_token(const provider& p, oauth::form fields);
    [[nodiscard]] decision<json::value> json_of(const http::response& r, std::string_view what) const;
    [[nodiscard]] decision<token_set> judge_token_response(const http::response& r) const;
    [[nodiscard]] decision<json::object> judge_id_token(const provider& p, const token_set& tokens,
                                                        const std::string& id_token, const sign_in_flow* flow);
    [[nodiscard]] decision<void> judge_signature(const provider& p, const oauth::jws_parts& parts);
    [[nodiscard]] decision<void> verify(const provider& p, const oauth::jws_parts& parts, bool hs256);
    [[nodiscard]] decision<void> verify_symmetric(const oauth::jws_parts& parts) const;
    [[nodiscard]] bool verifies(const oauth::jws_parts& parts, const std::vector<oauth::jws_alg>& algs) const;
    [[nodiscard]] decision<oauth::jwks> fetch_keys(const provider& p);
    void fetch_brought_keys(const oauth::jws_parts& parts);

    const rp_settings& settings_;
    rp_memory& memory_;
    http::client client_;
};

}  // namespace assay::harness
