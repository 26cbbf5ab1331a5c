#include "harness/clients/application.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "data/nearest.hpp"
#include "harness/scenario/pattern.hpp"

namespace assay::harness {
namespace {

using member = std::string application_values::*;
constexpr std::array<std::pair<std::string_view, member>, 9> names{{
    {"issuer", &application_values::issuer},
    {"client_id", &application_values::client_id},
    {"client_secret", &application_values::client_secret},
    {"redirect_uri", &application_values::redirect_uri},
    {"scope", &application_values::scope},
    {"token_endpoint_auth_method", &application_values::auth_method},
    {"url", &application_values::url},
    {"port", &application_values::port},
    {"secret", &application_values::secret},
}};

result<void> read_path(const yaml::document& d, const yaml::node& v, std::string_view key, std::string& out) {
    result<std::string> text = yaml::as_text(d, v);
    if (!text) return tl::unexpected(text.error());
    if (!text->starts_with('/')) {
        return tl::unexpected(d.error_at(v.at, fmt::format("{} is a path of the application: \"/…\"", key)));
    }
    out = std::move(*text);
    return {};
}

result<void> read_environment(const yaml::document& d, const yaml::node& n, application_spec& out) {
    if (!n.is_map()) return tl::unexpected(d.error_at(n.at, "environment is a map of variable and value"));
    for (const yaml::entry& e : n.entries) {
        const result<std::string> value = yaml::as_text(d, e.value);
        if (!value) return tl::unexpected(value.error());
        if (const auto known = expand_for({}, *value); !known) {
            return tl::unexpected(d.error_at(e.value.at, known.error().message));
        }
        out.environment.emplace_back(e.key, *value);
    }
    return {};
}

result<void> read_fields(const yaml::document& d, const yaml::node& n, sign_in_start& out) {
    if (!n.is_map()) return tl::unexpected(d.error_at(n.at, "fields is a map of name and value"));
    for (const yaml::entry& e : n.entries) {
        result<std::string> value = yaml::as_text(d, e.value);
        if (!value) return tl::unexpected(value.error());
        out.fields.emplace_back(e.key, std::move(*value));
    }
    return {};
}

// sign_in, logout: a path, or { form: PATH, action: PATH, fields: { … } }.
result<void> read_start(const yaml::document& d, const yaml::entry& e, sign_in_start& out) {
    static constexpr std::array<std::string_view, 3> keys{"form", "action", "fields"};
    const yaml::node& n = e.value;
    if (!n.is_map()) return read_path(d, n, e.key, out.path);
    if (auto good = yaml::only_keys(d, n, keys, e.key); !good) return good;
    if (n.find("form") == nullptr)
        return tl::unexpected(
            d.error_at(n.at, fmt::format("{} is a path, or {{ form: PATH }}: the page with the form", e.key)));
    out.by_form = true;
    for (const yaml::entry& one : n.entries) {
        const result<void> good = one.key == "fields" ? read_fields(d, one.value, out)
                                  : one.key == "form" ? read_path(d, one.value, "form", out.path)
                                                      : read_path(d, one.value, "action", out.action);
        if (!good) return good;
    }
    return {};
}

result<void> read_members(const yaml::document& d, const yaml::node& n, success_rule& out) {
    if (!n.is_map()) return tl::unexpected(d.error_at(n.at, "json is a map of JSON pointer and value"));
    for (const yaml::entry& e : n.entries) {
        if (!e.key.starts_with('/')) return tl::unexpected(d.error_at(e.at, "a JSON pointer begins with '/'"));
        result<json::value> value = yaml::as_json(d, e.value);
        if (!value) return tl::unexpected(value.error());
        out.members.emplace_back(e.key, std::move(*value));
    }
    return {};
}

bool says_who(const std::string& rule) {
    return rule.starts_with('/') || is_pattern_with_one_group(rule);
}

result<void> read_success(const yaml::document& d, const yaml::node& n, success_rule& out) {
    static constexpr std::array<std::string_view, 6> keys{"at", "status", "text", "json", "cookie", "user"};
    if (auto good = yaml::only_keys(d, n, keys, "success"); !good) return good;
    if (n.entries.empty()) {
        return tl::unexpected(d.error_at(n.at, "success needs a rule: status, text, json or cookie"));
    }
    for (const yaml::entry& e : n.entries) {
        if (e.key == "at") {
            if (auto good = read_path(d, e.value, "at", out.at); !good) return good;
        } else if (e.key == "status") {
            const result<std::int64_t> status = yaml::as_integer(d, e.value);
            if (!status || *status < 100 || *status > 599) {
                return tl::unexpected(d.error_at(e.value.at, "status is a number from 100 to 599"));
            }
            out.status = static_cast<int>(*status);
        } else if (e.key == "json") {
            if (auto good = read_members(d, e.value, out); !good) return good;
        } else {
            result<std::string> text = yaml::as_text(d, e.value);
            if (!text) return tl::unexpected(text.error());
            if (e.key == "user" && !says_who(*text))
                return tl::unexpected(
                    d.error_at(e.value.at,
                               "user is a JSON pointer (\"/email\"), or a pattern with one group for what "
                               "the page shows (\"Hello ([^<]+)\")"));
            (e.key == "text" ? out.text : e.key == "user" ? out.user : out.cookie) = std::move(*text);
        }
    }
    return {};
}

result<void> read_entry(const yaml::document& d, const yaml::entry& e, application_spec& out) {
    if (e.key == "environment") return read_environment(d, e.value, out);
    if (e.key == "success") return read_success(d, e.value, out.success);
    if (e.key == "version") {
        result<std::vector<std::string>> command = yaml::as_texts(d, e.value);
        if (!command) return tl::unexpected(command.error());
        out.version = std::move(*command);
        return {};
    }
    if (e.key == "sign_in") return read_start(d, e, out.sign_in);
    if (e.key == "logout") return read_start(d, e, out.logout);
    return read_path(d, e.value, e.key,
                     e.key == "ready"     ? out.ready
                     : e.key == "refresh" ? out.refresh
                     : e.key == "call"    ? out.call
                                          : out.redirect_uri);
}

}  // namespace

result<std::string> expand_for(const application_values& v, const std::string& text) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t open = text.find("${"); open != std::string::npos; open = text.find("${", at)) {
        const std::size_t close = text.find('}', open);
        if (close == std::string::npos) return fail(errc::usage, fmt::format("'{}' has a ${{ without its }}", text));
        const std::string name = text.substr(open + 2, close - open - 2);
        const auto row = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == name; });
        if (row == names.end()) {
            std::vector<std::string> valid;
            for (const auto& n : names) valid.emplace_back(n.first);
            return fail(errc::usage,
                        fmt::format("an application is told no ${{{}}}{}", name, did_you_mean(name, valid)));
        }
        out += text.substr(at, open - at) + v.*(row->second);
        at = close + 1;
    }
    return out + text.substr(at);
}

result<application_spec> load_application(const yaml::document& d, const yaml::node& n) {
    static constexpr std::array<std::string_view, 9> keys{
        "environment", "ready", "sign_in", "redirect_uri", "success", "version", "refresh", "call", "logout"};
    if (!n.is_map()) return tl::unexpected(d.error_at(n.at, "application is a map"));
    if (auto good = yaml::only_keys(d, n, keys, "application"); !good) return tl::unexpected(good.error());
    application_spec out;
    for (const yaml::entry& e : n.entries) {
        if (auto good = read_entry(d, e, out); !good) return tl::unexpected(good.error());
    }
    for (const std::string_view needed : {"sign_in", "redirect_uri", "success"}) {
        if (n.find(needed) == nullptr) {
            return tl::unexpected(d.error_at(n.at, fmt::format("{} is missing; add it", needed)));
        }
    }
    return out;
}

std::optional<std::string> why_not_signed_in(const success_rule& rule, const http::response& page,
                                             const std::vector<std::string>& cookies) {
    if (page.status != rule.status) return fmt::format("status {} for {}", page.status, rule.status);
    if (!rule.text.empty() && page.body.find(rule.text) == std::string::npos) {
        return fmt::format("\"{}\" is not in the page", rule.text);
    }
    if (!rule.cookie.empty() && std::find(cookies.begin(), cookies.end(), rule.cookie) == cookies.end()) {
        return fmt::format("no cookie {}", rule.cookie);
    }
    if (rule.members.empty()) return std::nullopt;
    const result<json::value> document = json::parse(page.body);
    if (!document) return "the page is no JSON";
    for (const auto& [pointer, wanted] : rule.members) {
        const json::value* found = document->at_pointer(pointer);
        if (found == nullptr) return fmt::format("no {}", pointer);
        if (json::format(*found) != json::format(wanted)) {
            return fmt::format("{} is {} for {}", pointer, json::format(*found), json::format(wanted));
        }
    }
    return std::nullopt;
}

std::string user_shown(const success_rule& rule, const http::response& page) {
    if (rule.user.empty()) return {};
    if (rule.user.starts_with('/')) {
        const result<json::value> document = json::parse(page.body);
        const json::value* found = document ? document->at_pointer(rule.user) : nullptr;
        return found != nullptr && found->is_string() ? *found->as_string() : std::string{};
    }
    return first_in(page.body, rule.user);
}

// A port below the range of outgoing connections (ip_local_port_range), which could take it before the program
// starts. Each port is returned once before it is reused, because two programs may start at the same time.
result<std::uint16_t> free_port() {
    constexpr unsigned first = 15'000;
    constexpr unsigned count = 17'000;
    static std::atomic<unsigned> next{static_cast<unsigned>(getpid()) * 97U};
    int reason = EADDRINUSE;
    for (unsigned tries = 0; tries < count; ++tries) {
        const auto port = static_cast<std::uint16_t>(first + next++ % count);
        const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* address = reinterpret_cast<sockaddr*>(&where);  // NOLINT: what the sockets API takes
        const bool good = s >= 0 && bind(s, address, sizeof where) == 0;
        reason = errno;
        if (s >= 0) close(s);
        if (good) return port;
        if (reason != EADDRINUSE) break;
    }
    return fail(errc::environment, fmt::format("no free port: {}", std::strerror(reason)));
}

}  // namespace assay::harness
