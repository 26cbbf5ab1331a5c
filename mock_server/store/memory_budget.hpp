// The memory that the stores of a mock may hold, those of all its issuers together. Each kind of stored thing has its
// share. Where a share is full, whoever holds most of that kind gives up what is oldest, fault issuers first: anybody
// makes those. What is no store's own is refused. Putting something there costs two atomic additions; only making
// room takes a lock. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace assay::mock {

enum class stored : unsigned char {
    codes,
    token_pairs,
    ended_families,  // of tokens: what remembers a replay
    consents,
    sessions,
    clients,
    pushed_requests,
    used_ids,  // jti
    journals,
    fault_issuers,
};

struct stored_row {
    stored what;
    std::string_view name;  // as /metrics has it
    std::size_t percent;    // of the budget
};
inline constexpr std::array<stored_row, 10> stored_rows{{{stored::codes, "codes", 15},
                                                         {stored::token_pairs, "token_pairs", 20},
                                                         {stored::ended_families, "ended_families", 4},
                                                         {stored::consents, "consents", 4},
                                                         {stored::sessions, "sessions", 4},
                                                         {stored::clients, "clients", 12},
                                                         {stored::pushed_requests, "pushed_requests", 8},
                                                         {stored::used_ids, "used_ids", 4},
                                                         {stored::journals, "journals", 22},
                                                         {stored::fault_issuers, "fault_issuers", 7}}};

// Estimates: of a list of texts; of the node of a map with the place of its key in an order.
[[nodiscard]] std::size_t bytes_of(const std::vector<std::string>& list);
inline constexpr std::size_t entry_bytes = 128;

class memory_account;

class memory_budget {
public:
    static constexpr std::size_t bytes_default = std::size_t{256} << 20U;
    static constexpr std::size_t bytes_min = std::size_t{32} << 20U;  // so that any one thing fits its share

    explicit memory_budget(std::size_t bytes = bytes_default) : bytes_(bytes) {}

    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] std::size_t share(stored what) const;
    [[nodiscard]] std::size_t used(stored what) const { return pot_of(what).used.load(std::memory_order_relaxed); }

    // For what ends by itself, and is no store's to give up.
    void add(stored what, std::size_t bytes) { pot_of(what).used.fetch_add(bytes, std::memory_order_relaxed); }
    void remove(stored what, std::size_t bytes) { pot_of(what).used.fetch_sub(bytes, std::memory_order_relaxed); }

private:
    friend class memory_account;
    struct pot {
        std::atomic<std::size_t> used{0};
        std::mutex lock;  // held while somebody makes room; a store's own lock comes after it, never before
        std::vector<memory_account*> accounts;
    };
    [[nodiscard]] pot& pot_of(stored what) { return pots_[static_cast<std::size_t>(what)]; }
    [[nodiscard]] const pot& pot_of(stored what) const { return pots_[static_cast<std::size_t>(what)]; }
    // False where nobody has anything more to give up.
    [[nodiscard]] bool make_room(stored what);

    const std::size_t bytes_;
    std::array<pot, stored_rows.size()> pots_;
};

// What one store holds of one kind. It is a member of the store, behind what `evict` touches, so that it ends first.
class memory_account {
public:
    // `evict`: gives up the oldest, that many bytes or more where they are there, by give(); any thread calls it, and
    // none once the account has ended. No budget: all there is.
    memory_account(std::shared_ptr<memory_budget> of, stored what, bool gives_first,
                   std::function<void(std::size_t bytes)> evict);
    ~memory_account();
    memory_account(const memory_account&) = delete;
    memory_account& operator=(const memory_account&) = delete;

    // False where that much does not fit; nothing is taken then. Not under the store's lock: the store itself may
    // have to make room.
    [[nodiscard]] bool take(std::size_t bytes);
    void take_anyway(std::size_t bytes);  // little, or what there must be
    void give(std::size_t bytes);
    // What whoever runs this mock put there: it counts, and nobody evicts it.
    void pin(std::size_t bytes);
    void unpin(std::size_t bytes);

private:
    friend class memory_budget;
    std::shared_ptr<memory_budget> of_;
    stored what_;
    bool gives_first_;
    std::function<void(std::size_t)> evict_;
    std::atomic<std::size_t> held_{0};
    std::atomic<std::size_t> pinned_{0};
};

}  // namespace assay::mock
