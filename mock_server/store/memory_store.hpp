// The state of an issuer in memory. Bounded in number, and in bytes by the budget that it shares with others: the
// oldest entries are dropped. Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "mock_server/store/memory_budget.hpp"
#include "mock_server/store/memory_token_store.hpp"
#include "mock_server/store/store.hpp"

namespace assay::mock {

class memory_store final : public store {
public:
    // `gives_first`: evicted before other stores of the budget. No budget: limited in number only.
    explicit memory_store(const std::shared_ptr<memory_budget>& of = nullptr, bool gives_first = false);

    [[nodiscard]] bool put_code(const std::string& code, code_grant g) override;
    [[nodiscard]] std::optional<code_grant> find_code(const std::string& code) const override;
    [[nodiscard]] std::optional<code_grant> latest_grant() const override;
    [[nodiscard]] bool redeem_code(const std::string& code) override;
    [[nodiscard]] bool nonce_in_use(const std::string& client_id, const std::string& nonce) const override;
    void remember_consent(const std::string& client_id, const std::string& sub, const std::string& organization,
                          std::string scope) override;
    [[nodiscard]] std::optional<std::string> consent(const std::string& client_id, const std::string& sub,
                                                     const std::string& organization) const override;
    bool withdraw_consent(const std::string& client_id, const std::string& sub, bool tokens_too) override;
    void put_session(const std::string& id, session s) override;
    [[nodiscard]] std::optional<session> find_session(const std::string& id) const override;
    void add_client(const std::string& session_id, const std::string& client_id) override;
    std::optional<session> end_session(const std::string& id) override;
    void forget_client(const std::string& client_id) override;
    [[nodiscard]] std::optional<counts> held() const override;

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

    memory_token_store pairs_;
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
