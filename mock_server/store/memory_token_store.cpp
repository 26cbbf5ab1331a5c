#include "mock_server/store/memory_token_store.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "oauth/sha256.hpp"

namespace assay::mock {
namespace {

constexpr std::uint32_t shard_bits = 3;

// The second half of the digest; its first byte chooses the shard.
std::uint64_t key_of(const token_digest& d) {
    std::uint64_t key = 0;
    std::memcpy(&key, d.data() + sizeof key, sizeof key);
    return key;
}

std::size_t footprint_of(const token_grant& g) {
    const auto bound =
        g.bound ? sizeof(token_binding) + bytes_of(g.bound->audience) + bytes_of(g.bound->resources) : 0;
    return sizeof g + g.client_id.size() + g.scope.size() + g.of.sub.size() + bytes_of(g.of.organizations) +
           g.refresh_scope.size() + g.sid.size() + bound + (g.claims ? json::footprint(*g.claims) : 0) +
           (g.act ? json::footprint(*g.act) : 0) + (g.added ? json::footprint(*g.added) : 0);
}

}  // namespace

std::size_t memory_token_store::uuid_hash::operator()(const uuid& id) const {
    std::size_t out = 0;
    std::memcpy(&out, id.data() + sizeof out, sizeof out);
    return out;
}

memory_token_store::memory_token_store(std::size_t pairs_max, const std::shared_ptr<memory_budget>& of,
                                       bool gives_first)
    : shard_max_(pairs_max / shards_.size()),
      budget_(of),
      room_(of, stored::token_pairs, gives_first, [this](std::size_t bytes) { give_up(bytes); }),
      families_room_(of, stored::ended_families, gives_first, [this](std::size_t bytes) { settle_families(bytes); }) {
}

std::size_t memory_token_store::shard_of(const token_digest& d) {
    return d.front() >> (8U - shard_bits);
}

std::unique_ptr<memory_token_store::block> memory_token_store::make_block() {
    if (!room_.take(block_bytes)) room_.take_anyway(block_bytes);
    return std::make_unique<block>();
}

void memory_token_store::forget_refresh(const refresh_place& gone) {
    shard& s = shards_[shard_of(gone.refresh)];
    const std::lock_guard guard(s.lock);
    s.by_refresh.erase(key_of(gone.refresh), gone.address);
}

void memory_token_store::put(std::string_view access_token, std::string_view refresh_token, token_pair p) {
    static_assert(std::tuple_size_v<decltype(shards_)> == std::size_t{1} << shard_bits);
    p.access = digest_of(access_token);
    if (!refresh_token.empty()) p.refresh = digest_of(refresh_token);
    const auto refresh = p.refresh;
    const auto home = shard_of(p.access);
    record gone;
    std::uint32_t place = 0;
    std::unique_ptr<block> spare;
    for (bool stored = false; !stored;) {
        shard& s = shards_[home];
        std::unique_lock guard(s.lock);
        place = static_cast<std::uint32_t>(s.put % shard_max_);
        if (place / chunk >= s.records.size()) s.records.resize(place / chunk + 1);
        auto& here = s.records[place / chunk];
        if (!here && !spare) {
            guard.unlock();
            spare = make_block();
            continue;
        }
        if (!here) here = std::move(spare);
        record& r = s.at(place);
        if (r.number != 0) {
            s.by_access.erase(key_of(r.pair.access), place);
            ++s.gone;
        }
        s.by_access.put(key_of(p.access), place);
        gone = std::exchange(r, {std::move(p), 1 + numbers_.fetch_add(1, std::memory_order_relaxed)});
        ++s.put;
        stored = true;
    }
    if (spare) room_.give(block_bytes);
    const auto address = place << shard_bits | static_cast<std::uint32_t>(home);
    if (gone.number != 0 && gone.pair.refresh != token_digest{}) forget_refresh({gone.pair.refresh, address});
    if (refresh_token.empty()) return;
    shard& s = shards_[shard_of(refresh)];
    const std::lock_guard guard(s.lock);
    s.by_refresh.put(key_of(refresh), address);
}

std::size_t memory_token_store::give_up_block(std::uint32_t of, std::vector<refresh_place>& gone) {
    shard& s = shards_[of];
    const auto first = s.gone % shard_max_;
    const auto end = std::min((first / chunk + 1) * chunk, shard_max_);
    const auto count = std::min(end - first, s.put - s.gone);
    for (std::size_t n = first; n < first + count; ++n) {
        const auto place = static_cast<std::uint32_t>(n);
        record r = std::exchange(s.at(place), {});
        s.by_access.erase(key_of(r.pair.access), place);
        if (r.pair.refresh != token_digest{}) gone.push_back({r.pair.refresh, place << shard_bits | of});
    }
    s.gone += count;
    auto& here = s.records[first / chunk];
    // After the ring has wrapped around, the newest records may be in the same block.
    if (std::any_of(here->begin(), here->end(), [](const record& r) { return r.number != 0; })) return 0;
    here.reset();
    return block_bytes;
}

// Drops the oldest records of all shards, block by block, and the cache of shared grants.
void memory_token_store::give_up(std::size_t bytes) {
    for (auto& s : shards_) {
        const std::lock_guard guard(s.lock);
        s.grants.clear();
    }
    for (std::size_t freed = 0; freed < bytes;) {
        std::optional<std::uint32_t> oldest;
        std::uint64_t lowest = 0;
        for (std::uint32_t of = 0; of < shards_.size(); ++of) {
            const shard& s = shards_[of];
            const std::lock_guard guard(s.lock);
            if (s.put == s.gone) continue;
            const auto number = s.at(static_cast<std::uint32_t>(s.gone % shard_max_)).number;
            if (oldest && number > lowest) continue;
            oldest = of;
            lowest = number;
        }
        if (!oldest) return;
        std::vector<refresh_place> gone;
        std::size_t came_free = 0;
        {
            const std::lock_guard guard(shards_[*oldest].lock);
            if (shards_[*oldest].put != shards_[*oldest].gone) came_free = give_up_block(*oldest, gone);
        }
        for (const auto& one : gone) forget_refresh(one);
        room_.give(came_free);
        freed += came_free;
    }
}

memory_token_store::record* memory_token_store::find_in(const shard& s, const token_digest& access) const {
    const auto place = s.by_access.find(key_of(access));
    if (!place) return nullptr;
    record& r = s.at(*place);
    return r.pair.access == access ? &r : nullptr;
}

template <class Use>
bool memory_token_store::with_refresh(const token_digest& digest, const Use& use) const {
    std::optional<std::uint32_t> address;
    {
        const shard& s = shards_[shard_of(digest)];
        const std::lock_guard guard(s.lock);
        address = s.by_refresh.find(key_of(digest));
    }
    if (!address) return false;
    const shard& s = shards_[*address & ((1U << shard_bits) - 1)];
    const std::lock_guard guard(s.lock);
    if (!s.has(*address >> shard_bits)) return false;
    record& r = s.at(*address >> shard_bits);
    if (r.number == 0 || r.pair.refresh != digest) return false;
    return use(r);
}

bool memory_token_store::has_ended(const record& r) const {
    if (!any_ended_.load(std::memory_order_acquire)) return false;
    const std::lock_guard guard(ended_.lock);
    const auto found = ended_.by_family.find(r.pair.family);
    return found != ended_.by_family.end() && r.number <= found->second;
}

token_pair memory_token_store::as_it_is(const record& r) const {
    auto out = r.pair;
    if (has_ended(r)) out.access_revoked = out.refresh_revoked = true;
    return out;
}

std::optional<token_pair> memory_token_store::find_access(std::string_view token) const {
    const auto digest = digest_of(token);
    const shard& s = shards_[shard_of(digest)];
    const std::lock_guard guard(s.lock);
    const auto* r = find_in(s, digest);
    return r == nullptr ? std::nullopt : std::optional(as_it_is(*r));
}

std::optional<token_pair> memory_token_store::find_refresh(std::string_view token) const {
    std::optional<token_pair> out;
    with_refresh(digest_of(token), [&](const record& r) {
        out = as_it_is(r);
        return true;
    });
    return out;
}

bool memory_token_store::retire_refresh(const token_digest& refresh, bool access_too, std::int64_t now) {
    return with_refresh(refresh, [&](record& r) {
        if (r.pair.refresh_revoked || has_ended(r)) return false;
        r.pair.refresh_revoked = true;
        r.pair.retired = true;
        r.pair.retired_at = now;
        if (access_too) r.pair.access_revoked = true;
        return true;
    });
}

void memory_token_store::revoke(const token_pair& p, bool access, bool refresh) {
    const shard& s = shards_[shard_of(p.access)];
    const std::lock_guard guard(s.lock);
    auto* r = find_in(s, p.access);
    if (r == nullptr) return;
    r->pair.access_revoked = r->pair.access_revoked || access;
    r->pair.refresh_revoked = r->pair.refresh_revoked || refresh;
}

// Records that the family ended, without a search for its pairs. There is room for as many families as pairs.
void memory_token_store::revoke_family(const uuid& family) {
    const auto families_max = shard_max_ * shards_.size();
    if (!families_room_.take(family_bytes)) families_room_.take_anyway(family_bytes);
    const std::lock_guard guard(ended_.lock);
    const auto last = numbers_.load(std::memory_order_relaxed);
    const bool is_new = ended_.by_family.insert_or_assign(family, last).second;
    any_ended_.store(true, std::memory_order_release);
    if (is_new) ended_.order.push_back(family);
    if (is_new && ended_.order.size() <= families_max) return;
    families_room_.give(family_bytes);
    if (!is_new) return;
    ended_.by_family.erase(ended_.order.front());
    ended_.order.pop_front();
}

// Marks the pairs of the oldest ended families as revoked, so that the entries of these families can be dropped.
void memory_token_store::settle_families(std::size_t bytes) {
    family_ends old;
    {
        const std::lock_guard guard(ended_.lock);
        // At least half of them, since each call visits all records.
        const auto count = std::max(ended_.order.size() / 2, bytes / family_bytes + 1);
        for (const auto& family : ended_.order) {
            if (old.size() == count) break;
            old.insert(*ended_.by_family.find(family));
        }
    }
    for (const auto& s : shards_) {
        const std::lock_guard guard(s.lock);
        for (const auto& some : s.records) {
            if (!some) continue;
            for (auto& r : *some) {
                const auto found = r.number == 0 ? old.end() : old.find(r.pair.family);
                if (found != old.end() && r.number <= found->second)
                    r.pair.access_revoked = r.pair.refresh_revoked = true;
            }
        }
    }
    const std::lock_guard guard(ended_.lock);
    for (; !ended_.order.empty() && old.contains(ended_.order.front()); ended_.order.pop_front()) {
        const auto family = ended_.order.front();
        const auto found = ended_.by_family.find(family);
        const bool again = found->second != old.at(family);  // it was ended again meanwhile
        old.erase(family);
        if (again) {
            ended_.order.push_back(family);
        } else {
            ended_.by_family.erase(found);
            families_room_.give(family_bytes);
        }
    }
}

bool memory_token_store::revoke_granted(const grant_filter& which, bool access, bool refresh) {
    bool found = false;
    for (const auto& s : shards_) {
        const std::lock_guard guard(s.lock);
        for (const auto& some : s.records) {
            if (!some) continue;
            for (auto& r : *some) {
                if (r.number == 0 || !which.matches(*r.pair.grant)) continue;
                found = found || !r.pair.access_revoked || !r.pair.refresh_revoked;
                r.pair.access_revoked = r.pair.access_revoked || access;
                r.pair.refresh_revoked = r.pair.refresh_revoked || refresh;
            }
        }
    }
    return found;
}

std::size_t memory_token_store::size() const {
    std::size_t out = 0;
    for (const auto& s : shards_) {
        const std::lock_guard guard(s.lock);
        out += s.put - s.gone;
    }
    return out;
}

std::shared_ptr<const token_grant> memory_token_store::share(token_grant g) {
    constexpr std::size_t shared_max = 64;  // of a shard
    const std::hash<std::string_view> hash;
    const auto mixed = hash(g.client_id) * 31 + hash(g.of.sub) * 7 + hash(g.scope);
    shard& s = shards_[mixed % shards_.size()];
    std::shared_ptr<const token_grant> made;
    {
        const std::lock_guard guard(s.lock);
        if (s.grants.empty()) s.grants.resize(shared_max);
        auto& known = s.grants[mixed / shards_.size() % shared_max];
        if (known && *known == g) return known;
        made = counted(std::move(g));
        known = made;
    }
    (void)room_.take(0);  // evicts others if the share is full
    return made;
}

// The bytes count until the last pair that shares the grant is destroyed, possibly after this store.
std::shared_ptr<const token_grant> memory_token_store::counted(token_grant g) const {
    if (!budget_) return std::make_shared<const token_grant>(std::move(g));
    const auto bytes = footprint_of(g);
    budget_->add(stored::token_pairs, bytes);
    return {new token_grant(std::move(g)), [of = budget_, bytes](const token_grant* gone) {
                of->remove(stored::token_pairs, bytes);
                delete gone;  // NOLINT(cppcoreguidelines-owning-memory): owned by the shared_ptr
            }};
}

}  // namespace assay::mock
