// A journal as a stream of server-sent events (WHATWG HTML §9.2). Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/message.hpp"
#include "mock_server/observe/journal.hpp"

namespace assay::mock {

// One event for each journal entry after `after`: its id is the entry's seq, its data the one line that `line`
// returns. `log` may share ownership with its issuer: the stream ends when that owner is gone, and `line` is called
// only while it exists.
[[nodiscard]] http::plan journal_stream(const std::shared_ptr<const journal>& log, std::int64_t after,
                                        std::function<std::string(const journal_entry&)> line);
// Where to resume: a browser that reconnects sends Last-Event-ID, a program sends ?after=.
[[nodiscard]] std::int64_t events_after(const http::request& r);

}  // namespace assay::mock
