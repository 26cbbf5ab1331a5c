#include "harness/engine/server/listener.hpp"

#include <utility>

namespace assay::harness {

result<std::unique_ptr<listener>> listener::start() {
    auto out = std::make_unique<listener>();
    auto server = http::server::start({}, [at = out.get()](const http::request& r) {
        const std::lock_guard guard(at->lock_);
        if (at->requests_.size() < kept_max) at->requests_.push_back(r);
        at->came_.notify_all();
        return http::reply(http::response{});
    });
    if (!server) return fail(server.error());
    out->server_ = std::move(*server);
    return out;
}

std::optional<http::request> listener::next(std::chrono::milliseconds at_most) {
    std::unique_lock guard(lock_);
    if (!came_.wait_for(guard, at_most, [this] { return !requests_.empty(); })) return std::nullopt;
    auto out = std::move(requests_.front());
    requests_.pop_front();
    return out;
}

}  // namespace assay::harness
