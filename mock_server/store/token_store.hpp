// The token pairs of an issuer, by access token, by refresh token and by family. Retiring a refresh token and
// revoking are single atomic operations. A store that cannot answer says so in outage.hpp. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/json.hpp"
#include "data/uuid.hpp"

namespace assay::mock {

struct subject {
    std::string sub_type = "user";  // "user" or "organization"
    std::string sub;
    std::vector<std::string> organizations{};  // limit of a user's token; empty: no limit
    bool operator==(const subject&) const = default;
};

// The key (RFC 9449 §6) and the resources (RFC 8707) that a token is bound to.
struct token_binding {
    std::string jkt;                     // empty: no key
    std::vector<std::string> audience;   // empty: the dialect's own
    std::vector<std::string> resources;  // authorized resources, for later refresh requests
    bool operator==(const token_binding&) const = default;
};

// What was granted; pairs of the same client, user and scope share one object.
struct token_grant {
    std::string client_id;
    std::string scope;
    subject of;
    std::string refresh_scope{};                   // scope that the refresh token may request; empty: scope
    std::shared_ptr<const token_binding> bound{};  // nullptr: a plain bearer token
    std::shared_ptr<const json::value> claims{};   // from the code
    std::shared_ptr<const json::value> act{};      // the actor of an exchanged token (RFC 8693 §4.1); nullptr: none
    std::shared_ptr<const json::value> added{};    // claims of a minted access token, an object; nullptr: none
    std::string sid{};                             // of the session, if its client registered a logout URL
    [[nodiscard]] bool operator==(const token_grant& other) const;
};

// A truncated SHA-256 of a token: its key in the store.
using token_digest = std::array<unsigned char, 16>;

struct token_pair {
    token_digest access{};  // zeros: not stored
    token_digest refresh{};
    std::shared_ptr<const token_grant> grant;  // never nullptr
    uuid family{};                             // all tokens of one authorization
    std::int64_t issued_at = 0;                // issuer's clock, seconds, as the other times here
    std::int64_t expires_in = 0;               // seconds; 0: the access token never expires
    std::int64_t refresh_expires_at = 0;       // 0: never
    std::int64_t auth_time = 0;  // of the sign-in, for the ID Tokens of later refreshes (OIDC Core §12.2)
    bool access_revoked = false;
    bool refresh_revoked = false;
    bool retired = false;         // the refresh token was rotated
    std::int64_t retired_at = 0;  // time of rotation, if retired

    [[nodiscard]] bool access_expired(std::int64_t now) const {
        return expires_in > 0 && issued_at + expires_in <= now;
    }
    [[nodiscard]] bool is_stored() const { return access != token_digest{}; }
};

// A truncated SHA-256.
[[nodiscard]] token_digest digest_of(std::string_view token);

// Which grants to revoke tokens of: those that have all that is set here.
struct grant_filter {
    std::string client_id{};
    std::vector<std::string> subs{};  // one of these
    std::string sid{};
    std::string organization{};          // limited to it, among others
    bool spares_offline_access = false;  // not those whose refresh token may request offline_access

    [[nodiscard]] bool matches(const token_grant& g) const;
};

class token_store {
public:
    token_store() = default;
    token_store(const token_store&) = delete;
    token_store& operator=(const token_store&) = delete;
    virtual ~token_store() = default;

    // The key of a JWT access token is "jti:" and its jti. `refresh_token` empty: there is none.
    virtual void put(std::string_view access_token, std::string_view refresh_token, token_pair p) = 0;
    [[nodiscard]] virtual std::optional<token_pair> find_access(std::string_view token) const = 0;
    [[nodiscard]] virtual std::optional<token_pair> find_refresh(std::string_view token) const = 0;
    // Revokes the refresh token of that digest (token_pair::refresh), and on request the access token too. True for
    // exactly one caller.
    [[nodiscard]] virtual bool retire_refresh(const token_digest& refresh, bool access_too, std::int64_t now) = 0;
    virtual void revoke(const token_pair& p, bool access, bool refresh) = 0;
    // Revokes all present pairs of the family; pairs stored later are not affected.
    virtual void revoke_family(const uuid& family) = 0;
    // Revokes access or refresh tokens of matching grants. False when none of them had a valid token.
    virtual bool revoke_granted(const grant_filter& which, bool access = true, bool refresh = true) = 0;

    // An equal grant that was shared recently, or `g`.
    [[nodiscard]] virtual std::shared_ptr<const token_grant> share(token_grant g) = 0;
};

}  // namespace assay::mock
