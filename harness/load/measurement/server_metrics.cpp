#include "harness/load/measurement/server_metrics.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "http/client.hpp"
#include "http/url.hpp"

namespace assay::load {
namespace {

constexpr std::string_view cpu_seconds = "process_cpu_seconds_total";

// `name 1.5`, `name{labels} 1.5 1700000000`: what follows the labels. nullopt: another metric.
std::optional<double> value_of(std::string_view line) {
    if (!line.starts_with(cpu_seconds)) return std::nullopt;
    line.remove_prefix(cpu_seconds.size());
    if (line.starts_with('{')) line.remove_prefix(std::min(line.rfind('}') + 1, line.size()));
    if (!line.starts_with(' ')) return std::nullopt;
    return std::strtod(std::string(line).c_str(), nullptr);
}

}  // namespace

std::optional<double> cpu_seconds_in(std::string_view metrics) {
    std::optional<double> sum;
    while (!metrics.empty()) {
        const std::size_t end = std::min(metrics.find('\n'), metrics.size());
        if (const auto value = value_of(metrics.substr(0, end))) sum = sum.value_or(0) + *value;
        metrics.remove_prefix(std::min(end + 1, metrics.size()));
    }
    return sum;
}

result<double> cpu_seconds_at(const std::string& url, const std::string& ca_file) {
    const auto at = http::parse_url(url);
    if (!at) return fail(errc::usage, fmt::format("--server-metrics: {}", at.error().message));
    http::client_options o;
    o.ca_file = ca_file;
    http::client client(o);
    http::call c;
    c.origin = at->origin();
    c.r.target = at->target();
    auto done = client.send(std::move(c));
    if (!done) return fail(done.error().code, fmt::format("{} cannot be reached: {}", url, done.error().message));
    const auto seconds = cpu_seconds_in(done->received.body);
    if (done->received.status == 200 && seconds) return *seconds;
    return fail(errc::environment,
                fmt::format("{} answered {} without {}; name the address at which the server shows its metrics to "
                            "Prometheus",
                            url, done->received.status, cpu_seconds));
}

}  // namespace assay::load
