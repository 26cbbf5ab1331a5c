#include "mock_server/store/memory_transients.hpp"

#include <utility>

#include "mock_server/store/eviction.hpp"
#include "oauth/sha256.hpp"

namespace assay::mock {
namespace {

std::size_t bytes_of(const std::string& request_uri, const pushed_request& r) {
    std::size_t out = entry_bytes + sizeof r + 2 * request_uri.size() + r.client_id.size();
    for (const auto& [name, value] : r.parameters.fields) out += 2 * sizeof(std::string) + name.size() + value.size();
    return out;
}

// A key of at most 32 bytes: the text itself, or its SHA-256 digest if it is longer.
std::string short_key(const std::string& text) {
    const auto digest = oauth::sha256_of(text);
    return text.size() <= digest.size() ? text : std::string(digest.begin(), digest.end());
}

std::size_t bytes_of_seen(const std::string& key) {
    return entry_bytes + 2 * key.size();
}

}  // namespace

memory_transients::memory_transients(const std::shared_ptr<memory_budget>& of, bool gives_first)
    : requests_room_(of, stored::pushed_requests, gives_first,
                     [this](std::size_t bytes) {
                         const std::lock_guard guard(lock_);
                         drop_oldest(requests_order_, bytes, [this](const auto& key) { return drop_request(key); });
                     }),
      seen_room_(of, stored::used_ids, gives_first, [this](std::size_t bytes) {
          const std::lock_guard guard(lock_);
          drop_oldest(seen_order_, bytes, [this](const auto& key) { return drop_seen(key); });
      }) {}

std::size_t memory_transients::drop_request(const std::string& request_uri) {
    const auto found = requests_.find(request_uri);
    if (found == requests_.end()) return 0;
    const auto bytes = found->second.bytes;
    requests_room_.give(bytes);
    requests_.erase(found);
    return bytes;
}

std::size_t memory_transients::drop_seen(const std::string& key) {
    if (seen_.erase(key) == 0) return 0;
    const auto bytes = bytes_of_seen(key);
    seen_room_.give(bytes);
    return bytes;
}

bool memory_transients::put_request(const std::string& request_uri, pushed_request r) {
    r.bytes = bytes_of(request_uri, r);
    if (!requests_room_.take(r.bytes)) return false;
    const std::lock_guard guard(lock_);
    drop_request(request_uri);
    requests_.emplace(request_uri, std::move(r));
    add_newest(requests_order_, request_uri, requests_max, [this](const auto& oldest) { drop_request(oldest); });
    return true;
}

std::optional<pushed_request> memory_transients::find_request(const std::string& request_uri) const {
    const std::lock_guard guard(lock_);
    const auto found = requests_.find(request_uri);
    if (found == requests_.end()) return std::nullopt;
    return found->second;
}

void memory_transients::use_request(const std::string& request_uri) {
    const std::lock_guard guard(lock_);
    const auto found = requests_.find(request_uri);
    if (found != requests_.end()) found->second.used = true;
}

bool memory_transients::is_first(const std::string& jti) {
    const auto key = short_key(jti);
    if (!seen_room_.take(bytes_of_seen(key))) seen_room_.take_anyway(bytes_of_seen(key));
    const std::lock_guard guard(lock_);
    if (!seen_.emplace(key, true).second) {
        seen_room_.give(bytes_of_seen(key));
        return false;
    }
    add_newest(seen_order_, key, seen_max, [this](const auto& oldest) { drop_seen(oldest); });
    return true;
}

bool memory_transients::forget(const std::string& text) {
    const auto key = short_key(text);
    const std::lock_guard guard(lock_);
    return drop_seen(key) > 0;
}

void memory_transients::note_failure(const std::string& client_id, std::int64_t now) {
    const auto key = short_key(client_id);
    const std::lock_guard guard(lock_);
    if (failures_.size() >= clients_max && !failures_.contains(key)) failures_.clear();
    auto& m = failures_[key];
    if (now - m.began >= minute_s) m = {now, 0};
    ++m.count;
    any_failure_.store(true, std::memory_order_release);
}

std::int64_t memory_transients::failures(const std::string& client_id, std::int64_t now) const {
    if (!any_failure_.load(std::memory_order_acquire)) return 0;
    const std::lock_guard guard(lock_);
    const auto found = failures_.find(short_key(client_id));
    return found == failures_.end() || now - found->second.began >= minute_s ? 0 : found->second.count;
}

}  // namespace assay::mock
