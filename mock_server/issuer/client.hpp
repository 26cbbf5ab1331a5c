// A client of an issuer (RFC 7591 §2): what it registered, and what only the server's configuration gives it. A plain
// value.
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

// Seconds, where a client's own differ from the dialect's; a refresh token's 0: it never expires.
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
    bool any_loopback_redirect_uri = false;  // the demo clients' named leniency
    bool first_party = false;                // the server's own: nobody is asked for consent

    json::value jwks;  // public keys, for private_key_jwt and request objects; null: none
    bool require_pushed_authorization_requests = false;  // RFC 9126 §6
    bool dpop_bound_access_tokens = false;               // RFC 9449 §5.2
    bool dpop_nonce_required = false;                    // proofs hold the server's nonce (RFC 9449 §8)
    std::string access_token_format;                     // "opaque" or "jwt"; empty: the dialect's

    client_lifetimes lifetimes;

    json::object metadata;                  // further members, as they were sent: client_metadata.hpp
    std::string registration_access_token;  // RFC 7592 §3; empty: it was not registered by request
    std::string owner;                      // sub of the person who registered it; empty: nobody in particular

    [[nodiscard]] bool is_public() const { return token_endpoint_auth_method == "none"; }
    [[nodiscard]] bool has_secret() const { return token_endpoint_auth_method.starts_with("client_secret"); }
};
// As a client registers itself. Errors: usage, naming the member. Absent members keep their defaults; scope defaults
// to the dialect's.
[[nodiscard]] result<client> client_from_json(const json::value& v, const dialect& speaks);
// As a file or the control API configures it: with `first_party` and `lifetimes`, which no client gives itself, and
// algorithms held to those of `signing_algs`.
[[nodiscard]] result<client> client_from_configuration(const json::value& v, const dialect& speaks,
                                                       const std::vector<std::string>& signing_algs);
[[nodiscard]] json::object to_json(const client& c);
// The members of client metadata, in the order of RFC 7591 §2; nothing that the server made.
[[nodiscard]] json::object metadata_json(const client& c);

}  // namespace assay::mock
