#include "mock_server/store/token_store.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "oauth/sha256.hpp"

namespace assay::mock {
namespace {

constexpr std::uint32_t shard_bits = 3;

token_digest digest_of(std::string_view token) {
    const auto whole = oauth::sha256_of(token);
    token_digest out{};
    std::copy_n(whole.begin(), out.size(), out.begin());
    return out;
}

// The second half of the digest; its first byte chooses the shard.
std::uint64_t key_of(const token_digest& d) {
    std::uint64_t key = 0;
    std::memcpy(&key, d.data() + sizeof key, sizeof key);
    return key;
}

}  // namespace

bool token_grant::operator==(const token_grant& other) const {
    const bool same_binding = bound == other.bound || (bound && other.bound && *bound == *other.bound);
    return same_binding && claims == other.claims && client_id == other.client_id && scope == other.scope &&
           refresh_scope == other.refresh_scope && of == other.of && sid == other.sid;
}

std::size_t token_store::shard_of(const token_digest& d) {
    return d.front() >> (8U - shard_bits);
}

void token_store::put(std::string_view access_token, std::string_view refresh_token, token_pair p) {
    static_assert(std::tuple_size_v<decltype(shards_)> == std::size_t{1} << shard_bits);
    p.access = digest_of(access_token);
    if (!refresh_token.empty()) p.refresh = digest_of(refresh_token);
    const auto refresh = p.refresh;
    const auto home = shard_of(p.access);
    record gone;
    std::uint32_t place = 0;
    {
        shard& s = shards_[home];
        const std::lock_guard guard(s.lock);
        place = static_cast<std::uint32_t>(s.put++ % shard_max_);
        if (place / chunk == s.records.size()) s.records.push_back(std::make_unique<std::array<record, chunk>>());
        record& here = s.at(place);
        if (here.number != 0) s.by_access.erase(key_of(here.pair.access), place);
        s.by_access.put(key_of(p.access), place);
        gone = std::exchange(here, {std::move(p), 1 + numbers_.fetch_add(1, std::memory_order_relaxed)});
    }
    const auto address = place << shard_bits | static_cast<std::uint32_t>(home);
    if (gone.number != 0 && gone.pair.refresh != token_digest{}) {
        shard& s = shards_[shard_of(gone.pair.refresh)];
        const std::lock_guard guard(s.lock);
        s.by_refresh.erase(key_of(gone.pair.refresh), address);
    }
    if (refresh_token.empty()) return;
    shard& s = shards_[shard_of(refresh)];
    const std::lock_guard guard(s.lock);
    s.by_refresh.put(key_of(refresh), address);
}

token_store::record* token_store::find_in(const shard& s, const token_digest& access) const {
    const auto place = s.by_access.find(key_of(access));
    if (!place) return nullptr;
    record& r = s.at(*place);
    return r.pair.access == access ? &r : nullptr;
}

template <class Use>
bool token_store::with_refresh(std::string_view token, const Use& use) const {
    const auto digest = digest_of(token);
    std::optional<std::uint32_t> address;
    {
        const shard& s = shards_[shard_of(digest)];
        const std::lock_guard guard(s.lock);
        address = s.by_refresh.find(key_of(digest));
    }
    if (!address) return false;
    const shard& s = shards_[*address & ((1U << shard_bits) - 1)];
    const std::lock_guard guard(s.lock);
    record& r = s.at(*address >> shard_bits);
    if (r.number == 0 || r.pair.refresh != digest) return false;
    return use(r);
}

bool token_store::has_ended(const record& r) const {
    if (!any_ended_.load(std::memory_order_acquire)) return false;
    const std::lock_guard guard(ended_.lock);
    const auto found = ended_.by_family.find(std::string(r.pair.family.begin(), r.pair.family.end()));
    return found != ended_.by_family.end() && r.number <= found->second;
}

token_pair token_store::as_it_is(const record& r) const {
    auto out = r.pair;
    if (has_ended(r)) out.access_revoked = out.refresh_revoked = true;
    return out;
}

std::optional<token_pair> token_store::find_access(std::string_view token) const {
    const auto digest = digest_of(token);
    const shard& s = shards_[shard_of(digest)];
    const std::lock_guard guard(s.lock);
    const auto* r = find_in(s, digest);
    return r == nullptr ? std::nullopt : std::optional(as_it_is(*r));
}

std::optional<token_pair> token_store::find_refresh(std::string_view token) const {
    std::optional<token_pair> out;
    with_refresh(token, [&](const record& r) {
        out = as_it_is(r);
        return true;
    });
    return out;
}

bool token_store::retire_refresh(std::string_view token, bool access_too, std::int64_t now) {
    return with_refresh(token, [&](record& r) {
        if (r.pair.refresh_revoked || has_ended(r)) return false;
        r.pair.refresh_revoked = true;
        r.pair.retired = true;
        r.pair.retired_at = now;
        if (access_too) r.pair.access_revoked = true;
        return true;
    });
}

void token_store::revoke(const token_pair& p, bool access, bool refresh) {
    const shard& s = shards_[shard_of(p.access)];
    const std::lock_guard guard(s.lock);
    auto* r = find_in(s, p.access);
    if (r == nullptr) return;
    r->pair.access_revoked = r->pair.access_revoked || access;
    r->pair.refresh_revoked = r->pair.refresh_revoked || refresh;
}

// Records that the family ended, without a search for its pairs. There is room for as many families as pairs.
void token_store::revoke_family(const uuid& family) {
    const auto families_max = shard_max_ * shards_.size();
    const std::lock_guard guard(ended_.lock);
    std::string name(family.begin(), family.end());
    const auto last = numbers_.load(std::memory_order_relaxed);
    const auto [entry, is_new] = ended_.by_family.insert_or_assign(name, last);
    any_ended_.store(true, std::memory_order_release);
    if (!is_new) return;
    if (ended_.order.size() < families_max) {
        ended_.order.push_back(std::move(name));
    } else {
        auto& oldest = ended_.order[ended_.put % families_max];
        ended_.by_family.erase(std::exchange(oldest, std::move(name)));
    }
    ++ended_.put;
}

bool token_store::revoke_granted(const std::function<bool(const token_grant&)>& meant, bool access, bool refresh) {
    bool found = false;
    for (const auto& s : shards_) {
        const std::lock_guard guard(s.lock);
        for (const auto& some : s.records) {
            for (auto& r : *some) {
                if (r.number == 0 || !meant(*r.pair.grant)) continue;
                found = found || !r.pair.access_revoked || !r.pair.refresh_revoked;
                r.pair.access_revoked = r.pair.access_revoked || access;
                r.pair.refresh_revoked = r.pair.refresh_revoked || refresh;
            }
        }
    }
    return found;
}

std::size_t token_store::size() const {
    std::size_t out = 0;
    for (const auto& s : shards_) {
        const std::lock_guard guard(s.lock);
        out += std::min(s.put, shard_max_);
    }
    return out;
}

std::shared_ptr<const token_grant> token_store::share(token_grant g) {
    constexpr std::size_t shared_max = 64;  // per shard
    const std::hash<std::string_view> hash;
    const auto mixed = hash(g.client_id) * 31 + hash(g.of.sub) * 7 + hash(g.scope);
    shard& s = shards_[mixed % shards_.size()];
    const std::lock_guard guard(s.lock);
    if (s.grants.empty()) s.grants.resize(shared_max);
    auto& known = s.grants[mixed / shards_.size() % shared_max];
    if (!known || !(*known == g)) known = std::make_shared<const token_grant>(std::move(g));
    return known;
}

}  // namespace assay::mock
