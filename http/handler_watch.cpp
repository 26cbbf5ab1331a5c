#include "http/handler_watch.hpp"

#include <atomic>
#include <ctime>
#include <string>
#include <utility>

namespace assay::http {
namespace {

std::atomic<handler_watch> watching{nullptr};

// Time of the processor and not of the clock: a busy machine slows no handler down.
std::chrono::nanoseconds used_by_this_thread() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace

void watch_handlers(handler_watch watch) {
    watching.store(watch, std::memory_order_relaxed);
}

plan call_watched(const handler& handle, request r) {
    const auto watch = watching.load(std::memory_order_relaxed);
    if (watch == nullptr) return handle(std::move(r));
    const std::string which = r.method + " " + r.target.substr(0, 200);
    const auto began = used_by_this_thread();
    plan out = handle(std::move(r));
    watch(which, used_by_this_thread() - began);
    return out;
}

plan call_watched(const std::function<plan()>& next, std::string_view point) {
    const auto watch = watching.load(std::memory_order_relaxed);
    if (watch == nullptr) return next();
    const auto began = used_by_this_thread();
    plan out = next();
    watch(point, used_by_this_thread() - began);
    return out;
}

}  // namespace assay::http
