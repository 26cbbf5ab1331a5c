// A listener of the harness's own, on loopback: where a server under test sends what it has to tell a client. Every
// request is answered 200 with no body. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "http/server.hpp"

namespace assay::harness {

class listener {
public:
    // Errors: environment, where no port is to be had.
    [[nodiscard]] static result<std::unique_ptr<listener>> start();

    [[nodiscard]] std::string origin() const { return server_->origin(); }
    // The next request that came, in order; nullopt: none did for so long.
    [[nodiscard]] std::optional<http::request> next(std::chrono::milliseconds at_most);

private:
    static constexpr std::size_t kept_max = 1000;
    std::mutex lock_;
    std::condition_variable came_;
    std::deque<http::request> requests_;
    std::unique_ptr<http::server> server_;  // ends first: it calls back into the members above
};

}  // namespace assay::harness
