// The memory budget of all stores of a mock, over all its issuers. Each kind of entry has a share. If a share is
// full, the store with the most bytes of that kind evicts its oldest entries; stores of fault issuers are first,
// since any request can create them. If nothing can be evicted, the new entry is refused. Adding an entry costs two
// atomic additions; only eviction takes a lock. Thread-safe.
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
    ended_families,  // revoked families of tokens
    consents,
    sessions,
    clients,
    pushed_requests,
    device_requests,
    strangers,
    used_ids,  // jti
    journals,
    fault_issuers,
};

struct stored_row {
    stored what;
    std::string_view name;  // in /metrics
    std::size_t percent;    // of the budget
};
inline constexpr std::array<stored_row, 12> stored_rows{{{stored::codes, "codes", 15},
                                                         {stored::token_pairs, "token_pairs", 20},
                                                         {stored::ended_families, "ended_families", 4},
                                                         {stored::consents, "consents", 4},
                                                         {stored::sessions, "sessions", 4},
                                                         {stored::clients, "clients", 12},
                                                         {stored::pushed_requests, "pushed_requests", 6},
                                                         {stored::device_requests, "device_requests", 2},
                                                         {stored::strangers, "strangers", 2},
                                                         {stored::used_ids, "used_ids", 4},
                                                         {stored::journals, "journals", 20},
                                                         {stored::fault_issuers, "fault_issuers", 7}}};

// Estimates of bytes: of a list of texts; of a map node with its entry in the order of insertion.
[[nodiscard]] std::size_t bytes_of(const std::vector<std::string>& list);
inline constexpr std::size_t entry_bytes = 128;

class memory_account;

class memory_budget {
public:
    static constexpr std::size_t bytes_default = std::size_t{256} << 20U;
    static constexpr std::size_t bytes_min = std::size_t{32} << 20U;  // so that each entry fits its share

    explicit memory_budget(std::size_t bytes = bytes_default) : bytes_(bytes) {}

    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    [[nodiscard]] std::size_t share(stored what) const;
    [[nodiscard]] std::size_t used(stored what) const { return pot_of(what).used.load(std::memory_order_relaxed); }

    // For memory that is released elsewhere and that no store can evict.
    void add(stored what, std::size_t bytes) { pot_of(what).used.fetch_add(bytes, std::memory_order_relaxed); }
    void remove(stored what, std::size_t bytes) { pot_of(what).used.fetch_sub(bytes, std::memory_order_relaxed); }

private:
    friend class memory_account;
    struct pot {
        std::atomic<std::size_t> used{0};
        std::mutex lock;  // held during eviction; lock order: this one, then the store's own
        std::vector<memory_account*> accounts;
    };
    [[nodiscard]] pot& pot_of(stored what) { return pots_[static_cast<std::size_t>(what)]; }
    [[nodiscard]] const pot& pot_of(stored what) const { return pots_[static_cast<std::size_t>(what)]; }
    // False if no store has anything left to evict.
    [[nodiscard]] bool make_room(stored what);

    const std::size_t bytes_;
    std::array<pot, stored_rows.size()> pots_;
};

// The bytes that one store holds of one kind. Declare it after the members that `evict` uses: it is destroyed first.
class memory_account {
public:
    // `evict`: drops the oldest entries, at least that many bytes if there are as many, and calls give(). Any thread
    // may call it until the account is destroyed. `of` nullptr: no limit.
    memory_account(std::shared_ptr<memory_budget> of, stored what, bool gives_first,
                   std::function<void(std::size_t bytes)> evict);
    ~memory_account();
    memory_account(const memory_account&) = delete;
    memory_account& operator=(const memory_account&) = delete;

    // False, without effect, if that much does not fit. Call it without the store's lock: it may call the store's
    // own `evict`.
    [[nodiscard]] bool take(std::size_t bytes);
    void take_anyway(std::size_t bytes);  // without the limit: for small or indispensable entries
    void give(std::size_t bytes);
    // Entries of the mock's configuration: they count but are never evicted.
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
