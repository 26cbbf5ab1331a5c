#include "mock_server/redis/resp.hpp"

#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace assay::mock::redis {
namespace {

constexpr std::int64_t length_max = std::int64_t{64} << 20U;  // of a text or a list
constexpr int depth_max = 8;

result<std::optional<reply>> take(std::string_view& in, int depth);

tl::unexpected<error> not_resp() {
    return fail(errc::malformed,
                "it does not speak RESP; check that Redis or Valkey listens there, with or without TLS");
}

result<std::optional<reply>> take_text(std::string_view& in, std::int64_t length, reply out) {
    if (length < 0) return std::optional(reply{});
    const auto size = static_cast<std::size_t>(length);
    if (in.size() < size + 2) return std::optional<reply>{};
    out.what = reply::kind::text;
    out.text = in.substr(0, size);
    in.remove_prefix(size + 2);
    return std::optional(std::move(out));
}

result<std::optional<reply>> take_list(std::string_view& in, std::int64_t length, int depth) {
    if (length < 0) return std::optional(reply{});
    reply out;
    out.what = reply::kind::list;
    for (std::int64_t n = 0; n < length; ++n) {
        auto one = take(in, depth + 1);
        if (!one || !*one) return one;
        out.items.push_back(std::move(**one));
    }
    return std::optional(std::move(out));
}

result<std::optional<reply>> take(std::string_view& in, int depth) {
    const auto end = in.find("\r\n");
    if (depth > depth_max || (!in.empty() && std::string_view("+-:$*").find(in.front()) == std::string_view::npos))
        return not_resp();
    if (end == std::string_view::npos) return std::optional<reply>{};
    const char type = in.front();
    const auto line = in.substr(1, end - 1);
    in.remove_prefix(end + 2);
    reply out;
    if (type == '+' || type == '-') {
        out.what = type == '+' ? reply::kind::text : reply::kind::failure;
        out.text = line;
        return std::optional(std::move(out));
    }
    const auto [last, bad] = std::from_chars(line.data(), line.data() + line.size(), out.number);
    if (bad != std::errc{} || last != line.data() + line.size()) return not_resp();
    if (type == ':') {
        out.what = reply::kind::integer;
        return std::optional(std::move(out));
    }
    const auto length = out.number;
    if (length > length_max) return not_resp();
    return type == '$' ? take_text(in, length, {}) : take_list(in, length, depth);
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

result<std::optional<reply>> take_reply(std::string_view& in) {
    auto rest = in;
    auto out = take(rest, 0);
    if (out && *out) in = rest;
    return out;
}

}  // namespace assay::mock::redis
