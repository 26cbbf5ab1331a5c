// The protocol half of `assay rp`: discovery, authorization request, callback, token requests and UserInfo of one
// relying party. No sessions and no server here. Each call makes its own connections; thread-safe: no shared state.
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

// Why this client does not go on. `code` is its own ("state_mismatch"), `error` the OAuth error code where there is
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

// A client that takes something for granted dies of its absence; so does this one, when it is asked to: with exit
// status 70, so that a crash of ours is never taken for it.
constexpr int careless_exit = 70;
[[noreturn]] void die(std::string_view why);

// Whether a text holds what an error_description of RFC 6749 §4.1.2.1 and §5.2 may not: anything but plain ASCII.
[[nodiscard]] bool has_odd_text(std::string_view text);

// What POST /assay/rp asks for.
struct rp_settings {
    std::string issuer;
    std::string client_id;
    std::string client_secret;  // empty: none
    std::string auth_method = "client_secret_basic";
    std::optional<oauth::jwk> private_key{};  // of private_key_jwt
    std::string scope;
    bool nonce = true;             // false: the authorization request carries none
    json::object extra;            // authorize parameters: strings, or arrays of strings for repeated ones
    std::vector<std::string> use;  // extensions: "par", "dpop"
    careless_set without;
    std::string redirect_uri;
    std::string post_logout_redirect_uri;
};

// What discovery said.
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
    bool says_how_to_authenticate = true;  // token_endpoint_auth_methods_supported is there
    std::string response_type = "code";    // whatever the metadata offers
};

// One sign-in in progress; lives in the session of the browser that started it.
struct sign_in_flow {
    std::string state;
    std::string nonce;
    std::string code_verifier;
};

// What a token response gave.
struct token_set {
    std::string access_token;
    std::string token_type;
    std::string refresh_token;  // empty: none
    std::string id_token;       // as it came; empty: none
    json::value scope;
    json::value expires_in;
    std::optional<json::object> claims;  // of the ID Token
};

// What a relying party keeps of its provider beyond one sign-in. One thread at a time.
struct rp_memory {
    std::optional<oauth::jwks> keys;
    json::value document;                                            // the JWK Set as it came
    std::optional<std::chrono::steady_clock::time_point> refetched;  // the last fetch for want of a key
    std::string cookies;  // of the token endpoint; only a careless client's
    std::optional<oauth::jwk> dpop_key;
    std::string dpop_nonce;     // the server's latest
    std::string assertion;      // the last client assertion; only a careless client's
    std::string code_verifier;  // the last one; only a careless client uses it again
};

class rp_party {
public:
    rp_party(const rp_settings& settings, rp_memory& memory);

    [[nodiscard]] decision<provider> discover();
    [[nodiscard]] sign_in_flow start_flow() const;
    // Where the browser goes; what is pushed is pushed before.
    [[nodiscard]] decision<std::string> authorization_url(const provider& p, const sign_in_flow& flow);
    // The code of a callback, when everything about it is right. `flow` is the one its browser started.
    [[nodiscard]] decision<std::string> judge_callback(const provider& p, const oauth::form& query,
                                                       std::string_view raw_query, const sign_in_flow& flow) const;
    [[nodiscard]] decision<token_set> redeem(const provider& p, const std::string& code, const sign_in_flow& flow);
    // `old` is what the session holds; the answer's token_set has its refresh token where none came.
    [[nodiscard]] decision<token_set> refresh(const provider& p, const token_set& old);
    [[nodiscard]] decision<json::value> userinfo(const provider& p, const token_set& tokens);
    // A resource, asked with the access token. Its document; null where it is no JSON.
    [[nodiscard]] decision<json::value> call(const std::string& url, const token_set& tokens);
    // Where the browser goes to end the session at the server, too (OpenID Connect RP-Initiated Logout §2).
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
    // With a DPoP proof where this party uses them; once more where the server wants its nonce in it.
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
