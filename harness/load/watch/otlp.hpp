// The figures of a running load as a message of OpenTelemetry: ExportMetricsServiceRequest of OTLP 1, in its JSON
// encoding (OTLP Specification, "JSON Protobuf Encoding"). Thread-safe: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/load/generator/run.hpp"

namespace assay::load {

// What made the figures: names by the semantic conventions ("service.name"), and their values.
using otlp_resource = std::vector<std::pair<std::string, std::string>>;

// `from_ns`, `now_ns`: since the epoch; counters and the histogram count from the first.
[[nodiscard]] std::string otlp_metrics(const otlp_resource& of, const progress& p, std::int64_t from_ns,
                                       std::int64_t now_ns);

// Why a receiver that answered with success did not take everything (ExportMetricsPartialSuccess); empty: it did.
[[nodiscard]] std::string otlp_rejection(std::string_view answer);

}  // namespace assay::load
