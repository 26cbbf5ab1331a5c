// Sends every request that an issuer makes itself (logout tokens, the keys of trusted issuers) on one background
// thread, started with the first request. A URL may come from a client's registration, which could otherwise make
// this machine send requests anywhere (OIDC Back-Channel Logout §2.5). So it sends
// - only by http and https, to loopback and to hosts allowed by name;
// - not to an address that the name should not have: a public name with a private or loopback address (DNS
// rebinding),
//   or any name with a link-local one (the metadata service of a cloud);
// - for a bounded time, and reads a bounded answer;
// - once: a redirect is the answer, and is not followed.
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "data/result.hpp"
#include "http/client.hpp"

namespace assay::mock {

struct postman_bounds {
    std::chrono::milliseconds deadline{3000};
    std::size_t body_bytes_max = 64U << 10U;
};

class postman {
public:
    // Called on the background thread. Errors: those of http::client.
    using came_back = std::function<void(const result<http::exchange>&)>;

    // `allowed_hosts`: hosts besides loopback to which it may send.
    explicit postman(std::vector<std::string> allowed_hosts = {}, std::string ca_file = {},
                     postman_bounds bounds = {})
        : allowed_(std::move(allowed_hosts)), ca_file_(std::move(ca_file)), bounds_(bounds) {}
    // Drops the requests that are still waiting; the one in progress ends at its deadline at the latest.
    ~postman();
    postman(const postman&) = delete;
    postman& operator=(const postman&) = delete;

    // Whether a host may have that address.
    [[nodiscard]] static bool fits(std::string_view host, std::string_view address);

    // Errors: usage (the URL's scheme or host is not allowed), limit (too many are waiting). `done` is then not
    // called.
    [[nodiscard]] result<void> send(std::string_view url, http::request r, came_back done);

private:
    struct letter {
        http::call call;
        came_back done;
    };
    void work();

    static constexpr std::size_t waiting_max = 1000;
    const std::vector<std::string> allowed_;
    const std::string ca_file_;  // PEM, besides the system's trust; empty: none
    const postman_bounds bounds_;
    std::mutex lock_;
    std::condition_variable more_;
    std::deque<letter> waiting_;
    bool ending_ = false;
    std::thread worker_;
};

}  // namespace assay::mock
