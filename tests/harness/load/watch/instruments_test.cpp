// One table of instruments: what Prometheus reads and what OpenTelemetry gets is the same.
#include "harness/load/watch/instruments.hpp"

#include <sstream>

#include "harness/load/watch/otlp.hpp"
#include "tests/harness/load/watch/metrics_reader.hpp"

namespace assay::load {
namespace {

progress half_a_minute() {
    progress p;
    p.elapsed_ns = 30'500'000'000;
    p.planned_ns = 60'000'000'000;
    p.begun = 1'205;
    p.finished = 1'200;
    p.failed = 7;
    p.rate = 40.5;
    p.p50_us = 1'500;
    p.p99_us = 12'000;
    p.worst_lag_us = 250;
    p.latency.record(100, 3);  // on a bound: below it
    p.latency.record(101, 5);
    p.latency.record(90'000'000);  // above the last bound
    return p;
}

// "name{labels} value" of each line.
std::map<std::string, std::string> samples_in(const std::string& text) {
    std::map<std::string, std::string> out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t space = line.rfind(' ');
        if (line.starts_with('#')) continue;
        EXPECT_TRUE(out.emplace(line.substr(0, space), line.substr(space + 1)).second) << line << " twice";
    }
    return out;
}

TEST(instruments, prometheus_and_open_telemetry_get_the_same) {
    const progress p = half_a_minute();
    auto samples = samples_in(prometheus_text(p));
    const tests::otlp_message sent = tests::otlp_reader::read(otlp_metrics({{"service.name", "assay"}}, p, 5, 9));
    EXPECT_EQ(sent.resource.at("service.name"), "assay");
    for (const instrument& i : instruments()) {
        const std::string label = i.quantile.empty() ? "" : "{" + std::string(i.quantile) + "}";
        const auto found = sent.points.find(std::string(i.name) + label);
        ASSERT_NE(found, sent.points.end()) << i.name;
        EXPECT_EQ(found->second.value, i.value(p)) << i.name;
        EXPECT_EQ(found->second.at_ns, 9U);
        EXPECT_EQ(found->second.from_ns, i.adds_up ? 5U : 0U) << i.name;
        const std::string labels = i.quantile.empty() ? "" : "{quantile=\"" + std::string(i.quantile) + "\"}";
        const std::string name = prometheus_name(i.name, i.unit, i.adds_up) + labels;
        EXPECT_EQ(std::stod(samples[name]), i.value(p)) << name;
    }
    EXPECT_EQ(sent.points.size(), instruments().size() + 1) << "and the histogram";
    EXPECT_EQ(samples["assay_load_begun_total"], "1205");
    EXPECT_EQ(samples["assay_load_latency_seconds{quantile=\"0.99\"}"], "0.012");
}

TEST(instruments, a_histogram_has_each_time_in_one_bucket) {
    const progress p = half_a_minute();
    const tests::otlp_point sent =
        tests::otlp_reader::read(otlp_metrics({}, p, 5, 9)).points.at("assay.load.request.duration");
    EXPECT_EQ(sent.count, 9U);
    EXPECT_EQ(sent.bounds.front(), 0.0001);
    EXPECT_EQ(sent.counts[0], 3U);
    EXPECT_EQ(sent.counts[1], 5U);
    EXPECT_EQ(sent.counts.back(), 1U);
    EXPECT_NEAR(sent.value, 90.0008, 0.05);
    auto samples = samples_in(prometheus_text(p));
    const std::string name = "assay_load_request_duration_seconds";
    EXPECT_EQ(samples[name + "_bucket{le=\"0.0001\"}"], "3");
    EXPECT_EQ(samples[name + "_bucket{le=\"0.0002\"}"], "8") << "buckets of Prometheus contain the lower ones";
    EXPECT_EQ(samples[name + "_bucket{le=\"50\"}"], "8");
    EXPECT_EQ(samples[name + "_bucket{le=\"+Inf\"}"], "9");
    EXPECT_EQ(samples[name + "_count"], "9");
}

TEST(instruments, the_last_figures_are_those_of_the_result) {
    load_result r;
    r.begun = 12;
    r.finished = 11;
    r.elapsed_ns = 3'000'000'000;
    r.requests["token"].failed = 1;
    r.requests["token"].latency.record(1'000, 10);
    r.requests["sign_in_flow"].whole = true;
    r.requests["sign_in_flow"].latency.record(2'000, 10);
    const progress p = at_the_end(half_a_minute(), r);
    EXPECT_EQ(p.begun, 12U);
    EXPECT_EQ(p.finished, 11U);
    EXPECT_EQ(p.failed, 1U);
    EXPECT_EQ(p.latency.count(), 10U) << "of requests, not of flows";
    EXPECT_EQ(p.p99_us, 12'000) << "of the last second that was shown";
    EXPECT_EQ(p.planned_ns, 60'000'000'000);
}

TEST(instruments, a_rejection_is_told_from_a_hint) {
    EXPECT_EQ(otlp_rejection(""), "");
    EXPECT_EQ(otlp_rejection("{}"), "");
    EXPECT_EQ(otlp_rejection(R"({"partialSuccess":{"errorMessage":"slow down"}})"), "");
    EXPECT_EQ(otlp_rejection(R"({"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"too old"}})"),
              "rejected 3 of the figures: too old");
}

}  // namespace
}  // namespace assay::load
