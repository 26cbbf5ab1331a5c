#include "mock_server/store/memory_budget.hpp"

#include <algorithm>
#include <utility>

namespace assay::mock {

std::size_t bytes_of(const std::vector<std::string>& list) {
    std::size_t out = list.size() * sizeof(std::string);
    for (const auto& one : list) out += one.size();
    return out;
}

std::size_t memory_budget::share(stored what) const {
    return bytes_ / 100 *
           stored_rows[static_cast<std::size_t>(what)].percent;  // the rows are in the order of `stored`
}

bool memory_budget::make_room(stored what) {
    constexpr std::size_t at_once = 64;  // evicts at least a 64th of the share, so that evictions are rare
    pot& p = pot_of(what);
    const auto most = share(what);
    const std::lock_guard guard(p.lock);
    while (true) {
        const auto used = p.used.load(std::memory_order_relaxed);
        if (used <= most) return true;
        const auto found = std::max_element(p.accounts.begin(), p.accounts.end(), [](const auto* a, const auto* b) {
            const auto weight = [](const memory_account* one) {
                const auto held = one->held_.load(std::memory_order_relaxed);
                return std::pair(held > 0 && one->gives_first_, held);
            };
            return weight(a) < weight(b);
        });
        const auto before = found == p.accounts.end() ? 0 : (*found)->held_.load(std::memory_order_relaxed);
        if (before == 0) return false;
        (*found)->evict_(std::max(used - most, most / at_once));
        if ((*found)->held_.load(std::memory_order_relaxed) >= before) return false;
    }
}

memory_account::memory_account(std::shared_ptr<memory_budget> of, stored what, bool gives_first,
                               std::function<void(std::size_t bytes)> evict)
    : of_(std::move(of)), what_(what), gives_first_(gives_first), evict_(std::move(evict)) {
    if (!of_) return;
    auto& p = of_->pot_of(what_);
    const std::lock_guard guard(p.lock);
    p.accounts.push_back(this);
}

memory_account::~memory_account() {
    if (!of_) return;
    auto& p = of_->pot_of(what_);
    const std::lock_guard guard(p.lock);
    std::erase(p.accounts, this);
    p.used.fetch_sub(held_.load() + pinned_.load(), std::memory_order_relaxed);
}

bool memory_account::take(std::size_t bytes) {
    if (!of_) return true;
    const auto most = of_->share(what_);
    if (bytes > most) return false;
    const auto before = of_->pot_of(what_).used.fetch_add(bytes, std::memory_order_relaxed);
    if (before + bytes > most && !of_->make_room(what_)) {
        of_->remove(what_, bytes);
        return false;
    }
    held_.fetch_add(bytes, std::memory_order_relaxed);
    return true;
}

void memory_account::take_anyway(std::size_t bytes) {
    if (!of_) return;
    of_->add(what_, bytes);
    held_.fetch_add(bytes, std::memory_order_relaxed);
}

void memory_account::give(std::size_t bytes) {
    if (!of_) return;
    held_.fetch_sub(bytes, std::memory_order_relaxed);
    of_->remove(what_, bytes);
}

void memory_account::pin(std::size_t bytes) {
    if (!of_) return;
    of_->add(what_, bytes);
    pinned_.fetch_add(bytes, std::memory_order_relaxed);
}

void memory_account::unpin(std::size_t bytes) {
    if (!of_) return;
    pinned_.fetch_sub(bytes, std::memory_order_relaxed);
    of_->remove(what_, bytes);
}

}  // namespace assay::mock
