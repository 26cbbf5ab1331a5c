#include "mock_server/issuer/remote_keys.hpp"

#include <utility>

#include <fmt/format.h>

#include "mock_server/issuer/postman.hpp"

namespace assay::mock {
namespace {

result<oauth::jwks> keys_of(const std::string& uri, const result<http::exchange>& came) {
    if (!came) return fail(came.error());
    const auto& r = came->received;
    if (r.status != 200) return fail(errc::environment, fmt::format("{} answered {}", uri, r.status));
    const auto document = json::parse(r.body);
    if (!document) return fail(document.error());
    return oauth::parse_jwks(*document);
}

}  // namespace

std::optional<result<oauth::jwks>> remote_keys::find(const std::string& uri) const {
    const std::lock_guard guard(known_->lock);
    const auto found = known_->entries.find(uri);
    if (found == known_->entries.end()) return std::nullopt;
    const auto& e = found->second;
    const bool failed = e.keys && !*e.keys;
    return failed && e.in_progress ? std::nullopt : e.keys;
}

bool remote_keys::is_awaited(const std::string& uri, bool again) const {
    const std::lock_guard guard(known_->lock);
    const auto found = known_->entries.find(uri);
    if (found == known_->entries.end() || !found->second.in_progress) return false;
    const auto& e = found->second;
    return again || !e.keys || !*e.keys || clock::now() - e.came >= ages_.fresh_for;
}

void remote_keys::fetch(postman& by, const std::string& uri, bool again) {
    {
        const std::lock_guard guard(known_->lock);
        auto& e = known_->entries[uri];
        const auto now = clock::now();
        const bool fresh = e.keys && now - e.asked < (again || !*e.keys ? ages_.again_after : ages_.fresh_for);
        if (e.in_progress || fresh) return;
        e.in_progress = true;
        e.asked = now;
    }
    const auto keep = [known = known_, uri](const result<http::exchange>& came) {
        auto keys = keys_of(uri, came);
        const std::lock_guard guard(known->lock);
        auto& e = known->entries[uri];
        e.in_progress = false;
        if (keys) e.came = clock::now();
        if (keys || !e.keys || !*e.keys) e.keys = std::move(keys);  // a failed refresh keeps what is known
    };
    http::request r;
    r.method = "GET";
    r.head.set("Accept", "application/json, application/jwk-set+json");
    if (auto sent = by.send(uri, std::move(r), keep); !sent) keep(fail(sent.error()));
}

}  // namespace assay::mock
