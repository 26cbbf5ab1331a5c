// Sends the issuer's own requests (logout tokens) on one background thread, started with the first request. Sends
// only to loopback and to hosts allowed by name: the URL comes from a client's registration, which could otherwise
// make this machine send requests anywhere (OIDC Back-Channel Logout §2.5). Thread-safe.
#pragma once

#include <condition_variable>
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

class postman {
public:
    // Called on the background thread. Errors: those of http::client.
    using came_back = std::function<void(const result<http::exchange>&)>;

    // `allowed_hosts`: hosts besides loopback to which it may send.
    explicit postman(std::vector<std::string> allowed_hosts = {}, std::string ca_file = {})
        : allowed_(std::move(allowed_hosts)), ca_file_(std::move(ca_file)) {}
    // Drops the requests that are still waiting; the one in progress ends at its deadline at the latest.
    ~postman();
    postman(const postman&) = delete;
    postman& operator=(const postman&) = delete;

    // Errors: usage (the URL's host is not allowed), limit (too many are waiting). `done` is then not called.
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
    std::mutex lock_;
    std::condition_variable more_;
    std::deque<letter> waiting_;
    bool ending_ = false;
    std::thread worker_;
};

}  // namespace assay::mock
