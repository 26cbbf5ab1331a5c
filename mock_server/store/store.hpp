// The state of an issuer: codes, token pairs, consent, sessions. Redeeming a code and retiring a refresh token are
// single atomic operations. Where it is kept is up to the implementation (memory_store.hpp); one that cannot answer
// says so in outage.hpp. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/json.hpp"
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
    std::int64_t created = 0;   // issuer's clock, seconds
    std::int64_t lifetime = 0;  // seconds; a store keeps it for longer
    bool redeemed = false;
    bool refreshable = true;  // may yield a refresh token
    uuid family{};            // of the tokens issued for this code
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
    explicit store(token_store& p) : pairs(p) {}
    store(const store&) = delete;
    store& operator=(const store&) = delete;
    virtual ~store() = default;

    // False if there is no memory for it.
    [[nodiscard]] virtual bool put_code(const std::string& code, code_grant g) = 0;
    [[nodiscard]] virtual std::optional<code_grant> find_code(const std::string& code) const = 0;
    // The grant of the code that was stored last.
    [[nodiscard]] virtual std::optional<code_grant> latest_grant() const = 0;
    // True for exactly one caller; later callers get false.
    [[nodiscard]] virtual bool redeem_code(const std::string& code) = 0;
    [[nodiscard]] virtual bool nonce_in_use(const std::string& client_id, const std::string& nonce) const = 0;

    token_store& pairs;

    // Consent per client, user and organization (empty for user tokens): the granted scope. At isolated issuers
    // "\n" and the id of the browser follow the organization.
    virtual void remember_consent(const std::string& client_id, const std::string& sub,
                                  const std::string& organization, std::string scope) = 0;
    [[nodiscard]] virtual std::optional<std::string> consent(const std::string& client_id, const std::string& sub,
                                                             const std::string& organization) const = 0;

    // Deletes the user's consent to that client, for all organizations. `tokens_too`: also ends the codes and tokens
    // that were issued under it. False when there was none.
    virtual bool withdraw_consent(const std::string& client_id, const std::string& sub, bool tokens_too) = 0;

    // Without effect if there is no memory for it: then the user is not signed in.
    virtual void put_session(const std::string& id, session s) = 0;
    [[nodiscard]] virtual std::optional<session> find_session(const std::string& id) const = 0;
    // Adds a client to be notified when the session ends.
    virtual void add_client(const std::string& session_id, const std::string& client_id) = 0;
    // Returns the ended session; nullopt: there was none.
    virtual std::optional<session> end_session(const std::string& id) = 0;

    // Deletes the codes, tokens and consents of that client.
    virtual void forget_client(const std::string& client_id) = 0;

    struct counts {
        std::size_t codes = 0, pairs = 0, sessions = 0;
    };
    // nullopt: this store does not count.
    [[nodiscard]] virtual std::optional<counts> held() const = 0;
};

}  // namespace assay::mock
