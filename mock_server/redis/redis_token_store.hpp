// The token pairs of an issuer in Redis. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mock_server/redis/keys.hpp"
#include "mock_server/redis/remote.hpp"
#include "mock_server/store/token_store.hpp"

namespace assay::mock::redis {

class redis_token_store final : public token_store {
public:
    redis_token_store(std::shared_ptr<remote> at, key_names keys) : at_(std::move(at)), keys_(std::move(keys)) {}

    void put(std::string_view access_token, std::string_view refresh_token, token_pair p) override;
    [[nodiscard]] std::optional<token_pair> find_access(std::string_view token) const override;
    [[nodiscard]] std::optional<token_pair> find_refresh(std::string_view token) const override;
    [[nodiscard]] bool retire_refresh(const token_digest& refresh, bool access_too, std::int64_t now) override;
    void revoke(const token_pair& p, bool access, bool refresh) override;
    void revoke_family(const uuid& family) override;
    bool revoke_granted(const grant_filter& which, bool access = true, bool refresh = true) override;
    [[nodiscard]] std::shared_ptr<const token_grant> share(token_grant g) override;

private:
    // The sets of pairs in which a later revoke_granted() looks for this one.
    [[nodiscard]] std::vector<std::string> indexes_of(const token_grant& g) const;
    [[nodiscard]] std::string index_for(const grant_filter& which) const;
    [[nodiscard]] std::optional<token_pair> found(std::optional<reply> r) const;

    std::shared_ptr<remote> at_;
    key_names keys_;
};

}  // namespace assay::mock::redis
