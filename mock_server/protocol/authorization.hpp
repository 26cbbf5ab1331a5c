// The authorization request (RFC 6749 §4.1.1): validation, decision and answer. Shared by the page, Polar's API and
// the consent form.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mock_server/request/context.hpp"
#include "oauth/scope.hpp"

namespace assay::mock {

struct authorization_request {
    std::shared_ptr<const client> who;  // never nullptr once validated
    std::string redirect_uri;
    bool redirect_uri_sent = true;
    std::string scope;       // as requested, or the client's registered scope
    bool scope_sent = true;  // false: the client's registered scope is used
    bool openid = false;     // scope was sent and contains openid
    std::string state;
    bool returns_state = false;
    std::string nonce;
    std::string prompt;
    std::string code_challenge;
    std::string code_challenge_method;
    std::string sub_type = "user";
    std::string sub;                         // the organization of the request's sub parameter
    std::vector<std::string> organizations;  // limits the token, in dialects with limits
    bool sub_type_sent = false, prompt_sent = false;
    bool wants_refresh_token = true;     // the dialect's refresh_tokens.parameter was sent, if there is one
    bool adds_scopes = false;            // the scopes granted before are granted again
    std::string request_uri;             // of a pushed request (RFC 9126)
    std::string dpop_jkt;                // RFC 9449 §10
    std::vector<std::string> resources;  // RFC 8707

    // OpenID Connect parameters, read by openid_request.hpp.
    std::string response_mode;  // "form_post"; otherwise the query
    std::string login_hint;
    std::optional<std::int64_t> max_age;    // seconds
    std::optional<std::string> hinted_sub;  // required subject; empty text: no user matches
    json::value claims;                     // OIDC Core §5.5; null: none

    // Of the session that answers the request.
    std::int64_t auth_time = 0;
    std::string session;                             // id of the session
    std::vector<std::string> session_organizations;  // limit of the session; empty: none
};

// A refusal and, when redirect_uri has been verified, where it may be sent.
struct authorization_refusal {
    refusal why;
    std::string redirect_uri;  // empty: shown to the user
    std::string state;
    std::string response_mode{};
};

// `p` as received: if it names a pushed request or a request object, that is resolved first.
[[nodiscard]] tl::expected<authorization_request, authorization_refusal> validate_authorization(context& c,
                                                                                                const oauth::form& p);

// How the server answers a valid request of this session's user (nullptr: not signed in).
enum class decision { sign_in, ask_consent, issue_code, login_required, consent_required };
[[nodiscard]] decision decide(const context& c, const authorization_request& r, const user* who);

// The redirect after the user's decision: a code, access_denied, or a refused organization. Uses the request up.
[[nodiscard]] http::response conclude(context& c, authorization_request&& r, const user& who, bool allow);
[[nodiscard]] http::response authorization_error(context& c, const authorization_refusal& r);
// login_required and consent_required as redirects.
[[nodiscard]] http::response decline(context& c, const authorization_request& r, rule why);

}  // namespace assay::mock
