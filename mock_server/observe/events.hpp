// A journal as it grows, to whoever watches: server-sent events (WHATWG HTML §9.2). Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "http/message.hpp"
#include "mock_server/observe/journal.hpp"

namespace assay::mock {

// One event a journal entry after `after`, its id the entry's seq and its data what `line` makes of it (one line).
// `log` may share its owner with the issuer it belongs to: the stream ends when nobody holds that owner any more, and
// `line` is called only while somebody does.
[[nodiscard]] http::plan journal_stream(const std::shared_ptr<const journal>& log, std::int64_t after,
                                        std::function<std::string(const journal_entry&)> line);
// Where to go on: a browser that reconnects says Last-Event-ID, a program says ?after=.
[[nodiscard]] std::int64_t events_after(const http::request& r);

}  // namespace assay::mock
