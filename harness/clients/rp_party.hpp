// The protocol half of `assay rp`: discovery, authorization request, callback, token requests and UserInfo of one
// relying party. No sessions and no server here. Each call makes its own connections; thread-safe: no shared state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/clients/rp_duties.hpp"
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

// What POST /assay/rp asks for.
struct rp_settings {
    std::string issuer;
    std::string client_id;
    std::string client_secret;  // empty: none
    std::string auth_method = "client_secret_basic";
    std::string scope;
    bool nonce = true;   // false: the authorization request carries none
    json::object extra;  // authorize parameters: strings, or arrays of strings for repeated ones
    careless_set without;
    std::string redirect_uri;
};

// What discovery said.
struct provider {
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string userinfo_endpoint;
    std::string jwks_uri;
    std::vector<oauth::jws_alg> algs;
    bool iss_parameter = false;
    std::string response_type = "code";  // whatever the metadata offers
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
    json::value scope;
    json::value expires_in;
    std::optional<json::object> claims;  // of the ID Token
};

class rp_party {
public:
    explicit rp_party(const rp_settings& settings);

    [[nodiscard]] decision<provider> discover();
    [[nodiscard]] sign_in_flow start_flow() const;
    [[nodiscard]] std::string authorization_url(const provider& p, const sign_in_flow& flow) const;
    // The code of a callback, when everything about it is right. `flow` is the one its browser started.
    [[nodiscard]] decision<std::string> judge_callback(const provider& p, const oauth::form& query,
                                                       const sign_in_flow& flow) const;
    [[nodiscard]] decision<token_set> redeem(const provider& p, const std::string& code, const sign_in_flow& flow);
    // `old` is what the session holds; the answer's token_set has its refresh token where none came.
    [[nodiscard]] decision<token_set> refresh(const provider& p, const token_set& old);
    [[nodiscard]] decision<json::value> userinfo(const provider& p, const token_set& tokens);

private:
    [[nodiscard]] decision<http::response> get(const std::string& url, std::string_view bearer = {});
    [[nodiscard]] std::string authorization_header() const;
    [[nodiscard]] decision<http::response> post_token(const provider& p, oauth::form fields);
    [[nodiscard]] decision<json::value> json_of(const http::response& r, std::string_view what) const;
    [[nodiscard]] decision<token_set> judge_token_response(const http::response& r) const;
    [[nodiscard]] decision<json::object> judge_id_token(const provider& p, const token_set& tokens,
                                                        const std::string& id_token, const sign_in_flow* flow);
    [[nodiscard]] decision<void> judge_signature(const provider& p, const oauth::jws_parts& parts);
    [[nodiscard]] decision<oauth::jwks> keys(const provider& p);

    const rp_settings& settings_;
    http::client client_;
};

}  // namespace assay::harness
