#include "harness/load/watch/push.hpp"

#include <utility>

#include <fmt/format.h>

#include "harness/load/watch/instruments.hpp"

namespace assay::load {
namespace {

std::int64_t epoch_ns() {
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
}

http::client_options client_of(const push_options& o) {
    http::client_options out;
    out.deadline = o.deadline;
    out.ca_file = o.ca_file;
    out.body_bytes_max = 64U << 10U;
    return out;
}

}  // namespace

otlp_push::otlp_push(push_options o, progress first)
    : o_(std::move(o)), client_(client_of(o_)), from_ns_(epoch_ns()), newest_(std::move(first)), thread_([this] {
          work();
      }) {}

otlp_push::~otlp_push() {
    end(false);
}

void otlp_push::end(bool with_last) {
    {
        const std::lock_guard guard(lock_);
        ended_ = true;
        wants_last_ = with_last;
    }
    news_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void otlp_push::show(const progress& p) {
    const std::lock_guard guard(lock_);
    newest_ = p;
}

std::string otlp_push::first_trouble() {
    const std::lock_guard guard(lock_);
    return account_.failed == 0 || std::exchange(told_trouble_, true) ? std::string{} : account_.why;
}

otlp_push::account otlp_push::finish(const progress& last) {
    show(last);
    end(true);
    return account_;
}

void otlp_push::work() {
    std::unique_lock guard(lock_);
    for (bool last = false; !last;) {
        if (ended_ && !wants_last_) return;
        last = ended_;
        const progress now = newest_;
        guard.unlock();
        std::string trouble = send(now);
        guard.lock();
        ++account_.sent;
        if (!trouble.empty()) {
            ++account_.failed;
            account_.why = std::move(trouble);
        }
        if (!last) news_.wait_for(guard, o_.every, [&] { return ended_; });
    }
}

// Nothing is sent again: the next figures contain these.
std::string otlp_push::send(const progress& p) {
    http::call c;
    c.origin = o_.to.origin();
    c.r.method = "POST";
    c.r.target = o_.to.target();
    c.r.head = o_.more;
    c.r.head.set("Content-Type", "application/json");
    c.r.body = otlp_metrics(o_.of, p, from_ns_, epoch_ns());
    const auto done = client_.send(std::move(c));
    if (!done) return done.error().message;
    const http::response& r = done->received;
    if (r.status / 100 == 2) {
        const std::string refused = otlp_rejection(r.body);
        return refused.empty() ? refused : fmt::format("{} {}", o_.url(), refused);
    }
    return fmt::format("{} answered {} {}{}", o_.url(), r.status, http::reason_phrase(r.status),
                       r.status == 404 ? "; is there a receiver of OTLP/HTTP at this address?" : "");
}

}  // namespace assay::load
