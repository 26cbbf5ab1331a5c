// Pushed requests, used jti and failed authentications of an issuer in Redis. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "mock_server/redis/keys.hpp"
#include "mock_server/redis/remote.hpp"
#include "mock_server/store/transients.hpp"

namespace assay::mock::redis {

class redis_transients final : public transients {
public:
    // `now`: the issuer's clock.
    redis_transients(std::shared_ptr<remote> at, key_names keys, std::function<std::int64_t()> now)
        : at_(std::move(at)), keys_(std::move(keys)), now_(std::move(now)) {}

    [[nodiscard]] bool put_request(const std::string& request_uri, pushed_request r) override;
    [[nodiscard]] std::optional<pushed_request> find_request(const std::string& request_uri) const override;
    void use_request(const std::string& request_uri) override;
    [[nodiscard]] bool is_first(const std::string& jti) override;
    bool forget(const std::string& text) override;
    void note_failure(const std::string& client_id, std::int64_t now) override;
    [[nodiscard]] std::int64_t failures(const std::string& client_id, std::int64_t now) const override;

private:
    std::shared_ptr<remote> at_;
    key_names keys_;
    std::function<std::int64_t()> now_;
};

}  // namespace assay::mock::redis
