// Requests that an issuer itself sends: logout tokens to clients. One background thread, started by the first of
// them; only to loopback and to hosts allowed by name, since whoever registers a client could otherwise have this
// machine send anywhere (OIDC Back-Channel Logout §2.5 makes the server fetch what a client named). Thread-safe.
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
    // Called on the background thread. Errors: those of the http client.
    using came_back = std::function<void(const result<http::exchange>&)>;

    // Beside loopback it sends to `allowed_hosts`.
    explicit postman(std::vector<std::string> allowed_hosts = {}, std::string ca_file = {})
        : allowed_(std::move(allowed_hosts)), ca_file_(std::move(ca_file)) {}
    // What has not been sent by now is dropped; the one on its way has its deadline.
    ~postman();
    postman(const postman&) = delete;
    postman& operator=(const postman&) = delete;

    // Errors: usage (a URL of a host that is not allowed), limit (too many are waiting). `done` is then not called.
    [[nodiscard]] result<void> send(std::string_view url, http::request r, came_back done);

private:
    struct letter {
        http::call call;
        came_back done;
    };
    void work();

    static constexpr std::size_t waiting_max = 1000;
    const std::vector<std::string> allowed_;
    const std::string ca_file_;  // PEM, beside the system's trust; empty: none
    std::mutex lock_;
    std::condition_variable more_;
    std::deque<letter> waiting_;
    bool ending_ = false;
    std::thread worker_;
};

}  // namespace assay::mock
