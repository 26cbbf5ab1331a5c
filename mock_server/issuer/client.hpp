// A client of an issuer (RFC 7591 §2): its registered metadata, and what only the server's configuration can set. A
// plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "mock_server/dialects/dialect.hpp"

namespace assay::mock {

// Seconds, for a client whose lifetimes differ from the dialect's. refresh_token 0: it never expires.
struct client_lifetimes {
    std::optional<std::int64_t> code, access_token, id_token, refresh_token;
};

struct client {
    std::string client_id;
    std::string client_secret;  // empty for token_endpoint_auth_method none
    std::string client_name;
    std::string token_endpoint_auth_method = "client_secret_basic";
    std::vector<std::string> redirect_uris;
    std::vector<std::string> grant_types{"authorization_code", "refresh_token"};
    std::vector<std::string> response_types{"code"};
    std::string scope;
    std::string default_sub_type{};  // empty: the dialect's
    std::int64_t issued_at = 0;
    bool any_loopback_redirect_uri = false;  // a named leniency of the demo clients
    bool first_party = false;                // a client of the server itself: users are not asked for consent

    json::value jwks;  // public keys, for private_key_jwt and request objects; null: none
    bool require_pushed_authorization_requests = false;  // RFC 9126 §6
    bool dpop_bound_access_tokens = false;               // RFC 9449 §5.2
    bool dpop_nonce_required = false;                    // DPoP proofs must contain the server's nonce (RFC 9449 §8)
    std::string access_token_format;                     // "opaque" or "jwt"; empty: the dialect's

    client_lifetimes lifetimes;
    std::vector<std::string> roles{};  // for claims of its own tokens; only configuration gives them

    json::object metadata;                  // further members, as they were sent: client_metadata.hpp
    std::string registration_access_token;  // RFC 7592 §3; empty: configured, not registered at run time
    std::string owner;                      // sub of the user who registered it; empty: no owner

    [[nodiscard]] bool is_public() const { return token_endpoint_auth_method == "none"; }
    [[nodiscard]] bool may_use(std::string_view grant_type) const;
    [[nodiscard]] bool has_secret() const { return token_endpoint_auth_method.starts_with("client_secret"); }
};
// The grant types of a client whose configuration names none: all that a client may register, except those that only
// confidential clients have.
[[nodiscard]] std::vector<std::string> default_grant_types(const dialect& speaks, bool is_public);
// From a client registration request. Errors: usage, naming the member. Absent members get their defaults; scope gets
// the dialect's.
[[nodiscard]] result<client> client_from_json(const json::value& v, const dialect& speaks);
// From a file or the control API: also accepts `first_party`, `lifetimes` and `roles`, which a client cannot
// register, and checks algorithms against `signing_algs`.
[[nodiscard]] result<client> client_from_configuration(const json::value& v, const dialect& speaks,
                                                       const std::vector<std::string>& signing_algs);
[[nodiscard]] json::object to_json(const client& c);
// The client metadata, in the order of RFC 7591 §2, without the members that the server assigned.
[[nodiscard]] json::object metadata_json(const client& c);

}  // namespace assay::mock
