// The device authorization requests of an issuer in memory. Bounded in number, and in bytes by a budget: the oldest
// are dropped. Thread-safe.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "mock_server/store/device_store.hpp"
#include "mock_server/store/memory_budget.hpp"

namespace assay::mock {

class memory_device_store final : public device_store {
public:
    // As memory_store::memory_store().
    explicit memory_device_store(const std::shared_ptr<memory_budget>& of = nullptr, bool gives_first = false);

    [[nodiscard]] bool put(const std::string& device_code, device_request r) override;
    [[nodiscard]] std::optional<device_request> find(const std::string& device_code) const override;
    [[nodiscard]] std::optional<device_request> find_user_code(const std::string& user_code) const override;
    [[nodiscard]] std::vector<device_request> all() const override;
    device_poll poll(const std::string& device_code, std::int64_t now_ms) override;
    [[nodiscard]] bool redeem(const std::string& device_code) override;
    bool allow(const std::string& user_code, subject by, std::int64_t auth_time) override;
    bool deny(const std::string& user_code) override;
    bool set_answers(const std::string& user_code, std::vector<std::string> answers) override;

private:
    static constexpr std::size_t requests_max = 10'000;

    // Under the lock.
    [[nodiscard]] device_request* waiting(const std::string& user_code);
    std::size_t drop(const std::string& device_code);  // returns the bytes that it has freed

    mutable std::mutex lock_;
    std::unordered_map<std::string, device_request> requests_;
    std::unordered_map<std::string, std::string> by_user_code_;
    std::deque<std::string> order_;
    memory_account room_;
};

}  // namespace assay::mock
