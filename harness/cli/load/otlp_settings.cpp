#include "harness/cli/load/otlp_settings.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "data/hex.hpp"
#include "data/text.hpp"
#include "data/uuid.hpp"
#include "harness/cli/load/load_target.hpp"
#include "oauth/crypto.hpp"

namespace assay::harness {
namespace {

constexpr const char* example = "as in http://127.0.0.1:4318";

struct setting {
    std::string name;  // for messages
    std::string text;
};

// The first of these variables that is set; an empty one counts as not set.
setting first_of(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread starts
        if (text != nullptr && *text != '\0') return {name, text};
    }
    return {};
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int byte = percent_encoded_byte(text, at);
        out += byte < 0 ? text[at] : static_cast<char>(byte);
        if (byte >= 0) at += 2;
    }
    return out;
}

bool fits_a_header(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

// "name=value,name=value" with percent-encoded values, as a list of W3C Baggage. Messages do not show values, which
// can be secrets.
result<load::otlp_resource> list_in(const setting& from) {
    load::otlp_resource out;
    std::string_view rest = from.text;
    for (std::size_t number = 1; !rest.empty(); ++number) {
        const std::string_view one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const std::size_t equals = one.find('=');
        const std::string_view name = trimmed(one.substr(0, equals));
        if (trimmed(one).empty()) continue;
        std::string value = equals < one.size() ? percent_decoded(trimmed(one.substr(equals + 1))) : "";
        if (equals >= one.size() || name.empty() || name.find_first_of(" :") != name.npos || !fits_a_header(name) ||
            !fits_a_header(value)) {
            return fail(errc::usage, fmt::format("{} must be name=value,name=value with percent-encoded values, and "
                                                 "entry {} is not so; correct it",
                                                 from.name, number));
        }
        out.emplace_back(name, std::move(value));
    }
    return out;
}

result<http::url> address_in(const setting& from, bool is_base, const std::vector<std::string>& allowed) {
    auto at = http::parse_url(from.text);
    if (!at)
        return fail(errc::usage, fmt::format("{}: {}; write an address, {}", from.name, at.error().message, example));
    if ((at->scheme != "http" && at->scheme != "https") || at->has_query || at->has_fragment) {
        return fail(errc::usage, fmt::format("{} '{}' must be http:// or https:// with host and path only, {}",
                                             from.name, from.text, example));
    }
    if (!is_allowed_host(*at, allowed)) {
        return fail(
            errc::usage,
            fmt::format("{} names {}, which is not this machine. If figures may be sent to it, say so by name: "
                        "--allow-host {}, or allow_hosts: [{}] in the plan",
                        from.name, at->host, at->host, at->host));
    }
    if (is_base) at->path += at->path.ends_with('/') ? "v1/metrics" : "/v1/metrics";
    return std::move(*at);
}

std::string name_of_this_machine() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "unknown";
}

// OTEL_SERVICE_NAME wins over service.name of OTEL_RESOURCE_ATTRIBUTES.
result<load::otlp_resource> resource() {
    load::otlp_resource out{{"service.name", "assay"},
                            {"service.version", ASSAY_VERSION},
                            {"service.instance.id", to_text(random_uuid(oauth::random_bytes(16)))},
                            {"host.name", name_of_this_machine()}};
    const auto set = [&](const std::string& name, const std::string& value) {
        const auto same = std::find_if(out.begin(), out.end(), [&](const auto& one) { return one.first == name; });
        if (same == out.end()) {
            out.emplace_back(name, value);
        } else {
            same->second = value;
        }
    };
    const auto given = list_in(first_of({"OTEL_RESOURCE_ATTRIBUTES"}));
    if (!given) return fail(given.error());
    for (const auto& [name, value] : *given) set(name, value);
    if (const setting service = first_of({"OTEL_SERVICE_NAME"}); !service.text.empty())
        set("service.name", service.text);
    return out;
}

// Milliseconds.
result<std::chrono::milliseconds> interval(std::chrono::milliseconds usual) {
    const setting from = first_of({"OTEL_METRIC_EXPORT_INTERVAL"});
    if (from.text.empty()) return usual;
    const auto ms = whole_number<unsigned>(from.text);
    if (ms && *ms >= 100 && *ms <= 3'600'000) return std::chrono::milliseconds{*ms};
    return fail(errc::usage, fmt::format("{} '{}' must be milliseconds from 100 to 3600000", from.name, from.text));
}

}  // namespace

result<std::optional<load::push_options>> otlp_settings(const std::string& given,
                                                        const std::vector<std::string>& allowed) {
    const setting whole = first_of({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"});
    setting from = given.empty() ? whole : setting{"--otlp", given};
    if (from.text.empty()) from = first_of({"OTEL_EXPORTER_OTLP_ENDPOINT"});
    if (from.text.empty()) return std::nullopt;
    const setting protocol = first_of({"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"});
    if (given.empty() && protocol.text == "grpc") {
        return fail(errc::usage, fmt::format("{} is grpc, and Assay pushes by OTLP/HTTP; name its address, usually "
                                             "on port 4318, with --otlp",
                                             protocol.name));
    }
    load::push_options out;
    auto to = address_in(from, from.name != whole.name, allowed);
    if (!to) return fail(to.error());
    auto headers = list_in(first_of({"OTEL_EXPORTER_OTLP_METRICS_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"}));
    if (!headers) return fail(headers.error());
    auto of = resource();
    if (!of) return fail(of.error());
    const auto every = interval(out.every);
    if (!every) return fail(every.error());
    out.to = std::move(*to);
    for (auto& [name, value] : *headers) out.more.append(name, std::move(value));
    out.of = std::move(*of);
    out.every = *every;
    return out;
}

}  // namespace assay::harness
