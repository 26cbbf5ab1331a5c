#include "mock_server/store/transients.hpp"

#include <utility>

#include "oauth/sha256.hpp"

namespace assay::mock {
namespace {

constexpr std::int64_t minute_s = 60;

std::size_t bytes_of(const std::string& request_uri, const pushed_request& r) {
    std::size_t out = entry_bytes + sizeof r + 2 * request_uri.size() + r.client_id.size();
    for (const auto& [name, value] : r.parameters.fields) out += 2 * sizeof name + name.size() + value.size();
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

transients::transients(std::shared_ptr<memory_budget> of, bool gives_first)
    : requests_room_(of, stored::pushed_requests, gives_first,
                     [this](std::size_t bytes) {
                         const std::lock_guard guard(lock_);
                         drop_oldest_requests(bytes);
                     }),
      seen_room_(of, stored::used_ids, gives_first, [this](std::size_t bytes) {
          const std::lock_guard guard(lock_);
          drop_oldest_seen(bytes);
      }) {}

void transients::drop_request(const std::string& request_uri) {
    const auto found = requests_.find(request_uri);
    if (found == requests_.end()) return;
    requests_room_.give(found->second.bytes);
    requests_.erase(found);
}

void transients::drop_oldest_requests(std::size_t bytes) {
    for (std::size_t gone = 0; gone < bytes && !requests_order_.empty(); requests_order_.pop_front()) {
        const auto found = requests_.find(requests_order_.front());
        if (found == requests_.end()) continue;
        gone += found->second.bytes;
        drop_request(requests_order_.front());
    }
}

void transients::drop_oldest_seen(std::size_t bytes) {
    for (std::size_t gone = 0; gone < bytes && !seen_order_.empty(); seen_order_.pop_front()) {
        const auto size = bytes_of_seen(seen_order_.front());
        if (seen_.erase(seen_order_.front()) == 0) continue;
        seen_room_.give(size);
        gone += size;
    }
}

bool transients::put_request(const std::string& request_uri, pushed_request r) {
    r.bytes = bytes_of(request_uri, r);
    if (!requests_room_.take(r.bytes)) return false;
    const std::lock_guard guard(lock_);
    drop_request(request_uri);
    requests_.emplace(request_uri, std::move(r));
    requests_order_.push_back(request_uri);
    if (requests_order_.size() <= requests_max) return true;
    drop_request(requests_order_.front());
    requests_order_.pop_front();
    return true;
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
    const auto key = short_key(jti);
    if (!seen_room_.take(bytes_of_seen(key))) seen_room_.take_anyway(bytes_of_seen(key));
    const std::lock_guard guard(lock_);
    if (!seen_.emplace(key, true).second) {
        seen_room_.give(bytes_of_seen(key));
        return false;
    }
    seen_order_.push_back(key);
    if (seen_order_.size() > seen_max) drop_oldest_seen(1);
    return true;
}

bool transients::forget(const std::string& text) {
    const auto key = short_key(text);
    const std::lock_guard guard(lock_);
    if (seen_.erase(key) == 0) return false;
    seen_room_.give(bytes_of_seen(key));
    return true;
}

void transients::note_failure(const std::string& client_id, std::int64_t now) {
    const auto key = short_key(client_id);
    const std::lock_guard guard(lock_);
    if (failures_.size() >= clients_max && !failures_.contains(key)) failures_.clear();
    auto& m = failures_[key];
    if (now - m.began >= minute_s) m = {now, 0};
    ++m.count;
}

std::int64_t transients::failures(const std::string& client_id, std::int64_t now) const {
    const std::lock_guard guard(lock_);
    const auto found = failures_.find(short_key(client_id));
    return found == failures_.end() || now - found->second.began >= minute_s ? 0 : found->second.count;
}

}  // namespace assay::mock
