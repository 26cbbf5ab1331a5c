// The token pairs in memory. A pair is a record of fixed size with digests of its tokens, not the tokens; equal
// grants are shared. Bounded in number, and in bytes by a budget: the oldest pairs are dropped. Sharded by the digest
// of the token: a call locks one shard at a time. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/uuid.hpp"
#include "mock_server/store/key_index.hpp"
#include "mock_server/store/memory_budget.hpp"
#include "mock_server/store/token_store.hpp"

namespace assay::mock {

class memory_token_store final : public token_store {
public:
    // As memory_store::memory_store().
    explicit memory_token_store(std::size_t pairs_max, const std::shared_ptr<memory_budget>& of = nullptr,
                                bool gives_first = false);

    void put(std::string_view access_token, std::string_view refresh_token, token_pair p) override;
    [[nodiscard]] std::optional<token_pair> find_access(std::string_view token) const override;
    [[nodiscard]] std::optional<token_pair> find_refresh(std::string_view token) const override;
    [[nodiscard]] bool retire_refresh(const token_digest& refresh, bool access_too, std::int64_t now) override;
    void revoke(const token_pair& p, bool access, bool refresh) override;
    void revoke_family(const uuid& family) override;
    bool revoke_granted(const grant_filter& which, bool access = true, bool refresh = true) override;
    [[nodiscard]] std::shared_ptr<const token_grant> share(token_grant g) override;

    [[nodiscard]] std::size_t size() const;

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
    bool with_refresh(const token_digest& digest, const Use& use) const;
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
