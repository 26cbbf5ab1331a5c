#include "mock_server/store/store.hpp"

#include <algorithm>
#include <utility>

namespace assay::mock {
namespace {

std::string consent_key(const std::string& client_id, const std::string& sub, const std::string& organization) {
    return client_id + '\n' + sub + '\n' + organization;
}

std::string nonce_key(const std::string& client_id, const std::string& nonce) {
    return client_id + '\n' + nonce;
}

}  // namespace

void store::note_nonce(const code_grant& g) {
    if (g.nonce && !g.redeemed) ++nonces_[nonce_key(g.client_id, *g.nonce)];
}

void store::forget_nonce(const code_grant& g) {
    if (!g.nonce || g.redeemed) return;
    const auto found = nonces_.find(nonce_key(g.client_id, *g.nonce));
    if (found != nonces_.end() && --found->second == 0) nonces_.erase(found);
}

void store::spend(code_grant& g) {
    forget_nonce(g);
    g.redeemed = true;
}

void store::put_code(const std::string& code, code_grant g) {
    const std::lock_guard guard(lock_);
    if (const auto same = codes_.find(code); same != codes_.end()) forget_nonce(same->second);
    note_nonce(g);
    codes_.insert_or_assign(code, std::move(g));
    codes_order_.push_back(code);
    if (codes_order_.size() <= codes_max) return;
    if (const auto oldest = codes_.find(codes_order_.front()); oldest != codes_.end()) {
        forget_nonce(oldest->second);
        codes_.erase(oldest);
    }
    codes_order_.pop_front();
}

std::optional<code_grant> store::find_code(const std::string& code) const {
    const std::lock_guard guard(lock_);
    const auto found = codes_.find(code);
    if (found == codes_.end()) return std::nullopt;
    return found->second;
}

std::optional<code_grant> store::latest_grant() const {
    const std::lock_guard guard(lock_);
    if (codes_order_.empty()) return std::nullopt;
    const auto found = codes_.find(codes_order_.back());
    if (found == codes_.end()) return std::nullopt;
    return found->second;
}

bool store::redeem_code(const std::string& code) {
    const std::lock_guard guard(lock_);
    const auto found = codes_.find(code);
    if (found == codes_.end()) return false;
    if (found->second.redeemed) return false;
    spend(found->second);
    return true;
}

bool store::nonce_in_use(const std::string& client_id, const std::string& nonce) const {
    const std::lock_guard guard(lock_);
    return nonces_.contains(nonce_key(client_id, nonce));
}

void store::remember_consent(const std::string& client_id, const std::string& sub, const std::string& organization,
                             std::string scope) {
    const std::lock_guard guard(lock_);
    const auto key = consent_key(client_id, sub, organization);
    if (!consents_.insert_or_assign(key, std::move(scope)).second) return;
    consents_order_.push_back(key);
    if (consents_order_.size() <= consents_max) return;
    consents_.erase(consents_order_.front());
    consents_order_.pop_front();
}

void store::forget_places() {
    std::erase_if(consents_order_, [&](const auto& key) { return !consents_.contains(key); });
}

std::optional<std::string> store::consent(const std::string& client_id, const std::string& sub,
                                          const std::string& organization) const {
    const std::lock_guard guard(lock_);
    const auto found = consents_.find(consent_key(client_id, sub, organization));
    if (found == consents_.end()) return std::nullopt;
    return found->second;
}

bool store::withdraw_consent(const std::string& client_id, const std::string& sub, bool tokens_too) {
    const std::lock_guard guard(lock_);
    const auto prefix = consent_key(client_id, sub, "");
    std::vector<std::string> subjects{sub};  // the user, and the organizations consented for
    for (auto at = consents_.lower_bound(prefix); at != consents_.end() && at->first.starts_with(prefix);) {
        subjects.push_back(at->first.substr(prefix.size()));
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
    const bool pairs_found = pairs.revoke_granted(
        [&](const token_grant& g) { return concerns(g.client_id, g.of.sub); }, tokens_too, tokens_too);
    return found || pairs_found;
}

void store::put_session(const std::string& id, session s) {
    const std::lock_guard guard(lock_);
    sessions_.insert_or_assign(id, std::move(s));
    sessions_order_.push_back(id);
    if (sessions_order_.size() > sessions_max) {
        sessions_.erase(sessions_order_.front());
        sessions_order_.pop_front();
    }
}

std::optional<session> store::find_session(const std::string& id) const {
    const std::lock_guard guard(lock_);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return std::nullopt;
    return found->second;
}

void store::add_client(const std::string& session_id, const std::string& client_id) {
    constexpr std::size_t clients_max = 100;
    const std::lock_guard guard(lock_);
    const auto found = sessions_.find(session_id);
    if (found == sessions_.end()) return;
    auto& clients = found->second.clients;
    if (clients.size() >= clients_max || std::find(clients.begin(), clients.end(), client_id) != clients.end())
        return;
    clients.push_back(client_id);
}

std::optional<session> store::end_session(const std::string& id) {
    const std::lock_guard guard(lock_);
    const auto found = sessions_.find(id);
    if (found == sessions_.end()) return std::nullopt;
    auto out = std::move(found->second);
    sessions_.erase(found);
    return out;
}

void store::forget_client(const std::string& client_id) {
    pairs.revoke_granted([&](const token_grant& g) { return g.client_id == client_id; });
    const std::lock_guard guard(lock_);
    for (auto& [code, grant] : codes_) {
        if (grant.client_id == client_id) spend(grant);
    }
    std::erase_if(consents_, [&](const auto& entry) { return entry.first.starts_with(client_id + '\n'); });
    forget_places();
}

store::counts store::held() const {
    const std::lock_guard guard(lock_);
    return {codes_.size(), pairs.size(), sessions_.size()};
}

}  // namespace assay::mock
