#include "mock_server/routing/fault_issuers.hpp"

#include <algorithm>
#include <utility>

#include "mock_server/store/outage.hpp"

namespace assay::mock {

// Finds one that is used now; nullptr: it does not exist.
std::shared_ptr<issuer> fault_issuers::use(const std::string& name) {
    const std::lock_guard guard(lock_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return by_use_.front();
}

result<std::shared_ptr<issuer>> fault_issuers::find_or_make(const std::string& text,
                                                            const std::shared_ptr<issuer>& like) {
    const std::string& of = like->config().name;
    const std::string name = (of == "default" ? "f:" : of + "/f:") + text;
    if (auto there = use(name)) return there;
    const std::lock_guard alone(making_);
    if (auto there = use(name)) return there;
    const auto before = removals_.load();
    auto faults = fault_set::from_text(text);
    if (!faults) return fail(faults.error());
    issuer_config config = like->config();
    config.name = name;
    while (config.base_url.ends_with('/')) config.base_url.pop_back();
    config.base_url += "/f/" + text;
    config.like = like;
    auto made = std::make_shared<issuer>(std::move(config));
    if (auto ok = made->set_faults(std::move(*faults)); !ok) return fail(ok.error());
    made->join(text, [] {});
    if (outage::is_noted()) return fail(errc::environment, outage::reason());
    const std::lock_guard guard(lock_);
    if (removals_.load() != before) return made;  // for this request: what it is a copy of may be gone
    const auto& memory = made->config().memory;
    const auto most =
        memory ? std::min(issuers_max, memory->share(stored::fault_issuers) / issuer_bytes) : issuers_max;
    while (by_use_.size() >= most) drop_oldest();
    if (memory) memory->add(stored::fault_issuers, issuer_bytes);
    by_use_.push_front(made);
    by_name_.emplace(name, by_use_.begin());
    return made;
}

void fault_issuers::drop_oldest() {
    const auto& oldest = *by_use_.back();
    if (oldest.config().memory) oldest.config().memory->remove(stored::fault_issuers, issuer_bytes);
    by_name_.erase(oldest.config().name);
    by_use_.pop_back();
}

std::shared_ptr<issuer> fault_issuers::find(const std::string& name) const {
    const std::lock_guard guard(lock_);
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : *found->second;
}

std::vector<std::shared_ptr<issuer>> fault_issuers::all() const {
    const std::lock_guard guard(lock_);
    return {by_use_.begin(), by_use_.end()};
}

bool fault_issuers::remove(const std::string& name) {
    const std::lock_guard guard(lock_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return false;
    by_use_.splice(by_use_.end(), by_use_, found->second);
    drop_oldest();
    return true;
}

void fault_issuers::remove_copies_of(const issuer& like) {
    const std::lock_guard guard(lock_);
    ++removals_;
    for (auto at = by_use_.begin(); at != by_use_.end();) {
        const auto one = at++;
        if ((*one)->config().like.get() != &like) continue;
        by_use_.splice(by_use_.end(), by_use_, one);
        drop_oldest();
    }
}

void fault_issuers::clear() {
    const std::lock_guard guard(lock_);
    ++removals_;
    while (!by_use_.empty()) drop_oldest();
}

}  // namespace assay::mock
