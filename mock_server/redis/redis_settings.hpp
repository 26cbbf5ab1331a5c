// What the mocks of an issuer have in common, in Redis. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "mock_server/issuer/backing.hpp"
#include "mock_server/redis/keys.hpp"
#include "mock_server/redis/remote.hpp"

namespace assay::mock::redis {

class redis_settings final : public shared_settings {
public:
    redis_settings(std::shared_ptr<remote> at, key_names keys) : at_(std::move(at)), keys_(std::move(keys)) {}

    [[nodiscard]] std::string agree_on_secret(const std::string& proposal) override;
    [[nodiscard]] std::optional<version> newer_than(std::int64_t number) override;
    std::int64_t publish(const json::object& members) override;
    std::int64_t add(const std::string& fault, const std::string& what) override;
    [[nodiscard]] std::int64_t read(const std::string& fault, const std::string& what) override;

private:
    std::shared_ptr<remote> at_;
    key_names keys_;
};

}  // namespace assay::mock::redis
