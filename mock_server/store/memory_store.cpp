#include "mock_server/store/memory_store.hpp"

#include <algorithm>
#include <utility>

#include "mock_server/store/eviction.hpp"

namespace assay::mock {
namespace {

std::string consent_key(const std::string& client_id, const std::string& sub, const std::string& organization) {
    std::string out;
    out.reserve(client_id.size() + sub.size() + organization.size() + 2);
    return out.append(client_id).append("\n").append(sub).append("\n").append(organization);
}

std::string nonce_key(const std::string& client_id, const std::string& nonce) {
    return client_id + '\n' + nonce;
}

std::size_t footprint_of(const std::string& code, const code_grant& g) {
    const auto nonce = g.nonce ? 2 * g.nonce->size() : 0;
    return entry_bytes + sizeof g + 2 * code.size() + 2 * g.client_id.size() + g.scope.size() +
           g.redirect_uri.size() + nonce + g.code_challenge.size() + g.code_challenge_method.size() +
           g.of.sub.size() + bytes_of(g.of.organizations) + g.bound.jkt.size() + bytes_of(g.bound.audience) +
           bytes_of(g.bound.resources) + g.sid.size() + (g.claims ? json::footprint(*g.claims) : 0);
}

std::size_t footprint_of(const std::string& id, const session& s) {
    return entry_bytes + sizeof s + 2 * id.size() + s.username.size() + bytes_of(s.clients) +
           bytes_of(s.organizations);
}

std::size_t bytes_of_consent(const std::string& key, const std::string& scope) {
    return entry_bytes + 2 * key.size() + scope.size();
}

}  // namespace

memory_store::memory_store(const std::shared_ptr<memory_budget>& of, bool gives_first)
    : store(pairs_),
      pairs_(200'000, of, gives_first),
      codes_room_(of, stored::codes, gives_first,
                  [this](std::size_t bytes) {
                      const std::lock_guard guard(lock_);
                      drop_oldest(codes_order_, bytes, [this](const auto& key) { return drop_code(key); });
                  }),
      consents_room_(of, stored::consents, gives_first,
                     [this](std::size_t bytes) {
                         const std::lock_guard guard(lock_);
                         drop_oldest(consents_order_, bytes, [this](const auto& key) { return drop_consent(key); });
                     }),
      sessions_room_(of, stored::sessions, gives_first, [this](std::size_t bytes) {
          const std::lock_guard guard(lock_);
          drop_oldest(sessions_order_, bytes, [this](const auto& key) { return drop_session(key); });
      }) {}

std::size_t memory_store::drop_code(const std::string& code) {
    const auto found = codes_.find(code);
    if (found == codes_.end()) return 0;
    const auto bytes = found->second.bytes;
    forget_nonce(found->second);
    codes_room_.give(bytes);
    codes_.erase(found);
    return bytes;
}

std::size_t memory_store::drop_consent(const std::string& key) {
    const auto found = consents_.find(key);
    if (found == consents_.end()) return 0;
    const auto bytes = bytes_of_consent(found->first, found->second);
    consents_room_.give(bytes);
    consents_.erase(found);
    return bytes;
}

std::size_t memory_store::drop_session(const std::string& id) {
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return 0;
    const auto bytes = found->second.bytes;
    sessions_room_.give(bytes);
    sessions_.erase(found);
    return bytes;
}

void memory_store::note_nonce(const code_grant& g) {
    if (g.nonce && !g.redeemed) ++nonces_[nonce_key(g.client_id, *g.nonce)];
}

void memory_store::forget_nonce(const code_grant& g) {
    if (!g.nonce || g.redeemed) return;
    const auto found = nonces_.find(nonce_key(g.client_id, *g.nonce));
    if (found != nonces_.end() && --found->second == 0) nonces_.erase(found);
}

void memory_store::spend(code_grant& g) {
    forget_nonce(g);
    g.redeemed = true;
}

bool memory_store::put_code(const std::string& code, code_grant g) {
    g.bytes = footprint_of(code, g);
    if (!codes_room_.take(g.bytes)) return false;
    const std::lock_guard guard(lock_);
    drop_code(code);  // one of the same name
    note_nonce(g);
    codes_.emplace(code, std::move(g));
    add_newest(codes_order_, code, codes_max, [this](const auto& oldest) { drop_code(oldest); });
    return true;
}

std::optional<code_grant> memory_store::find_code(const std::string& code) const {
    const std::lock_guard guard(lock_);
    const auto found = codes_.find(code);
    if (found == codes_.end()) return std::nullopt;
    return found->second;
}

std::optional<code_grant> memory_store::latest_grant() const {
    const std::lock_guard guard(lock_);
    if (codes_order_.empty()) return std::nullopt;
    const auto found = codes_.find(codes_order_.back());
    if (found == codes_.end()) return std::nullopt;
    return found->second;
}

bool memory_store::redeem_code(const std::string& code) {
    const std::lock_guard guard(lock_);
    const auto found = codes_.find(code);
    if (found == codes_.end()) return false;
    if (found->second.redeemed) return false;
    spend(found->second);
    return true;
}

bool memory_store::nonce_in_use(const std::string& client_id, const std::string& nonce) const {
    const std::lock_guard guard(lock_);
    return nonces_.contains(nonce_key(client_id, nonce));
}

void memory_store::remember_consent(const std::string& client_id, const std::string& sub,
                                    const std::string& organization, std::string scope) {
    const auto key = consent_key(client_id, sub, organization);
    {
        const std::lock_guard guard(lock_);
        const auto before = consents_.find(key);
        if (before != consents_.end() && before->second == scope) return;
    }
    if (!consents_room_.take(bytes_of_consent(key, scope))) return;
    const std::lock_guard guard(lock_);
    const bool is_new = !consents_.contains(key);
    drop_consent(key);  // what was allowed before
    consents_.emplace(key, std::move(scope));
    if (!is_new) return;
    add_newest(consents_order_, key, consents_max, [this](const auto& oldest) { drop_consent(oldest); });
}

void memory_store::forget_places() {
    std::erase_if(consents_order_, [&](const auto& key) { return !consents_.contains(key); });
}

std::optional<std::string> memory_store::consent(const std::string& client_id, const std::string& sub,
                                                 const std::string& organization) const {
    const std::lock_guard guard(lock_);
    const auto found = consents_.find(consent_key(client_id, sub, organization));
    if (found == consents_.end()) return std::nullopt;
    return found->second;
}

bool memory_store::withdraw_consent(const std::string& client_id, const std::string& sub, bool tokens_too) {
    const std::lock_guard guard(lock_);
    const auto prefix = consent_key(client_id, sub, "");
    std::vector<std::string> subjects{sub};  // the user, and the organizations consented for
    for (auto at = consents_.lower_bound(prefix); at != consents_.end() && at->first.starts_with(prefix);) {
        const auto place = at->first.substr(prefix.size());
        subjects.push_back(place.substr(0, place.find('\n')));  // the organization
        consents_room_.give(bytes_of_consent(at->first, at->second));
        at = consents_.erase(at);
    }
    forget_places();
    bool found = subjects.size() > 1;
    const auto concerns = [&](const std::string& id, const std::string& of) {
        return id == client_id && std::find(subjects.begin(), subjects.end(), of) != subjects.end();
    };
    for (auto& [code, grant] : codes_) {
        if (!concerns(grant.client_id, grant.of.sub)) continue;
        found = found || !grant.redeemed;
        if (tokens_too) spend(grant);
    }
    const bool pairs_found =
        pairs_.revoke_granted({.client_id = client_id, .subs = subjects}, tokens_too, tokens_too);
    return found || pairs_found;
}

void memory_store::put_session(const std::string& id, session s) {
    s.bytes = footprint_of(id, s);
    if (!sessions_room_.take(s.bytes)) return;
    const std::lock_guard guard(lock_);
    drop_session(id);
    sessions_.emplace(id, std::move(s));
    add_newest(sessions_order_, id, sessions_max, [this](const auto& oldest) { drop_session(oldest); });
}

std::optional<session> memory_store::find_session(const std::string& id) const {
    const std::lock_guard guard(lock_);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return std::nullopt;
    return found->second;
}

void memory_store::add_client(const std::string& session_id, const std::string& client_id) {
    constexpr std::size_t clients_max = 100;
    const std::lock_guard guard(lock_);
    const auto found = sessions_.find(session_id);
    if (found == sessions_.end()) return;
    auto& clients = found->second.clients;
    if (clients.size() >= clients_max || std::find(clients.begin(), clients.end(), client_id) != clients.end())
        return;
    clients.push_back(client_id);
    const auto more = sizeof(std::string) + client_id.size();
    found->second.bytes += more;
    sessions_room_.take_anyway(more);
}

std::optional<session> memory_store::end_session(const std::string& id) {
    const std::lock_guard guard(lock_);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return std::nullopt;
    auto out = std::move(found->second);
    sessions_room_.give(out.bytes);
    sessions_.erase(found);
    return out;
}

void memory_store::forget_client(const std::string& client_id) {
    pairs_.revoke_granted({.client_id = client_id});
    const std::lock_guard guard(lock_);
    for (auto& [code, grant] : codes_) {
        if (grant.client_id == client_id) spend(grant);
    }
    std::erase_if(consents_, [&](const auto& entry) {
        const bool goes = entry.first.starts_with(client_id + '\n');
        if (goes) consents_room_.give(bytes_of_consent(entry.first, entry.second));
        return goes;
    });
    forget_places();
}

std::optional<store::counts> memory_store::held() const {
    const std::lock_guard guard(lock_);
    return counts{codes_.size(), pairs_.size(), sessions_.size()};
}

}  // namespace assay::mock
