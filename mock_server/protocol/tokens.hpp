// Issues tokens: the token pair, the ID Token (OIDC Core §2), the token response (RFC 6749 §5.1).
#pragma once

#include <optional>
#include <string>

#include "mock_server/request/context.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {

struct grant_of_tokens {
    std::shared_ptr<const client> to;
    subject of;
    oauth::scope_set granted;
    oauth::scope_set refreshable;  // scope that the refresh token may request; empty: the granted scope
    bool scope_differs = false;  // the granted scope differs from the requested one, so the response must contain it
    std::int64_t access_lifetime = 0;  // seconds
    uuid family{};
    std::optional<std::string> nonce;  // of the authorization request
    std::int64_t auth_time = 0;        // of the sign-in; 0: nobody signed in
    std::string sid{};                 // empty: none
    bool with_id_token = false;
    bool with_refresh_token = true;                 // if the client may use one
    std::shared_ptr<const json::value> claims{};    // claims requested individually; nullptr: none
    token_binding bound;                            // resources; the key comes from the request's DPoP proof
    std::optional<std::string> keep_refresh_token;  // no rotation: this token stays valid
    std::string_view issued_type{};                 // of token exchange (RFC 8693 §2.2.1); empty: another grant
    std::optional<std::int64_t> ends_by;            // seconds: no token of it lives longer; nullopt: no such limit
    std::shared_ptr<const json::value> act{};       // the actor (RFC 8693 §4.1); nullptr: none
    std::shared_ptr<const json::value> added{};     // further claims of the access token, an object; nullptr: none
    json::object id_token_claims{};                 // further claims of the ID Token
};

[[nodiscard]] bool is_bound_to_key(const token_pair& p);
[[nodiscard]] std::string_view token_type_of(const token_pair& p);  // "Bearer" or "DPoP" (RFC 9449 §5)

// Stores the pair and returns the token response.
[[nodiscard]] http::response issue_tokens(context& c, const grant_of_tokens& g);

// sub, name, email … of a subject by scope, for ID Token and UserInfo.
[[nodiscard]] json::object subject_claims(const context& c, const subject& of, const oauth::scope_set& scope,
                                          bool userinfo);

// Adds the claims that configuration adds at that place ("id_token", "userinfo", "access_token").
void add_configured_claims(const context& c, std::string_view place, const subject& of, std::string_view client_id,
                           const oauth::scope_set& scope, json::object& out);

}  // namespace assay::mock
