// A hash table from random 64-bit keys to places, with open addressing and without pointers: 16 bytes per slot. Two
// values may share a key, so the caller must compare the whole value at the place. Not thread-safe: it belongs to a
// shard.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace assay::mock {

class key_index {
public:
    void put(std::uint64_t key, std::uint32_t place) {
        if ((used_ + 1) * 4 > slots_.size() * 3) grow();
        auto& s = slots_[slot_of(key)];
        if (s.place == 0) ++used_;
        s = {key, place + 1};
    }
    [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t key) const {
        if (slots_.empty()) return std::nullopt;
        const auto& s = slots_[slot_of(key)];
        return s.place == 0 ? std::nullopt : std::optional(s.place - 1);
    }
    // Only if the key is still at that place.
    void erase(std::uint64_t key, std::uint32_t place) {
        if (slots_.empty()) return;
        auto hole = slot_of(key);
        if (slots_[hole].place != place + 1) return;
        --used_;
        // Backward-shift deletion: entries that were displaced past the hole move back, so there are no tombstones.
        for (auto at = next(hole); slots_[at].place != 0; at = next(at)) {
            const auto home = slots_[at].key & mask();
            if (((at - home) & mask()) < ((at - hole) & mask())) continue;
            slots_[hole] = slots_[at];
            hole = at;
        }
        slots_[hole] = {};
    }

private:
    struct slot {
        std::uint64_t key = 0;
        std::uint32_t place = 0;  // place + 1; 0: the slot is empty
    };

    [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
    [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
    // The slot of the key, or the free slot where it would be inserted.
    [[nodiscard]] std::size_t slot_of(std::uint64_t key) const {
        auto at = static_cast<std::size_t>(key) & mask();
        while (slots_[at].place != 0 && slots_[at].key != key) at = next(at);
        return at;
    }
    void grow() {
        constexpr std::size_t first = 16;
        const auto before = std::exchange(slots_, std::vector<slot>(slots_.empty() ? first : slots_.size() * 2));
        for (const auto& s : before) {
            if (s.place != 0) slots_[slot_of(s.key)] = s;
        }
    }

    std::vector<slot> slots_;
    std::size_t used_ = 0;
};

}  // namespace assay::mock
