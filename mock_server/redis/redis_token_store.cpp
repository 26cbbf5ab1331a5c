#include "mock_server/redis/redis_token_store.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "mock_server/redis/index_pages.hpp"

namespace assay::mock::redis {
namespace {

std::string flag(bool on) {
    return on ? "1" : "0";
}

std::int64_t number_in(const std::string& text) {
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace

std::vector<std::string> redis_token_store::indexes_of(const token_grant& g) const {
    std::vector<std::string> out{keys_.of("pairs-of-client", g.client_id)};
    if (!g.sid.empty()) out.push_back(keys_.of("pairs-of-session", g.sid));
    for (const auto& id : g.of.organizations) out.push_back(keys_.of("pairs-of-organization", id));
    return out;
}

std::string redis_token_store::index_for(const grant_filter& which) const {
    if (!which.sid.empty()) return keys_.of("pairs-of-session", which.sid);
    if (!which.client_id.empty()) return keys_.of("pairs-of-client", which.client_id);
    return keys_.of("pairs-of-organization", which.organization);
}

void redis_token_store::put(std::string_view access_token, std::string_view refresh_token, token_pair p) {
    p.access = digest_of(access_token);
    if (!refresh_token.empty()) p.refresh = digest_of(refresh_token);
    const auto& to = at_->to();
    const auto refresh_lifetime = refresh_token.empty()       ? 0
                                  : p.refresh_expires_at == 0 ? kept_at_most_s
                                                              : p.refresh_expires_at - p.issued_at;
    const auto lifetime = p.expires_in == 0 ? kept_at_most_s : p.expires_in;  // 0: it never expires
    const auto ttl = std::min(std::max(lifetime, refresh_lifetime) + to.keep_s, kept_at_most_s);
    words keys{keys_.of("pair", p.access), keys_.of("refresh", p.refresh), keys_.of("numbers"),
               keys_.of("family", p.family)};
    for (auto& one : indexes_of(*p.grant)) keys.push_back(std::move(one));
    (void)at_->call(script::put_pair, keys,
                    {record_of(p), std::to_string(std::max(ttl, std::int64_t{1})), flag(!refresh_token.empty()),
                     std::to_string(kept_at_most_s)});
}

std::optional<token_pair> redis_token_store::found(std::optional<reply> r) const {
    if (!r || r->items.size() != 4) return std::nullopt;
    auto out = token_pair_of(r->items[0].text);
    if (!out) return std::nullopt;
    out->access_revoked = r->items[1].text == "1";
    out->refresh_revoked = r->items[2].text == "1";
    out->retired = !r->items[3].text.empty();
    out->retired_at = number_in(r->items[3].text);
    return out;
}

std::optional<token_pair> redis_token_store::find_access(std::string_view token) const {
    return found(at_->call(script::find_pair, {keys_.of("pair", token)}, {flag(false)}));
}

std::optional<token_pair> redis_token_store::find_refresh(std::string_view token) const {
    auto out = found(at_->call(script::find_pair, {keys_.of("refresh", token)}, {flag(true)}));
    if (out && out->refresh != digest_of(token)) return std::nullopt;
    return out;
}

bool redis_token_store::retire_refresh(const token_digest& refresh, bool access_too, std::int64_t now) {
    const auto done =
        at_->call(script::retire_refresh, {keys_.of("refresh", refresh)}, {flag(access_too), std::to_string(now)});
    return done && done->is_yes();
}

void redis_token_store::revoke(const token_pair& p, bool access, bool refresh) {
    (void)at_->call(script::revoke_pair, {keys_.of("pair", p.access)}, {flag(access), flag(refresh)});
}

void redis_token_store::revoke_family(const uuid& family) {
    (void)at_->call(script::revoke_family, {keys_.of("family", family), keys_.of("numbers")},
                    {std::to_string(kept_at_most_s)});
}

// Each pair is revoked atomically; a pair that is stored meanwhile may stay, as in memory.
bool redis_token_store::revoke_granted(const grant_filter& which, bool access, bool refresh) {
    bool any = false;
    const auto revoke_page = [&](const std::vector<std::string>& members) {
        std::vector<words> reads;
        for (const auto& key : members) reads.push_back({"HGET", key, "v"});
        const auto records = at_->run(reads);
        if (!records) return false;
        std::vector<words> matching;
        for (std::size_t n = 0; n < records->size(); ++n) {
            const auto pair = token_pair_of((*records)[n].text);
            if (pair && which.matches(*pair->grant)) matching.push_back({members[n]});
        }
        const auto done = at_->call_each(script::revoke_pair, matching, {flag(access), flag(refresh)});
        if (!done) return false;
        any = any || std::any_of(done->begin(), done->end(), [](const reply& r) { return r.is_yes(); });
        return true;
    };
    return for_each_page(*at_, index_for(which), revoke_page) && any;
}

std::shared_ptr<const token_grant> redis_token_store::share(token_grant g) {
    return std::make_shared<const token_grant>(std::move(g));
}

}  // namespace assay::mock::redis
