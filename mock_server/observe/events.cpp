#include "mock_server/observe/events.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "oauth/form_reading.hpp"

namespace assay::mock {
namespace {

constexpr std::size_t entries_at_once = 100;
// In intervals of http::stream. A comment is sent after that many without an event, so that a closed connection is
// noticed.
constexpr int quiet_max = 100;

}  // namespace

std::int64_t events_after(const http::request& r) {
    const auto query = oauth::read_form(r.query()).fields;
    const auto* again = r.head.find("Last-Event-ID");
    const std::string text(again != nullptr ? *again : query.value("after"));
    std::int64_t after = 0;
    std::from_chars(text.data(), text.data() + text.size(), after);
    return after;
}

http::plan journal_stream(const std::shared_ptr<const journal>& log, std::int64_t after,
                          std::function<std::string(const journal_entry&)> line) {
    http::write_response head;
    head.exact = true;  // the body ends with the connection (RFC 9112 §6.3)
    head.r.head = {{"Content-Type", "text/event-stream"},
                   {"Cache-Control", "no-store"},
                   {"X-Content-Type-Options", "nosniff"},
                   {"Connection", "close"}};
    http::stream body;
    body.next = [watched = std::weak_ptr<const journal>(log), line = std::move(line), last = after,
                 quiet = quiet_max]() mutable -> std::optional<std::string> {
        const auto here = watched.lock();
        if (!here) return std::nullopt;
        std::string out;
        for (const auto& e : here->after(last, entries_at_once)) {
            out += fmt::format("id: {}\ndata: {}\n\n", e.seq, line(e));
            last = e.seq;
        }
        quiet = out.empty() ? quiet + 1 : 0;
        if (quiet > quiet_max) {
            quiet = 0;
            out = ": still here\n\n";
        }
        return out;
    };
    http::plan out;
    out.push_back({std::move(head)});
    out.push_back({std::move(body)});
    return out;
}

}  // namespace assay::mock
