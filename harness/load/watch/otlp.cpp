#include "harness/load/watch/otlp.hpp"

#include <fmt/format.h>

#include "data/json.hpp"
#include "harness/load/watch/instruments.hpp"

namespace assay::load {
namespace {

constexpr int cumulative = 2;  // AGGREGATION_TEMPORALITY_CUMULATIVE: enumerators are written as numbers

// 64-bit integers are decimal strings (ProtoJSON).
json::value long_number(std::uint64_t n) {
    return std::to_string(n);
}

json::value real_number(double n) {
    return json::decimal{n, fmt::format("{}", n)};
}

json::object attribute(std::string_view name, std::string_view text) {
    return {{"key", name}, {"value", json::object{{"stringValue", text}}}};
}

struct span_of_time {
    json::value from, now;
};

json::object point_of(const instrument& i, const progress& p, const span_of_time& time) {
    json::object out;
    if (!i.quantile.empty()) out.append("attributes", json::array{attribute("quantile", i.quantile)});
    if (i.adds_up) out.append("startTimeUnixNano", time.from);
    out.append("timeUnixNano", time.now);
    const double value = i.value(p);
    if (i.adds_up) {
        out.append("asInt", long_number(static_cast<std::uint64_t>(value)));
    } else {
        out.append("asDouble", real_number(value));
    }
    return out;
}

json::object metric_of(std::string_view name, std::string_view unit, std::string_view help) {
    json::object out{{"name", name}, {"description", help}};
    if (!unit.empty()) out.append("unit", unit);
    return out;
}

json::array metrics_of(const progress& p, const span_of_time& time) {
    json::array out;
    const auto rows = instruments();
    for (std::size_t at = 0; at < rows.size();) {
        const instrument& first = rows[at];
        json::array points;
        for (; at < rows.size() && rows[at].name == first.name; ++at)
            points.emplace_back(point_of(rows[at], p, time));
        json::object data{{"dataPoints", std::move(points)}};
        if (first.adds_up) {
            data.append("aggregationTemporality", cumulative);
            data.append("isMonotonic", true);
        }
        json::object metric = metric_of(first.name, first.unit, first.help);
        metric.append(first.adds_up ? "sum" : "gauge", std::move(data));
        out.emplace_back(std::move(metric));
    }
    return out;
}

json::object histogram_of(const progress& p, const span_of_time& time) {
    const time_buckets all = buckets_of(p.latency);
    json::array counts;
    json::array bounds;
    for (const std::uint64_t n : all.counts) counts.emplace_back(long_number(n));
    for (const double s : all.bounds_s) bounds.emplace_back(real_number(s));
    json::object point{{"startTimeUnixNano", time.from},    {"timeUnixNano", time.now},
                       {"count", long_number(all.count)},   {"sum", real_number(all.sum_s)},
                       {"bucketCounts", std::move(counts)}, {"explicitBounds", std::move(bounds)}};
    json::object out = metric_of(all.name, all.unit, all.help);
    out.append("histogram",
               json::object{{"dataPoints", json::array{std::move(point)}}, {"aggregationTemporality", cumulative}});
    return out;
}

}  // namespace

std::string otlp_metrics(const otlp_resource& of, const progress& p, std::int64_t from_ns, std::int64_t now_ns) {
    const span_of_time time{std::to_string(from_ns), std::to_string(now_ns)};
    json::array attributes;
    for (const auto& [name, text] : of) attributes.emplace_back(attribute(name, text));
    json::array metrics = metrics_of(p, time);
    metrics.emplace_back(histogram_of(p, time));
    json::object scope{{"scope", json::object{{"name", "assay.load"}}}, {"metrics", std::move(metrics)}};
    json::object resource{{"resource", json::object{{"attributes", std::move(attributes)}}},
                          {"scopeMetrics", json::array{std::move(scope)}}};
    return json::format(json::object{{"resourceMetrics", json::array{std::move(resource)}}});
}

std::string otlp_rejection(std::string_view answer) {
    const auto said = json::parse(answer);
    const json::value* partly = said ? said->find("partialSuccess") : nullptr;
    if (partly == nullptr) return {};
    const std::string_view rejected = partly->string_at("rejectedDataPoints");
    const std::string_view why = partly->string_at("errorMessage");
    // With none rejected, the message is a hint.
    if (rejected.empty() || rejected == "0") return {};
    return fmt::format("rejected {} of the figures{}{}", rejected, why.empty() ? "" : ": ", why);
}

}  // namespace assay::load
