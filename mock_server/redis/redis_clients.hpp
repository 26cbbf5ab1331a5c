// The clients of an issuer in Redis. Those of a passing one expire; of the registered ones the oldest are dropped.
// Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "mock_server/issuer/client_registry.hpp"
#include "mock_server/redis/keys.hpp"
#include "mock_server/redis/remote.hpp"

namespace assay::mock::redis {

class redis_clients final : public client_registry {
public:
    redis_clients(std::shared_ptr<remote> at, key_names keys, bool passing)
        : at_(std::move(at)), keys_(std::move(keys)), passing_(passing) {}

    [[nodiscard]] std::shared_ptr<const client> find(std::string_view client_id) const override;
    [[nodiscard]] bool put(client c) override;
    bool remove(const std::string& client_id) override;
    [[nodiscard]] std::vector<client> all() const override;

private:
    std::shared_ptr<remote> at_;
    key_names keys_;
    bool passing_;
};

}  // namespace assay::mock::redis
