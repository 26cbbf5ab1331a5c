#include "http/handler_watch.hpp"

#include <atomic>
#include <string>
#include <utility>

#include "data/thread_time.hpp"

namespace assay::http {
namespace {

std::atomic<handler_watch> watching{nullptr};

}  // namespace

void watch_handlers(handler_watch watch) {
    watching.store(watch, std::memory_order_relaxed);
}

plan call_watched(const handler& handle, request r) {
    const auto watch = watching.load(std::memory_order_relaxed);
    if (watch == nullptr) return handle(std::move(r));
    const std::string which = r.method + " " + r.target.substr(0, 200);
    const auto began = thread_time();
    plan out = handle(std::move(r));
    watch(which, thread_time() - began);
    return out;
}

plan call_watched(const std::function<plan()>& next, std::string_view point) {
    const auto watch = watching.load(std::memory_order_relaxed);
    if (watch == nullptr) return next();
    const auto began = thread_time();
    plan out = next();
    watch(point, thread_time() - began);
    return out;
}

}  // namespace assay::http
