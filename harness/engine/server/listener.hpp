// An HTTP listener on loopback, to which a server under test sends its requests to the client. Every request is
// answered with 200 and no body. Thread-safe.
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
    // Errors: environment (no free port).
    [[nodiscard]] static result<std::unique_ptr<listener>> start();

    [[nodiscard]] std::string origin() const { return server_->origin(); }
    // The next request, in order of arrival; nullopt: none came within that time.
    [[nodiscard]] std::optional<http::request> next(std::chrono::milliseconds at_most);

private:
    static constexpr std::size_t kept_max = 1000;
    std::mutex lock_;
    std::condition_variable came_;
    std::deque<http::request> requests_;
    std::unique_ptr<http::server> server_;  // destroyed first: it uses the members above
};

}  // namespace assay::harness
