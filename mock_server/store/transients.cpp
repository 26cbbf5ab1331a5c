#include "mock_server/store/transients.hpp"

#include <utility>

namespace assay::mock {
namespace {

constexpr std::int64_t minute_s = 60;

template <class Map>
void forget_oldest(Map& map, std::deque<std::string>& order, std::size_t most) {
    while (order.size() > most) {
        map.erase(order.front());
        order.pop_front();
    }
}

}  // namespace

void transients::put_request(const std::string& request_uri, pushed_request r) {
    const std::lock_guard guard(lock_);
    requests_.insert_or_assign(request_uri, std::move(r));
    requests_order_.push_back(request_uri);
    forget_oldest(requests_, requests_order_, requests_max);
}

std::optional<pushed_request> transients::find_request(const std::string& request_uri) const {
    const std::lock_guard guard(lock_);
    const auto found = requests_.find(request_uri);
    if (found == requests_.end()) return std::nullopt;
    return found->second;
}

void transients::use_request(const std::string& request_uri) {
    const std::lock_guard guard(lock_);
    const auto found = requests_.find(request_uri);
    if (found != requests_.end()) found->second.used = true;
}

bool transients::is_first(const std::string& jti) {
    const std::lock_guard guard(lock_);
    if (!seen_.emplace(jti, true).second) return false;
    seen_order_.push_back(jti);
    forget_oldest(seen_, seen_order_, seen_max);
    return true;
}

bool transients::forget(const std::string& text) {
    const std::lock_guard guard(lock_);
    return seen_.erase(text) > 0;
}

void transients::note_failure(const std::string& client_id, std::int64_t now) {
    const std::lock_guard guard(lock_);
    if (failures_.size() >= clients_max && !failures_.contains(client_id)) failures_.clear();
    auto& m = failures_[client_id];
    if (now - m.began >= minute_s) m = {now, 0};
    ++m.count;
}

std::int64_t transients::failures(const std::string& client_id, std::int64_t now) const {
    const std::lock_guard guard(lock_);
    const auto found = failures_.find(client_id);
    return found == failures_.end() || now - found->second.began >= minute_s ? 0 : found->second.count;
}

}  // namespace assay::mock
