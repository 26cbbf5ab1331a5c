// Where `assay load` pushes its figures: by --otlp, or by the variables of the OpenTelemetry specification
// ("OpenTelemetry Protocol Exporter", "Environment Variable Specification"). To be called before any thread starts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/watch/push.hpp"

namespace assay::harness {

// `given`: the value of --otlp, the address without v1/metrics; empty: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT or
// OTEL_EXPORTER_OTLP_ENDPOINT. nullopt: nobody wants a push. Errors: usage (no such address, a host that is neither
// this machine nor in `allowed`, a variable that cannot be read).
[[nodiscard]] result<std::optional<load::push_options>> otlp_settings(const std::string& given,
                                                                      const std::vector<std::string>& allowed);

}  // namespace assay::harness
