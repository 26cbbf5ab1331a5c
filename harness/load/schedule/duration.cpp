#include "harness/load/schedule/duration.hpp"

#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "data/number.hpp"

namespace assay::load {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> units{{{"h", 3'600'000'000'000},
                                                                          {"m", 60'000'000'000},
                                                                          {"s", 1'000'000'000},
                                                                          {"ms", 1'000'000},
                                                                          {"us", 1'000},
                                                                          {"µs", 1'000}}};
constexpr double longest_ns = 30.0 * 24 * 3600 * 1e9;

}  // namespace

result<quantity> parse_quantity(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    quantity out;
    const auto number = read_number(text);
    if (!number || number->number < 0)
        return fail(errc::usage, fmt::format("'{}' does not start with a number", text));
    out.number = number->number;
    std::string_view rest = text.substr(number->length);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    out.unit = rest;
    return out;
}

result<std::int64_t> parse_duration(std::string_view text) {
    auto parts = parse_quantity(text);
    if (parts) {
        for (const auto& [name, ns] : units) {
            if (parts->unit != name) continue;
            const double value = parts->number * static_cast<double>(ns);
            if (value > longest_ns) return fail(errc::usage, fmt::format("'{}' is longer than 30 days", text));
            return std::llround(value);
        }
    }
    return fail(errc::usage, fmt::format("'{}' is no duration; write 250us, 20ms, 30s, 5m or 1h", text));
}

std::string show_us(std::int64_t us) {
    const auto n = static_cast<double>(us);
    if (us < 1'000) return fmt::format("{} µs", us);
    if (us < 10'000) return fmt::format("{:.2f} ms", n / 1e3);
    if (us < 100'000) return fmt::format("{:.1f} ms", n / 1e3);
    if (us < 1'000'000) return fmt::format("{:.0f} ms", n / 1e3);
    if (us < 10'000'000) return fmt::format("{:.2f} s", n / 1e6);
    return fmt::format("{:.1f} s", n / 1e6);
}

std::string show_duration(std::int64_t ns) {
    for (const auto& [name, unit] : units) {
        if (ns >= unit && ns % unit == 0) return fmt::format("{} {}", ns / unit, name == "m" ? "min" : name);
    }
    return fmt::format("{} s", static_cast<double>(ns) / 1e9);
}

std::string show_number(double n) {
    if (std::abs(n - std::round(n)) < 0.05 || n >= 1000) return fmt::format("{:.0f}", n);
    return n < 10 ? fmt::format("{:.2f}", n) : fmt::format("{:.1f}", n);
}

}  // namespace assay::load
