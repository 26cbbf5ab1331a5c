// What an issuer remembers for a short time: pushed authorization requests (RFC 9126), the jti of JWTs that were used
// (RFC 7523, RFC 9449) and failed client authentications (RFC 6749 §2.3.1). Bounded: the oldest go first.
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "oauth/form.hpp"

namespace assay::mock {

struct pushed_request {
    std::string client_id;
    oauth::form parameters;
    std::int64_t expires_at = 0;  // issuer's clock, seconds
    bool used = false;            // it yielded a code
};

class transients {
public:
    void put_request(const std::string& request_uri, pushed_request r);
    [[nodiscard]] std::optional<pushed_request> find_request(const std::string& request_uri) const;
    void use_request(const std::string& request_uri);

    // True where the text was not seen before; from then on it was.
    [[nodiscard]] bool is_first(const std::string& jti);

    // is_first() is to say yes to it again; false where it was not seen.
    bool forget(const std::string& text);

    // Counts one more failure; a minute begins with the first.
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

    mutable std::mutex lock_;
    std::unordered_map<std::string, pushed_request> requests_;
    std::deque<std::string> requests_order_;
    std::unordered_map<std::string, bool> seen_;
    std::deque<std::string> seen_order_;
    std::unordered_map<std::string, minute> failures_;
};

}  // namespace assay::mock
