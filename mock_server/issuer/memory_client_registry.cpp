#include "mock_server/issuer/memory_client_registry.hpp"

#include <functional>
#include <utility>

namespace assay::mock {
namespace {

std::size_t footprint_of(const client& c) {
    return 2 * entry_bytes + sizeof c + 4 * c.client_id.size() + c.client_secret.size() + c.client_name.size() +
           bytes_of(c.redirect_uris) + bytes_of(c.roles) + bytes_of(c.grant_types) + bytes_of(c.response_types) +
           c.scope.size() + json::footprint(c.jwks) + json::footprint(c.metadata) +
           c.registration_access_token.size();
}

}  // namespace

memory_client_registry::memory_client_registry(std::shared_ptr<memory_budget> of, bool configured)
    : configured_(configured), room_(std::move(of), stored::clients, !configured, [this](std::size_t bytes) {
          const std::lock_guard guard(lock_);
          for (std::size_t gone = 0; gone < bytes && !registered_.empty();) gone += drop_oldest_registered();
      }) {}

void memory_client_registry::drop(entries::iterator at) {
    const auto& [who, number, bytes, pinned] = at->second;
    if (pinned) room_.unpin(bytes);
    if (!pinned) room_.give(bytes);
    registered_.erase(number);
    order_.erase(number);
    clients_.erase(at);
}

std::size_t memory_client_registry::drop_oldest_registered() {
    const auto oldest = clients_.find(registered_.begin()->second);
    const auto bytes = oldest->second.bytes;
    drop(oldest);
    return bytes;
}

std::shared_ptr<const client> memory_client_registry::find(std::string_view client_id) const {
    const std::lock_guard guard(lock_);
    const auto found = clients_.find(client_id);
    return found == clients_.end() ? nullptr : found->second.who;
}

bool memory_client_registry::put(client c) {
    const bool pinned = configured_ && c.registration_access_token.empty();
    const auto bytes = footprint_of(c);
    if (pinned) room_.pin(bytes);
    if (!pinned && !room_.take(bytes)) return false;
    const std::lock_guard guard(lock_);
    auto number = ++numbers_;
    const auto id = c.client_id;
    if (const auto before = clients_.find(id); before != clients_.end()) {
        number = before->second.number;  // it keeps its position in the order
        drop(before);
    }
    clients_.emplace(id, entry{std::make_shared<const client>(std::move(c)), number, bytes, pinned});
    order_.emplace(number, id);
    if (!pinned) registered_.emplace(number, id);
    while (registered_.size() > registered_max) drop_oldest_registered();
    return true;
}

bool memory_client_registry::remove(const std::string& client_id) {
    const std::lock_guard guard(lock_);
    const auto found = clients_.find(client_id);
    if (found == clients_.end()) return false;
    drop(found);
    return true;
}

std::vector<client> memory_client_registry::all() const {
    const std::lock_guard guard(lock_);
    std::vector<client> out;
    out.reserve(order_.size());
    for (const auto& [number, id] : order_) out.push_back(*clients_.find(id)->second.who);
    return out;
}

}  // namespace assay::mock
