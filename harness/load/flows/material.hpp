// What flows consume or share: authorization codes, and sessions with their tokens. Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "data/result.hpp"

namespace assay::load {

// A code as the authorization endpoint issues it, with its parameters.
struct grant {
    std::string code;
    std::string code_verifier;
    std::string redirect_uri;
    std::string nonce;                                   // empty: none was sent
    std::string sub;                                     // its subject; empty: unknown
    std::chrono::nanoseconds lifetime{0};                // 0: unknown
    std::chrono::steady_clock::time_point use_before{};  // set by code_supply
};

struct session {
    std::string access_token;
    std::string refresh_token;
    std::string sub;
    // By the issuer's clock, milliseconds since the epoch: the access token is at half its life. 0: it does not
    // expire.
    std::int64_t renew_at_ms = 0;
    bool in_renewal = false;  // its refresh token is in use, was refused, or got no answer
    int in_use = 0;           // requests on their way with the access token
};

// Milliseconds since the epoch by an issuer's clock that is `ahead_s` seconds ahead of ours.
[[nodiscard]] std::int64_t issuer_now_ms(std::int64_t ahead_s);
// When a token that was issued now, for `expires_in` seconds, is at half its life; 0 where expires_in is 0 or
// negative.
[[nodiscard]] std::int64_t renew_at_ms(std::int64_t ahead_s, double expires_in);

// Returns `count` new codes, or fewer. Called from a separate thread.
using mint = std::function<result<std::vector<grant>>(std::size_t count)>;

// Codes, minted in bulk ahead of need while the load runs. A code is discarded after `keep`: the server would refuse
// it as expired, and that would be our mistake (RFC 6749 §4.1.2: codes live ten minutes at most).
class code_supply {
public:
    // Keeps about `ahead` codes in store.
    code_supply(mint from, std::size_t ahead, std::chrono::nanoseconds keep)
        : mint_(std::move(from)), ahead_(ahead), keep_(keep) {}
    ~code_supply() { stop(); }
    code_supply(const code_supply&) = delete;
    code_supply& operator=(const code_supply&) = delete;

    // Fills the store, then starts a thread that keeps it full. Errors: those of the mint.
    [[nodiscard]] result<void> start();
    void stop();
    // The oldest code that has not expired; false when there is none.
    [[nodiscard]] bool take(grant& out);
    // Discards all codes: the issuer's clock was moved.
    void forget();
    [[nodiscard]] std::uint64_t thrown_away() const { return thrown_away_.load(); }
    [[nodiscard]] std::uint64_t minted() const { return minted_.load(); }
    // Why there are no codes, if the mint failed.
    [[nodiscard]] std::string trouble() const;

private:
    [[nodiscard]] result<void> refill();
    void drop_old();  // under the lock
    void keep_filled();

    mint mint_;
    std::size_t ahead_;
    std::chrono::nanoseconds keep_;
    mutable std::mutex lock_;
    std::condition_variable low_;
    std::deque<grant> codes_;
    std::string trouble_;
    bool ends_ = false;
    std::atomic<std::uint64_t> minted_{0};
    std::atomic<std::uint64_t> thrown_away_{0};
    std::uint64_t generation_ = 0;  // counts forget()
    std::thread filler_;
};

}  // namespace assay::load
