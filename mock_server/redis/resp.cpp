#include "mock_server/redis/resp.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace assay::mock::redis {
namespace {

constexpr std::int64_t length_max = std::int64_t{64} << 20U;  // of a text or a list
constexpr std::size_t line_max = std::size_t{64} << 10U;
constexpr std::size_t depth_max = 8;

tl::unexpected<error> not_resp() {
    return fail(errc::malformed,
                "it does not speak RESP; check that Redis or Valkey listens there, with or without TLS");
}

// A text, a number, a failure, or the beginning of a list, whose `number` of items follow. nullopt: it is not
// complete, and `in` is unchanged.
result<std::optional<reply>> take_element(std::string_view& in) {
    if (in.empty()) return std::optional<reply>{};
    const char type = in.front();
    if (std::string_view("+-:$*").find(type) == std::string_view::npos) return not_resp();
    const auto end = in.substr(0, line_max).find("\r\n");
    if (end == std::string_view::npos) {
        if (in.size() >= line_max) return not_resp();
        return std::optional<reply>{};
    }
    const auto line = in.substr(1, end - 1);
    auto rest = in.substr(end + 2);
    reply out;
    if (type == '+' || type == '-') {
        out.what = type == '+' ? reply::kind::text : reply::kind::failure;
        out.text = line;
    } else {
        const auto [last, bad] = std::from_chars(line.data(), line.data() + line.size(), out.number);
        if (bad != std::errc{} || last != line.data() + line.size()) return not_resp();
        if (type != ':' && out.number > length_max) return not_resp();
        if (type == ':') {
            out.what = reply::kind::integer;
        } else if (out.number < 0) {
            out.number = 0;
        } else if (type == '*') {
            out.what = reply::kind::list;
        } else {
            const auto size = static_cast<std::size_t>(std::exchange(out.number, 0));
            if (rest.size() < size + 2) return std::optional<reply>{};
            out.what = reply::kind::text;
            out.text = rest.substr(0, size);
            rest.remove_prefix(size + 2);
        }
    }
    in = rest;
    return std::optional(std::move(out));
}

}  // namespace

std::string encode(const words& command) {
    std::string out = fmt::format("*{}\r\n", command.size());
    for (const auto& word : command) {
        out += fmt::format("${}\r\n", word.size());
        out += word;
        out += "\r\n";
    }
    return out;
}

result<std::optional<reply>> reply_reader::take(std::string_view& in) {
    for (;;) {
        auto one = take_element(in);
        if (!one || !*one) return one;
        reply whole = std::move(**one);
        if (whole.what == reply::kind::list && whole.number > 0) {
            if (open_.size() >= depth_max) return not_resp();
            open_.push_back(std::move(whole));
            continue;
        }
        // It may be the last item of its list, and that of the list around.
        for (;;) {
            if (open_.empty()) return std::optional(std::move(whole));
            auto& around = open_.back();
            around.items.push_back(std::move(whole));
            if (--around.number > 0) break;
            whole = std::move(around);
            open_.pop_back();
        }
    }
}

}  // namespace assay::mock::redis
