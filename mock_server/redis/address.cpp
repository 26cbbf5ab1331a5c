#include "mock_server/redis/address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "oauth/form.hpp"

namespace assay::mock::redis {
namespace {

struct scheme {
    std::string_view name;
    bool tls, sentinel;
};
constexpr std::array<scheme, 4> schemes{{{"redis", false, false},
                                         {"rediss", true, false},
                                         {"redis+sentinel", false, true},
                                         {"rediss+sentinel", true, true}}};

constexpr std::string_view usage =
    "write it as redis://host:6379, rediss://host:6380 or redis+sentinel://host:26379/master";

// Never shows the text: it may hold a password.
tl::unexpected<error> wrong(const std::string& why) {
    return fail(errc::usage, fmt::format("--store: {}; {}", why, usage));
}

std::optional<std::int64_t> number_of(std::string_view text, std::int64_t least, std::int64_t most) {
    std::int64_t out = 0;
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (bad != std::errc{} || end != text.data() + text.size() || out < least || out > most) return std::nullopt;
    return out;
}

// In a URL's userinfo '+' is itself.
std::string decoded(std::string_view text) {
    std::string kept;
    for (const char ch : text) kept += ch == '+' ? std::string("%2B") : std::string(1, ch);
    return oauth::form_decode(kept).value_or(std::string(text));
}

// No message repeats a part of the address: it may be one of a password in which these are not encoded.
constexpr std::string_view how_to_write = "in a user or password, write / ? , @ as %2F %3F %2C %40";

std::string_view until(std::string_view& rest, char end) {
    const auto at = std::min(rest.find(end), rest.size());
    const auto out = rest.substr(0, at);
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return out;
}

result<http::byte_stream_address> host_of(std::string_view text, const scheme& of) {
    const auto bracket = text.rfind(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    http::byte_stream_address out{std::string(text.substr(0, colon)), of.sentinel ? "26379" : "6379", of.tls};
    if (colon != std::string_view::npos) out.port = text.substr(colon + 1);
    if (out.host.empty()) return wrong("a host is missing");
    if (!number_of(out.port, 1, 65535))
        return wrong(fmt::format("a port is a number from 1 to 65535; {}", how_to_write));
    return out;
}

result<void> read_path(std::string_view path, const scheme& of, address& out) {
    if (of.sentinel) {
        out.master = until(path, '/');
        if (out.master.empty()) return wrong("the name of Sentinel's master is missing");
        out.replicas = 1;
    }
    if (path.empty()) return {};
    const auto database = number_of(path, 0, 1'000'000);
    if (!database) return wrong(fmt::format("a database is a number; {}", how_to_write));
    out.database = *database;
    return {};
}

result<void> read_options(std::string_view query, address& out) {
    static const std::vector<std::string> names{"prefix",   "timeout_ms",    "keep",
                                                "replicas", "sentinel_user", "sentinel_password"};
    auto options = oauth::parse_form(query);
    if (!options) return wrong("the options after '?' do not decode");
    for (const auto& [name, value] : options->fields) {
        if (name == "prefix") {
            out.prefix = value;
            if (value.empty() || value.find_first_of("{}") != std::string::npos)
                return wrong("prefix must not be empty and have no braces");
            continue;
        }
        if (name == "sentinel_user" || name == "sentinel_password") {
            if (out.master.empty()) return wrong(fmt::format("{} is for redis+sentinel://", name));
            (name == "sentinel_user" ? out.sentinel_user : out.sentinel_password) = value;
            continue;
        }
        if (std::find(names.begin(), names.end(), name) == names.end())
            return wrong(fmt::format("the options are {}; {}", fmt::join(names, ", "), how_to_write));
        const bool is_timeout = name == "timeout_ms";
        const auto least = is_timeout ? 10 : 0;
        const auto most = is_timeout ? 10'000 : name == "keep" ? 30 * 86'400 : 10;
        const auto number = number_of(value, least, most);
        if (!number) return wrong(fmt::format("{} must be a number from {} to {}", name, least, most));
        if (is_timeout) out.timeout = std::chrono::milliseconds{*number};
        if (name == "keep") out.keep_s = *number;
        if (name == "replicas") out.replicas = *number;
    }
    return {};
}

}  // namespace

result<address> parse_address(const std::string& text) {
    const auto colon = text.find("://");
    const auto name = std::string_view(text).substr(0, colon);
    const auto of = std::find_if(schemes.begin(), schemes.end(), [&](const scheme& s) { return s.name == name; });
    if (colon == std::string::npos || of == schemes.end()) return wrong("this is no URL of Redis or Valkey");
    std::string_view query = std::string_view(text).substr(colon + 3);
    std::string_view path = until(query, '?');
    auto hosts = until(path, '/');
    address out;
    out.tls = of->tls;
    if (const auto at = hosts.rfind('@'); at != std::string_view::npos) {
        auto who = hosts.substr(0, at);
        hosts.remove_prefix(at + 1);
        out.user = decoded(until(who, ':'));
        out.password = decoded(who);
    }
    while (!hosts.empty()) {
        auto one = host_of(until(hosts, ','), *of);
        if (!one) return fail(one.error());
        out.hosts.push_back(std::move(*one));
    }
    if (out.hosts.empty()) return wrong("the host is missing");
    if (!of->sentinel && out.hosts.size() > 1) return wrong("only Sentinel has several hosts");
    if (auto ok = read_path(path, *of, out); !ok) return fail(ok.error());
    if (auto ok = read_options(query, out); !ok) return fail(ok.error());
    return out;
}

std::string address::shown() const {
    std::string out = fmt::format("redis{}{}://", tls ? "s" : "", master.empty() ? "" : "+sentinel");
    for (const auto& one : hosts) {
        if (&one != hosts.data()) out += ',';
        out += fmt::format("{}:{}", one.host, one.port);
    }
    if (!master.empty()) out += "/" + master;
    return database == 0 ? out : fmt::format("{}/{}", out, database);
}

}  // namespace assay::mock::redis
