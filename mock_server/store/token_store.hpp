// The token pairs of an issuer, by access token, by refresh token and by family. A pair is a record of fixed size
// with digests of its tokens, not the tokens; equal grants are shared. Bounded in number, and in bytes by a
// budget: the oldest pairs are dropped. Sharded by the digest of the token: a call locks one shard at a time.
// Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/json.hpp"
#include "data/uuid.hpp"
#include "mock_server/store/key_index.hpp"
#include "mock_server/store/memory_budget.hpp"

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
    std::int64_t expires_in = 0;
    std::int64_t refresh_expires_at = 0;  // 0: never
    std::int64_t auth_time = 0;           // of the sign-in, for the ID Tokens of later refreshes (OIDC Core §12.2)
    bool access_revoked = false;
    bool refresh_revoked = false;
    bool retired = false;         // the refresh token was rotated
    std::int64_t retired_at = 0;  // time of rotation, if retired

    [[nodiscard]] bool is_stored() const { return access != token_digest{}; }
};

class token_store {
public:
    // As store::store().
    explicit token_store(std::size_t pairs_max, const std::shared_ptr<memory_budget>& of = nullptr,
                         bool gives_first = false);

    // The key of a JWT access token is "jti:" and its jti. `refresh_token` empty: there is none.
    void put(std::string_view access_token, std::string_view refresh_token, token_pair p);
    [[nodiscard]] std::optional<token_pair> find_access(std::string_view token) const;
    [[nodiscard]] std::optional<token_pair> find_refresh(std::string_view token) const;
    // Revokes the refresh token, and on request the access token too. True for exactly one caller.
    [[nodiscard]] bool retire_refresh(std::string_view token, bool access_too, std::int64_t now);
    void revoke(const token_pair& p, bool access, bool refresh);
    // Revokes all present pairs of the family; pairs stored later are not affected.
    void revoke_family(const uuid& family);
    // Revokes access or refresh tokens of matching grants. False when none of them had a valid token.
    bool revoke_granted(const std::function<bool(const token_grant&)>& matches, bool access = true,
                        bool refresh = true);
    [[nodiscard]] std::size_t size() const;

    // An equal grant that was shared recently, or `g`.
    [[nodiscard]] std::shared_ptr<const token_grant> share(token_grant g);

private:
    struct record {
        token_pair pair;
        std::uint64_t number = 0;  // in order of insertion, from 1; 0: empty
    };
    static constexpr std::size_t chunk = 32;
    using block = std::array<record, chunk>;
    static constexpr std::size_t block_bytes = sizeof(block) + chunk * 4 * sizeof(std::uint64_t) * 2;  // two indexes
    // A record is in the shard of its access token, its entry in by_refresh in that of its refresh token.
    struct shard {
        mutable std::mutex lock;
        std::vector<std::unique_ptr<block>> records;  // a ring once it is full; nullptr: dropped
        std::size_t put = 0;                          // number of records ever stored
        std::size_t gone = 0;                         // how many of these, the oldest, were dropped
        key_index by_access;                          // place in `records`
        key_index by_refresh;                         // shard and place of a record in any shard
        std::vector<std::shared_ptr<const token_grant>> grants;

        [[nodiscard]] bool has(std::uint32_t place) const { return records[place / chunk] != nullptr; }
        [[nodiscard]] record& at(std::uint32_t place) const { return (*records[place / chunk])[place % chunk]; }
    };
    struct uuid_hash {
        std::size_t operator()(const uuid& id) const;
    };
    using family_ends = std::unordered_map<uuid, std::uint64_t, uuid_hash>;
    // For each ended family: the number of the last record before its end.
    struct ended_families {
        mutable std::mutex lock;
        family_ends by_family;
        std::deque<uuid> order;  // in the order in which they ended
    };
    static constexpr std::size_t family_bytes = 96;
    // The refresh token of a dropped record, and the record's address.
    struct refresh_place {
        token_digest refresh{};
        std::uint32_t address = 0;
    };

    [[nodiscard]] static std::size_t shard_of(const token_digest& d);
    [[nodiscard]] record* find_in(const shard& s, const token_digest& access) const;
    // Calls `use` under the lock of the shard that holds the pair; false when there is none.
    template <class Use>
    bool with_refresh(std::string_view token, const Use& use) const;
    [[nodiscard]] bool has_ended(const record& r) const;
    [[nodiscard]] token_pair as_it_is(const record& r) const;
    [[nodiscard]] std::unique_ptr<block> make_block();
    void forget_refresh(const refresh_place& gone);
    // Under the lock of the shard: drops the oldest records of its oldest block. Returns the freed bytes.
    std::size_t give_up_block(std::uint32_t of, std::vector<refresh_place>& gone);
    void give_up(std::size_t bytes);
    [[nodiscard]] std::shared_ptr<const token_grant> counted(token_grant g) const;
    void settle_families(std::size_t bytes);

    std::array<shard, 8> shards_;
    std::size_t shard_max_;
    std::atomic<std::uint64_t> numbers_{0};
    ended_families ended_;
    std::atomic<bool> any_ended_{false};
    std::shared_ptr<memory_budget> budget_;
    memory_account room_;
    memory_account families_room_;
};

}  // namespace assay::mock
