// A server that stalls on schedule: it answers at once, but sleeps for a while in each period. It records when each
// response was sent, which is the truth that a load generator must measure. One thread, loopback only.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "data/result.hpp"

namespace assay::load {

struct stall {
    std::chrono::milliseconds every{1000};
    std::chrono::milliseconds sleeps{200};  // the last part of each period; 0: never
};

class stall_server {
public:
    // Errors: environment.
    [[nodiscard]] static result<std::unique_ptr<stall_server>> start(stall how);
    ~stall_server();
    stall_server(const stall_server&) = delete;
    stall_server& operator=(const stall_server&) = delete;

    [[nodiscard]] std::string origin() const;
    // Periods start here; before this call it never sleeps.
    void begin(std::chrono::steady_clock::time_point at);
    // Stops it. Returns when responses were sent, in order; ns since begin().
    [[nodiscard]] const std::vector<std::int64_t>& stop();

private:
    stall_server() = default;
    void serve();
    void sleep_on_schedule();
    void accept_all();
    void answer(int file);

    stall how_;
    int listener_ = -1;
    int epoll_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> ends_{false};
    std::atomic<std::int64_t> begin_ns_{0};
    std::int64_t next_stall_ns_ = 0;
    std::vector<int> files_;
    std::vector<std::int64_t> left_;
    std::thread thread_;
};

}  // namespace assay::load
