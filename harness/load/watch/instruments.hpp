// What a running load shows to others: one table, read by the page for Prometheus and by what is pushed by OTLP.
// Thread-safe: plain values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/generator/run.hpp"

namespace assay::load {

struct instrument {
    std::string_view name;  // for OpenTelemetry
    std::string_view unit;  // UCUM; empty: a number without one
    bool adds_up = false;   // a counter since the start; otherwise a gauge
    std::string_view help;
    std::string_view quantile;  // of a time; empty: none. Rows of one name follow each other
    double (*value)(const progress&);
};
[[nodiscard]] std::span<const instrument> instruments();

// The times of all successful requests so far, as a histogram with few buckets.
struct time_buckets {
    static constexpr std::string_view name = "assay.load.request.duration";
    static constexpr std::string_view unit = "s";
    static constexpr std::string_view help =
        "Latency of successful requests since the start, from the time they were due.";
    std::vector<double> bounds_s;       // the highest time of each bucket, inclusive
    std::vector<std::uint64_t> counts;  // one more than there are bounds: the last bucket has none
    std::uint64_t count = 0;
    double sum_s = 0;
};
// Exact to three digits, as histograms are: a time that cannot be told from a bound counts as above it.
[[nodiscard]] time_buckets buckets_of(const histogram& latency);

// The name of an instrument in Prometheus, as OpenTelemetry translates it ("Prometheus and OpenMetrics
// Compatibility").
[[nodiscard]] std::string prometheus_name(std::string_view name, std::string_view unit, bool adds_up);
// The text format of Prometheus, version 0.0.4.
[[nodiscard]] std::string prometheus_text(const progress& p);

// The figures at the end: those of the result, and what `last` said of the last second.
[[nodiscard]] progress at_the_end(progress last, const load_result& r);

}  // namespace assay::load
