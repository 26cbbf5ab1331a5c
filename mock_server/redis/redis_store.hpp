// Codes, consents and sessions of an issuer in Redis. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "mock_server/redis/keys.hpp"
#include "mock_server/redis/redis_token_store.hpp"
#include "mock_server/redis/remote.hpp"
#include "mock_server/store/store.hpp"

namespace assay::mock::redis {

class redis_store final : public store {
public:
    redis_store(std::shared_ptr<remote> at, const key_names& keys)
        : store(pairs_), pairs_(at, keys), at_(std::move(at)), keys_(keys) {}

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
    [[nodiscard]] std::optional<counts> held() const override { return std::nullopt; }

private:
    [[nodiscard]] std::optional<code_grant> code_at(const std::string& key) const;
    [[nodiscard]] std::string consent_key(const std::string& client_id, const std::string& sub) const;
    // Ends the client's codes for one of `subs` (empty: for everybody). True if one was not redeemed.
    bool end_codes(const std::string& client_id, const std::vector<std::string>& subs, bool spend);

    redis_token_store pairs_;
    std::shared_ptr<remote> at_;
    key_names keys_;
};

}  // namespace assay::mock::redis
