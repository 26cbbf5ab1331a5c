#include "mock_server/store/memory_device_store.hpp"

#include <utility>

#include "mock_server/store/eviction.hpp"

namespace assay::mock {
namespace {

std::size_t bytes_of_request(const std::string& device_code, const device_request& r) {
    return 2 * entry_bytes + sizeof r + 3 * device_code.size() + 2 * r.user_code.size() + r.client_id.size() +
           r.scope.size() + bytes_of(r.resources);
}

}  // namespace

memory_device_store::memory_device_store(const std::shared_ptr<memory_budget>& of, bool gives_first)
    : room_(of, stored::device_requests, gives_first, [this](std::size_t bytes) {
          const std::lock_guard guard(lock_);
          drop_oldest(order_, bytes, [this](const auto& key) { return drop(key); });
      }) {}

std::size_t memory_device_store::drop(const std::string& device_code) {
    const auto found = requests_.find(device_code);
    if (found == requests_.end()) return 0;
    const auto bytes = found->second.bytes;
    const auto named = by_user_code_.find(found->second.user_code);
    if (named != by_user_code_.end() && named->second == device_code) by_user_code_.erase(named);
    room_.give(bytes);
    requests_.erase(found);
    return bytes;
}

bool memory_device_store::put(const std::string& device_code, device_request r) {
    r.bytes = bytes_of_request(device_code, r);
    if (!room_.take(r.bytes)) return false;
    const std::lock_guard guard(lock_);
    drop(device_code);
    by_user_code_[r.user_code] = device_code;
    requests_.emplace(device_code, std::move(r));
    add_newest(order_, device_code, requests_max, [this](const auto& oldest) { drop(oldest); });
    return true;
}

std::optional<device_request> memory_device_store::find(const std::string& device_code) const {
    const std::lock_guard guard(lock_);
    const auto found = requests_.find(device_code);
    if (found == requests_.end()) return std::nullopt;
    return found->second;
}

std::optional<device_request> memory_device_store::find_user_code(const std::string& user_code) const {
    const std::lock_guard guard(lock_);
    const auto named = by_user_code_.find(user_code);
    if (named == by_user_code_.end()) return std::nullopt;
    return requests_.at(named->second);
}

std::vector<device_request> memory_device_store::all() const {
    const std::lock_guard guard(lock_);
    std::vector<device_request> out;
    for (const auto& code : order_) {
        if (const auto found = requests_.find(code); found != requests_.end()) out.push_back(found->second);
    }
    return out;
}

device_poll memory_device_store::poll(const std::string& device_code, std::int64_t now_ms) {
    const std::lock_guard guard(lock_);
    const auto found = requests_.find(device_code);
    if (found == requests_.end()) return {};
    auto& r = found->second;
    device_poll out;
    if (!r.answers.empty()) {
        out.answer = std::move(r.answers.front());
        r.answers.erase(r.answers.begin());
    } else {
        out.in_time = r.polls == 0 || now_ms - r.polled_at_ms >= r.interval * 1000;
    }
    ++r.polls;
    r.polled_at_ms = now_ms;
    if (!out.in_time || out.answer == "slow_down") r.interval += slower_by;
    return out;
}

bool memory_device_store::redeem(const std::string& device_code) {
    const std::lock_guard guard(lock_);
    const auto found = requests_.find(device_code);
    if (found == requests_.end() || found->second.state == device_state::redeemed) return false;
    found->second.state = device_state::redeemed;
    return true;
}

device_request* memory_device_store::waiting(const std::string& user_code) {
    const auto named = by_user_code_.find(user_code);
    if (named == by_user_code_.end()) return nullptr;
    auto& r = requests_.at(named->second);
    return r.state == device_state::pending ? &r : nullptr;
}

bool memory_device_store::allow(const std::string& user_code, subject by, std::int64_t auth_time) {
    const std::lock_guard guard(lock_);
    auto* r = waiting(user_code);
    if (r == nullptr) return false;
    r->state = device_state::allowed;
    r->of = std::move(by);
    r->auth_time = auth_time;
    return true;
}

bool memory_device_store::deny(const std::string& user_code) {
    const std::lock_guard guard(lock_);
    auto* r = waiting(user_code);
    if (r == nullptr) return false;
    r->state = device_state::denied;
    return true;
}

bool memory_device_store::set_answers(const std::string& user_code, std::vector<std::string> answers) {
    const std::lock_guard guard(lock_);
    auto* r = waiting(user_code);
    if (r == nullptr) return false;
    r->answers = std::move(answers);
    return true;
}

}  // namespace assay::mock
