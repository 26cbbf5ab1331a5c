// The token pairs of an issuer, by access token, by refresh token and by family. A pair is a record of fixed size
// that holds digests of its tokens, not the tokens, and shares what was granted with its like. Bounded: the oldest go
// first. Sharded by the digest of the token: no lock is taken but that of the shard. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/json.hpp"
#include "mock_server/store/key_index.hpp"

namespace assay::mock {

struct subject {
    std::string sub_type = "user";  // "user" or "organization"
    std::string sub;
    std::vector<std::string> organizations{};  // a user's token reaches these only; empty: all of the user's
    bool operator==(const subject&) const = default;
};

// What a token is bound to: a key (RFC 9449 §6), resources (RFC 8707).
struct token_binding {
    std::string jkt;                     // empty: no key
    std::vector<std::string> audience;   // empty: the dialect's own
    std::vector<std::string> resources;  // authorized, for later requests
    bool operator==(const token_binding&) const = default;
};

// What a pair stands for; the pairs of one client, person and scope share one.
struct token_grant {
    std::string client_id;
    std::string scope;
    subject of;
    std::string refresh_scope{};                   // what the refresh token may ask for; empty: scope
    std::shared_ptr<const token_binding> bound{};  // nullptr: a plain bearer token
    std::shared_ptr<const json::value> claims{};   // as of the code
    std::string sid{};                             // of the session, where its client hears of its end
    [[nodiscard]] bool operator==(const token_grant& other) const;
};

using uuid = std::array<unsigned char, 16>;
[[nodiscard]] std::string to_text(const uuid& id);  // RFC 9562 §4

// SHA-256 of a token, cut: what the store knows it by.
using token_digest = std::array<unsigned char, 16>;

struct token_pair {
    token_digest access{};  // zeros: the pair is in no store
    token_digest refresh{};
    std::shared_ptr<const token_grant> grant;  // never nullptr
    uuid family{};                             // of the authorization that all of them came of
    std::int64_t issued_at = 0;                // issuer's clock, seconds, as all of these
    std::int64_t expires_in = 0;
    std::int64_t refresh_expires_at = 0;  // 0: never
    std::int64_t auth_time = 0;           // of the sign-in, for the ID Tokens of later refreshes (OIDC Core §12.2)
    bool access_revoked = false;
    bool refresh_revoked = false;
    bool retired = false;         // the refresh token was rotated away
    std::int64_t retired_at = 0;  // when, where it was

    [[nodiscard]] bool is_stored() const { return access != token_digest{}; }
};

class token_store {
public:
    explicit token_store(std::size_t pairs_max) : shard_max_(pairs_max / shards_.size()) {}

    // A JWT access token is known by "jti:" and its jti. `refresh_token`: empty, there is none.
    void put(std::string_view access_token, std::string_view refresh_token, token_pair p);
    [[nodiscard]] std::optional<token_pair> find_access(std::string_view token) const;
    [[nodiscard]] std::optional<token_pair> find_refresh(std::string_view token) const;
    // True for exactly one caller; stamps the pair's refresh half, and its access half too where asked.
    [[nodiscard]] bool retire_refresh(std::string_view token, bool access_too, std::int64_t now);
    void revoke(const token_pair& p, bool access, bool refresh);
    // Those that are there now; a pair put later is another matter.
    void revoke_family(const uuid& family);
    // The halves, as asked, of all pairs whose grant is meant. False where there is no such pair.
    bool revoke_granted(const std::function<bool(const token_grant&)>& meant, bool access = true,
                        bool refresh = true);
    [[nodiscard]] std::size_t size() const;

    // The same grant as one that was shared lately, where there is one.
    [[nodiscard]] std::shared_ptr<const token_grant> share(token_grant g);

private:
    struct record {
        token_pair pair;
        std::uint64_t number = 0;  // in the order they came, from 1; 0: nothing is here
    };
    static constexpr std::size_t chunk = 256;
    // Records are kept by their access tokens; refresh tokens lead there from the shard of their own digest.
    struct shard {
        mutable std::mutex lock;
        std::vector<std::unique_ptr<std::array<record, chunk>>> records;  // a ring once it is full
        std::size_t put = 0;                                              // records ever
        key_index by_access;                                              // places in `records`
        key_index by_refresh;                                             // shard and place, of any shard's records
        std::vector<std::shared_ptr<const token_grant>> grants;

        [[nodiscard]] record& at(std::uint32_t place) const { return (*records[place / chunk])[place % chunk]; }
    };
    // When a family ended: the number of the last record before.
    struct ended_families {
        mutable std::mutex lock;
        std::unordered_map<std::string, std::uint64_t> by_family;
        std::vector<std::string> order;  // a ring
        std::size_t put = 0;
    };

    [[nodiscard]] static std::size_t shard_of(const token_digest& d);
    [[nodiscard]] record* find_in(const shard& s, const token_digest& access) const;
    // Calls `use` under the lock of the shard that holds the pair; false where there is none.
    template <class Use>
    bool with_refresh(std::string_view token, const Use& use) const;
    [[nodiscard]] bool has_ended(const record& r) const;
    [[nodiscard]] token_pair as_it_is(const record& r) const;

    std::array<shard, 8> shards_;
    std::size_t shard_max_;
    std::atomic<std::uint64_t> numbers_{0};
    ended_families ended_;
    std::atomic<bool> any_ended_{false};
};

}  // namespace assay::mock
