// The device authorization requests of an issuer (RFC 8628): what a device waits for, and what its user decided.
// Each change is one atomic operation. A store that cannot answer says so in outage.hpp. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/store/token_store.hpp"

namespace assay::mock {

enum class device_state : unsigned char { pending, allowed, denied, redeemed };
[[nodiscard]] std::string_view device_state_name(device_state s);

struct device_request {
    std::string user_code;  // as shown to the user: "WDJB-MJHT"
    std::string client_id;
    std::string scope;                   // to be granted
    std::vector<std::string> resources;  // RFC 8707
    std::int64_t expires_at = 0;         // issuer's clock, seconds
    std::int64_t interval = 5;           // seconds between two polls; slow_down adds to it
    device_state state = device_state::pending;
    subject of{};                        // who allowed it
    std::int64_t auth_time = 0;          // of the sign-in of that user
    std::vector<std::string> answers{};  // errors that answer the next polls, in order
    std::size_t polls = 0;               // so far
    std::int64_t polled_at_ms = 0;       // the last time; issuer's clock
    std::size_t bytes = 0;               // estimate of the store
};

struct device_poll {
    bool in_time = true;                  // false: it came before the interval had passed
    std::optional<std::string> answer{};  // the error that was set for it; nullopt: none
};

class device_store {
public:
    device_store() = default;
    device_store(const device_store&) = delete;
    device_store& operator=(const device_store&) = delete;
    virtual ~device_store() = default;

    // False if there is no memory for it.
    [[nodiscard]] virtual bool put(const std::string& device_code, device_request r) = 0;
    [[nodiscard]] virtual std::optional<device_request> find(const std::string& device_code) const = 0;
    [[nodiscard]] virtual std::optional<device_request> find_user_code(const std::string& user_code) const = 0;
    [[nodiscard]] virtual std::vector<device_request> all() const = 0;  // as they came

    // Counts a poll at this time and takes the error that was set for it, which counts whenever the poll comes. The
    // interval is longer from now on if that is slow_down, or if none was set and the poll came too early.
    virtual device_poll poll(const std::string& device_code, std::int64_t now_ms) = 0;
    // True for exactly one caller.
    [[nodiscard]] virtual bool redeem(const std::string& device_code) = 0;

    // These three are for requests that wait; false: there is none with this code.
    virtual bool allow(const std::string& user_code, subject by, std::int64_t auth_time) = 0;
    virtual bool deny(const std::string& user_code) = 0;
    virtual bool set_answers(const std::string& user_code, std::vector<std::string> answers) = 0;

    // RFC 8628 §3.5: what slow_down adds to the interval, in seconds.
    static constexpr std::int64_t slower_by = 5;
};

}  // namespace assay::mock
