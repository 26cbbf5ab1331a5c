#include "mock_server/redis/redis_store.hpp"

#include <algorithm>
#include <utility>

#include "mock_server/redis/index_pages.hpp"

namespace assay::mock::redis {
namespace {

constexpr std::int64_t session_s = 86'400;  // since it was last used
constexpr std::size_t clients_of_session_max = 100;

std::optional<code_grant> code_in(const reply& r) {
    if (r.items.size() != 2 || r.items[0].is_nothing()) return std::nullopt;
    auto out = code_grant_of(r.items[0].text);
    if (out) out->redeemed = r.items[1].text == "1";
    return out;
}

words reading_code(const std::string& key) {
    return {"HMGET", key, "v", "r"};
}

}  // namespace

bool redis_store::put_code(const std::string& code, code_grant g) {
    const auto nonce = keys_.of("nonce", g.client_id + '\n' + g.nonce.value_or(""));
    const auto ttl = std::min(g.lifetime + at_->to().keep_s, kept_at_most_s);
    (void)at_->call(script::put_code,
                    {keys_.of("code", code), keys_.of("latest"), keys_.of("codes-of-client", g.client_id), nonce},
                    {record_of(g), std::to_string(std::max(ttl, std::int64_t{1})), g.nonce ? "1" : "0"});
    return true;  // an outage is no lack of memory
}

std::optional<code_grant> redis_store::code_at(const std::string& key) const {
    const auto r = at_->run(reading_code(key));
    return r ? code_in(*r) : std::nullopt;
}

std::optional<code_grant> redis_store::find_code(const std::string& code) const {
    return code_at(keys_.of("code", code));
}

std::optional<code_grant> redis_store::latest_grant() const {
    const auto key = at_->run({"GET", keys_.of("latest")});
    return key && !key->is_nothing() ? code_at(key->text) : std::nullopt;
}

bool redis_store::redeem_code(const std::string& code) {
    const auto done = at_->call(script::redeem_code, {keys_.of("code", code)});
    return done && done->is_yes();
}

bool redis_store::nonce_in_use(const std::string& client_id, const std::string& nonce) const {
    const auto there = at_->run({"EXISTS", keys_.of("nonce", client_id + '\n' + nonce)});
    return there && there->is_yes();
}

std::string redis_store::consent_key(const std::string& client_id, const std::string& sub) const {
    return keys_.of("consent", client_id + '\n' + sub);
}

void redis_store::remember_consent(const std::string& client_id, const std::string& sub,
                                   const std::string& organization, std::string scope) {
    (void)at_->call(script::put_consent, {consent_key(client_id, sub), keys_.of("consents-of-client", client_id)},
                    {organization, std::move(scope), std::to_string(kept_at_most_s)});
}

std::optional<std::string> redis_store::consent(const std::string& client_id, const std::string& sub,
                                                const std::string& organization) const {
    auto r = at_->run({"HGET", consent_key(client_id, sub), organization});
    return r && !r->is_nothing() ? std::optional(std::move(r->text)) : std::nullopt;
}

bool redis_store::end_codes(const std::string& client_id, const std::vector<std::string>& subs, bool spend) {
    bool any = false;
    const auto end_page = [&](const std::vector<std::string>& members) {
        std::vector<words> reads;
        for (const auto& key : members) reads.push_back(reading_code(key));
        const auto codes = at_->run(reads);
        if (!codes) return false;
        std::vector<words> ending;
        for (std::size_t n = 0; n < codes->size(); ++n) {
            const auto g = code_in((*codes)[n]);
            if (!g || g->redeemed) continue;
            if (!subs.empty() && std::find(subs.begin(), subs.end(), g->of.sub) == subs.end()) continue;
            ending.push_back({members[n]});
        }
        any = any || !ending.empty();
        return !spend || at_->call_each(script::redeem_code, ending, {}).has_value();
    };
    return for_each_page(*at_, keys_.of("codes-of-client", client_id), end_page) && any;
}

bool redis_store::withdraw_consent(const std::string& client_id, const std::string& sub, bool tokens_too) {
    const auto taken = at_->call(script::take_consents, {consent_key(client_id, sub)});
    if (!taken) return false;
    std::vector<std::string> subjects{sub};  // the user, and the organizations consented for
    for (std::size_t n = 0; n < taken->items.size(); n += 2) {
        const auto& place = taken->items[n].text;
        subjects.push_back(place.substr(0, place.find('\n')));  // the organization
    }
    const bool codes = end_codes(client_id, subjects, tokens_too);
    const bool found = pairs_.revoke_granted({.client_id = client_id, .subs = subjects}, tokens_too, tokens_too);
    return subjects.size() > 1 || codes || found;
}

void redis_store::put_session(const std::string& id, session s) {
    (void)at_->change({{"DEL", keys_.of("session-clients", id)},
                       {"SET", keys_.of("session", id), record_of(s), "EX", std::to_string(session_s)}});
}

std::optional<session> redis_store::find_session(const std::string& id) const {
    const auto key = keys_.of("session", id);
    const auto clients = keys_.of("session-clients", id);
    const auto r = at_->run(std::vector<words>{{"GET", key},
                                               {"SMEMBERS", clients},
                                               {"EXPIRE", key, std::to_string(session_s)},
                                               {"EXPIRE", clients, std::to_string(session_s)}});
    if (!r || r->front().is_nothing()) return std::nullopt;
    auto out = session_of(r->front().text);
    if (out) out->clients = texts_of((*r)[1]);
    return out;
}

void redis_store::add_client(const std::string& session_id, const std::string& client_id) {
    (void)at_->call(script::add_client, {keys_.of("session", session_id), keys_.of("session-clients", session_id)},
                    {client_id, std::to_string(clients_of_session_max)});
}

std::optional<session> redis_store::end_session(const std::string& id) {
    const auto r = at_->call(script::end_session, {keys_.of("session", id), keys_.of("session-clients", id)});
    if (!r || r->items.size() != 2) return std::nullopt;
    auto out = session_of(r->items[0].text);
    if (out) out->clients = texts_of(r->items[1]);
    return out;
}

void redis_store::forget_client(const std::string& client_id) {
    pairs_.revoke_granted({.client_id = client_id});
    end_codes(client_id, {}, true);
    const auto index = keys_.of("consents-of-client", client_id);
    const auto consents = at_->run({"SMEMBERS", index});
    if (!consents) return;
    words gone{"DEL", index};
    for (const auto& one : consents->items) gone.push_back(one.text);
    (void)at_->change({std::move(gone)});
}

}  // namespace assay::mock::redis
