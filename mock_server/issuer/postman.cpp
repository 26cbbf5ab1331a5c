#include "mock_server/issuer/postman.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "http/url.hpp"

namespace assay::mock {

postman::~postman() {
    {
        const std::lock_guard guard(lock_);
        ending_ = true;
        waiting_.clear();
    }
    more_.notify_all();
    if (worker_.joinable()) worker_.join();
}

result<void> postman::send(std::string_view url, http::request r, came_back done) {
    const auto to = http::parse_url(std::string(url));
    if (!to) return fail(to.error());
    const bool allowed = std::any_of(allowed_.begin(), allowed_.end(),
                                     [&](const std::string& host) { return http::iequals(host, to->host); });
    if (!to->is_loopback() && !allowed) {
        return fail(errc::usage, fmt::format("{} is not on loopback, and this mock sends to other hosts only where "
                                             "they are allowed by name: --allow-host {}, or allow_hosts: [{}]",
                                             url, to->host, to->host));
    }
    letter l{{to->origin(), std::move(r)}, std::move(done)};
    l.call.r.target = to->target();
    const std::lock_guard guard(lock_);
    if (ending_ || waiting_.size() >= waiting_max)
        return fail(errc::limit, fmt::format("{} requests are already waiting to be sent", waiting_.size()));
    waiting_.push_back(std::move(l));
    if (!worker_.joinable()) worker_ = std::thread([this] { work(); });
    more_.notify_one();
    return {};
}

void postman::work() {
    http::client_options options;
    options.deadline = std::chrono::milliseconds(3000);
    options.body_bytes_max = 64U << 10U;
    options.ca_file = ca_file_;
    http::client client(options);
    while (true) {
        std::unique_lock guard(lock_);
        more_.wait(guard, [this] { return ending_ || !waiting_.empty(); });
        if (ending_) return;
        letter next = std::move(waiting_.front());
        waiting_.pop_front();
        guard.unlock();
        next.done(client.send(std::move(next.call)));
    }
}

}  // namespace assay::mock
