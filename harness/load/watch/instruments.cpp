#include "harness/load/watch/instruments.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace assay::load {
namespace {

constexpr double seconds_of_us(std::int64_t us) {
    return static_cast<double>(us) / 1e6;
}
constexpr double seconds_of_ns(std::int64_t ns) {
    return static_cast<double>(ns) / 1e9;
}

constexpr std::array<instrument, 9> table{{
    {"assay.load.begun", "{flow}", true, "Flows begun.", "",
     [](const progress& p) { return static_cast<double>(p.begun); }},
    {"assay.load.finished", "{flow}", true, "Flows finished.", "",
     [](const progress& p) { return static_cast<double>(p.finished); }},
    {"assay.load.failed_requests", "{request}", true, "Requests that failed.", "",
     [](const progress& p) { return static_cast<double>(p.failed); }},
    {"assay.load.rate", "", false, "Flows finished per second, lately.", "",
     [](const progress& p) { return p.rate; }},
    {"assay.load.latency", "s", false,
     "Latency of successful requests in the last second, from the time they were due.", "0.5",
     [](const progress& p) { return seconds_of_us(p.p50_us); }},
    {"assay.load.latency", "s", false,
     "Latency of successful requests in the last second, from the time they were due.", "0.99",
     [](const progress& p) { return seconds_of_us(p.p99_us); }},
    {"assay.load.lag", "s", false, "How late the generator was at most in the last second.", "",
     [](const progress& p) { return seconds_of_us(p.worst_lag_us); }},
    {"assay.load.elapsed", "s", false, "Since the start of the load.", "",
     [](const progress& p) { return seconds_of_ns(p.elapsed_ns); }},
    {"assay.load.planned", "s", false, "How long the plan lasts.", "",
     [](const progress& p) { return seconds_of_ns(p.planned_ns); }},
}};

constexpr std::array<std::int64_t, 18> bounds_us{100,       200,       500,       1'000,      2'000,      5'000,
                                                 10'000,    20'000,    50'000,    100'000,    200'000,    500'000,
                                                 1'000'000, 2'000'000, 5'000'000, 10'000'000, 20'000'000, 50'000'000};

}  // namespace

std::span<const instrument> instruments() {
    return table;
}

time_buckets buckets_of(const histogram& latency) {
    time_buckets out;
    for (const std::int64_t us : bounds_us) out.bounds_s.push_back(seconds_of_us(us));
    out.counts.resize(bounds_us.size() + 1);
    for (const histogram::bar& b : latency.bars()) {
        const auto bound = std::lower_bound(bounds_us.begin(), bounds_us.end(), b.high);
        out.counts[static_cast<std::size_t>(bound - bounds_us.begin())] += b.count;
    }
    out.count = latency.count();
    out.sum_s = latency.mean() * static_cast<double>(out.count) / 1e6;
    return out;
}

std::string prometheus_name(std::string_view name, std::string_view unit, bool adds_up) {
    std::string out(name);
    std::replace(out.begin(), out.end(), '.', '_');
    if (unit == "s") out += "_seconds";
    if (adds_up) out += "_total";
    return out;
}

std::string prometheus_text(const progress& p) {
    std::string out;
    const auto family = [&](const std::string& name, std::string_view type, std::string_view help) {
        out += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
    };
    std::string_view before;
    for (const instrument& i : instruments()) {
        const std::string name = prometheus_name(i.name, i.unit, i.adds_up);
        if (i.name != std::exchange(before, i.name)) family(name, i.adds_up ? "counter" : "gauge", i.help);
        const std::string label = i.quantile.empty() ? "" : fmt::format("{{quantile=\"{}\"}}", i.quantile);
        out += fmt::format("{}{} {}\n", name, label, i.value(p));
    }
    const time_buckets all = buckets_of(p.latency);
    const std::string name = prometheus_name(all.name, all.unit, false);
    family(name, "histogram", all.help);
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < all.bounds_s.size(); ++i)
        out += fmt::format("{}_bucket{{le=\"{}\"}} {}\n", name, all.bounds_s[i], below += all.counts[i]);
    out += fmt::format("{0}_bucket{{le=\"+Inf\"}} {1}\n{0}_sum {2}\n{0}_count {1}\n", name, all.count, all.sum_s);
    return out;
}

progress at_the_end(progress last, const load_result& r) {
    last.elapsed_ns = r.elapsed_ns;
    last.begun = r.begun;
    last.finished = r.finished;
    last.failed = 0;
    last.latency.clear();
    for (const auto& [name, request] : r.requests) {
        if (request.whole) continue;
        last.failed += request.failed;
        last.latency.add(request.latency);
    }
    return last;
}

}  // namespace assay::load
