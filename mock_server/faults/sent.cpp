#include "mock_server/faults/sent.hpp"

#include <utility>

#include <fmt/format.h>

#include "http/wire.hpp"

namespace assay::mock {
namespace {

std::string limit(std::string_view of, const std::optional<std::size_t>& bytes) {
    return bytes ? fmt::format("\n[first {} bytes of the {}]", *bytes, of) : std::string{};
}

std::string bytes_on_wire(const http::response& r, bool head_only, std::vector<std::string> without) {
    http::framing how;
    how.head_only = head_only;
    how.without = std::move(without);
    how.date = "now";
    return http::serialise(r, how).bytes;
}

std::string step_text(const http::step& s, bool head_only) {
    if (const auto* w = std::get_if<http::write_response>(&s.what)) {
        return bytes_on_wire(w->r, head_only, w->without) + limit("answer", w->only_bytes) +
               limit("body", w->only_body_bytes);
    }
    if (const auto* b = std::get_if<http::write_bytes>(&s.what)) return b->bytes;
    if (const auto* b = std::get_if<http::repeat_bytes>(&s.what))
        return fmt::format("{}\n[{} times]", b->bytes, b->times);
    if (const auto* d = std::get_if<http::delay>(&s.what)) return fmt::format("\n[waits {} ms]\n", d->time.count());
    if (std::holds_alternative<http::shutdown>(s.what)) return "\n[closes]";
    return std::holds_alternative<http::reset>(s.what) ? "\n[resets]" : "";
}

}  // namespace

std::string sent(const http::response& r, bool head_only) {
    return bytes_on_wire(r, head_only, {});
}

std::string sent(const http::plan& p, bool head_only) {
    std::string out;
    for (const auto& step : p) out += step_text(step, head_only);
    return out;
}

}  // namespace assay::mock
