// What the mocks of an issuer have in common, in Redis. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "mock_server/issuer/backing.hpp"
#include "mock_server/redis/keys.hpp"
#include "mock_server/redis/remote.hpp"

namespace assay::mock::redis {

class redis_settings final : public shared_settings {
public:
    redis_settings(std::shared_ptr<remote> at, key_names keys, bool passing)
        : at_(std::move(at)), keys_(std::move(keys)), kept_s_(passing ? passing_s : kept_at_most_s) {}

    [[nodiscard]] std::string agree_on_secret(const std::string& proposal) override;
    [[nodiscard]] std::optional<version> newer_than(std::int64_t number) override;
    std::int64_t publish(const json::object& members) override;
    std::int64_t add(const std::string& fault, const std::string& what) override;
    [[nodiscard]] std::int64_t read(const std::string& fault, const std::string& what) override;

private:
    static constexpr std::int64_t passing_s = 86'400;

    std::shared_ptr<remote> at_;
    key_names keys_;
    std::int64_t kept_s_;                      // since they were last used
    std::atomic<std::int64_t> renew_at_s_{0};  // steady clock
};

}  // namespace assay::mock::redis
