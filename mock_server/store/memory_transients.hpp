// The short-lived state of an issuer in memory. Bounded in number, and in bytes by a budget: the oldest entries are
// dropped. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "mock_server/store/memory_budget.hpp"
#include "mock_server/store/transients.hpp"

namespace assay::mock {

class memory_transients final : public transients {
public:
    // As memory_store::memory_store().
    explicit memory_transients(const std::shared_ptr<memory_budget>& of = nullptr, bool gives_first = false);

    [[nodiscard]] bool put_request(const std::string& request_uri, pushed_request r) override;
    [[nodiscard]] std::optional<pushed_request> find_request(const std::string& request_uri) const override;
    void use_request(const std::string& request_uri) override;
    [[nodiscard]] bool is_first(const std::string& jti) override;
    bool forget(const std::string& text) override;
    void note_failure(const std::string& client_id, std::int64_t now) override;
    [[nodiscard]] std::int64_t failures(const std::string& client_id, std::int64_t now) const override;

private:
    static constexpr std::size_t requests_max = 10'000;
    static constexpr std::size_t seen_max = 100'000;
    static constexpr std::size_t clients_max = 10'000;

    struct minute {
        std::int64_t began = 0;
        std::int64_t count = 0;
    };

    // Under the lock.
    // Return the bytes that they have freed: 0 if there is no such entry.
    std::size_t drop_request(const std::string& request_uri);
    std::size_t drop_seen(const std::string& key);

    mutable std::mutex lock_;
    std::unordered_map<std::string, pushed_request> requests_;
    std::deque<std::string> requests_order_;
    std::unordered_map<std::string, bool> seen_;
    std::deque<std::string> seen_order_;
    std::unordered_map<std::string, minute> failures_;
    std::atomic<bool> any_failure_{false};  // asked in every request of a client with a secret: without the lock
    memory_account requests_room_;
    memory_account seen_room_;
};

}  // namespace assay::mock
