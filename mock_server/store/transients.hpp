// Short-lived state of an issuer: pushed authorization requests (RFC 9126), the jti of used JWTs (RFC 7523, RFC
// 9449) and failed client authentications (RFC 6749 §2.3.1). Bounded in number, and in bytes by a budget: the
// oldest entries are dropped. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "mock_server/store/memory_budget.hpp"
#include "oauth/form.hpp"

namespace assay::mock {

struct pushed_request {
    std::string client_id;
    oauth::form parameters;
    std::int64_t expires_at = 0;  // issuer's clock, seconds
    bool used = false;            // a code was issued for it
    std::size_t bytes = 0;        // estimate of the store
};

class transients {
public:
    // As store::store().
    explicit transients(const std::shared_ptr<memory_budget>& of = nullptr, bool gives_first = false);

    // False if there is no memory for it.
    [[nodiscard]] bool put_request(const std::string& request_uri, pushed_request r);
    [[nodiscard]] std::optional<pushed_request> find_request(const std::string& request_uri) const;
    void use_request(const std::string& request_uri);

    // True when the text was not seen before; it is recorded as seen.
    [[nodiscard]] bool is_first(const std::string& jti);

    // Forgets the text, so that is_first() is true for it again; false when it was not seen.
    bool forget(const std::string& text);

    // Counts one more failure; the minute starts with the first one.
    void note_failure(const std::string& client_id, std::int64_t now);
    [[nodiscard]] std::int64_t failures(const std::string& client_id, std::int64_t now) const;

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
    memory_account requests_room_;
    memory_account seen_room_;
};

}  // namespace assay::mock
