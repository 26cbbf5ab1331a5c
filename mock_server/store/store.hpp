// The state of an issuer: codes, token pairs, consent, sessions. Bounded in number, and in bytes by the budget that
// it shares with others: the oldest entries are dropped. Redeeming a code and retiring a refresh token are single
// atomic operations. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/json.hpp"
#include "mock_server/store/memory_budget.hpp"
#include "mock_server/store/token_store.hpp"

namespace assay::mock {

struct code_grant {
    std::string client_id;
    std::string scope;       // as requested
    bool scope_sent = true;  // false: a default scope, which the response must contain
    std::string redirect_uri;
    bool redirect_uri_sent = true;
    std::optional<std::string> nonce;
    std::string code_challenge;
    std::string code_challenge_method;
    subject of;
    std::int64_t created = 0;  // issuer's clock, seconds
    bool redeemed = false;
    uuid family{};  // of the tokens issued for this code
    token_binding bound;
    std::int64_t auth_time = 0;                   // of the sign-in
    std::string sid{};                            // of its session, if the client registered a logout URL
    std::shared_ptr<const json::value> claims{};  // claims requested individually (OIDC Core §5.5); nullptr: none
    std::size_t bytes = 0;                        // estimate of the store
};

// A user signed in with one browser.
struct session {
    std::string username;
    std::int64_t auth_time = 0;                // issuer's clock, seconds
    std::vector<std::string> clients{};        // that it signed in to, with a logout URL
    std::vector<std::string> organizations{};  // limit of the session; empty: no limit
    std::size_t bytes = 0;                     // estimate of the store
};

class store {
public:
    // `gives_first`: evicted before other stores of the budget. No budget: limited in number only.
    explicit store(const std::shared_ptr<memory_budget>& of = nullptr, bool gives_first = false);

    // False if there is no memory for it.
    [[nodiscard]] bool put_code(const std::string& code, code_grant g);
    [[nodiscard]] std::optional<code_grant> find_code(const std::string& code) const;
    // The grant of the code that was stored last.
    [[nodiscard]] std::optional<code_grant> latest_grant() const;
    // True for exactly one caller; later callers get false.
    [[nodiscard]] bool redeem_code(const std::string& code);
    [[nodiscard]] bool nonce_in_use(const std::string& client_id, const std::string& nonce) const;

    token_store pairs;

    // Consent per client, user and organization (empty for user tokens): the granted scope.
    void remember_consent(const std::string& client_id, const std::string& sub, const std::string& organization,
                          std::string scope);
    [[nodiscard]] std::optional<std::string> consent(const std::string& client_id, const std::string& sub,
                                                     const std::string& organization) const;

    // Deletes the user's consent to that client, for all organizations. `tokens_too`: also ends the codes and tokens
    // that were issued under it. False when there was none.
    bool withdraw_consent(const std::string& client_id, const std::string& sub, bool tokens_too);

    // Without effect if there is no memory for it: then the user is not signed in.
    void put_session(const std::string& id, session s);
    [[nodiscard]] std::optional<session> find_session(const std::string& id) const;
    // Adds a client to be notified when the session ends.
    void add_client(const std::string& session_id, const std::string& client_id);
    // Returns the ended session; nullopt: there was none.
    std::optional<session> end_session(const std::string& id);

    // Deletes the codes, tokens and consents of that client.
    void forget_client(const std::string& client_id);

    struct counts {
        std::size_t codes = 0, pairs = 0, sessions = 0;
    };
    [[nodiscard]] counts held() const;

private:
    static constexpr std::size_t codes_max = 100'000;
    static constexpr std::size_t sessions_max = 10'000;
    static constexpr std::size_t consents_max = 100'000;

    // Call these under the lock: a code was stored; a code was redeemed or dropped.
    void note_nonce(const code_grant& g);
    void forget_nonce(const code_grant& g);
    void spend(code_grant& g);
    void forget_places();  // drops keys of deleted consents from consents_order_
    // Return the bytes that they have freed: 0 if there is no such entry.
    std::size_t drop_code(const std::string& code);
    std::size_t drop_consent(const std::string& key);
    std::size_t drop_session(const std::string& id);

    mutable std::mutex lock_;
    std::unordered_map<std::string, code_grant> codes_;
    std::unordered_map<std::string, std::size_t> nonces_;  // client and nonce -> number of unredeemed codes
    std::deque<std::string> codes_order_;
    std::map<std::string, std::string> consents_;
    std::deque<std::string> consents_order_;  // keys in order of insertion
    std::unordered_map<std::string, session> sessions_;
    std::deque<std::string> sessions_order_;
    memory_account codes_room_;
    memory_account consents_room_;
    memory_account sessions_room_;
};

}  // namespace assay::mock
