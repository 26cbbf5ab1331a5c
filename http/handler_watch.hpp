// What handlers cost: the processor time of each call, for tests. A handler runs on the thread that serves many
// connections, so all of them wait for it. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "http/message.hpp"
#include "http/server.hpp"

namespace assay::http {

// Called after each call of a handler of any server in this process, on its thread: method and target of the request,
// and the processor time that the thread used. nullptr: nothing is measured.
using handler_watch = void (*)(std::string_view request, std::chrono::nanoseconds took);
void watch_handlers(handler_watch watch);

// Calls the handler, and what a `hold` of its plan continues with.
[[nodiscard]] plan call_watched(const handler& handle, request r);
[[nodiscard]] plan call_watched(const std::function<plan()>& next, std::string_view point);

}  // namespace assay::http
