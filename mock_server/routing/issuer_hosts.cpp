#include "mock_server/routing/issuer_hosts.hpp"

#include <algorithm>
#include <utility>

#include "data/text.hpp"

namespace assay::mock {
namespace {

// Without the port and the dot at the end of an absolute name, in lower case: hosts are case-insensitive (RFC 3986
// §3.2.2).
std::string host_of(std::string_view field) {
    if (const auto colon = field.rfind(':'); colon != std::string_view::npos && field.find(']', colon) == field.npos)
        field = field.substr(0, colon);
    if (field.ends_with('.')) field.remove_suffix(1);
    return lowered(field);
}

}  // namespace

void issuer_hosts::add(const std::string& host, std::shared_ptr<issuer> at) {
    const std::lock_guard guard(lock_);
    by_host_.insert_or_assign(host, std::move(at));
    count_.store(by_host_.size(), std::memory_order_release);
}

void issuer_hosts::remove_if(const std::function<bool(const issuer&)>& goes) {
    const std::lock_guard guard(lock_);
    std::erase_if(by_host_, [&](const auto& entry) { return goes(*entry.second); });
    count_.store(by_host_.size(), std::memory_order_release);
}

std::shared_ptr<issuer> issuer_hosts::find(std::string_view field) const {
    if (count_.load(std::memory_order_acquire) == 0) return nullptr;
    const auto host = host_of(field);
    const std::lock_guard guard(lock_);
    const auto found = by_host_.find(host);
    return found == by_host_.end() ? nullptr : found->second;
}

}  // namespace assay::mock
