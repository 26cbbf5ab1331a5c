// The processor time of a server by its own metrics, in the text format of Prometheus: for one on another machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "data/result.hpp"

namespace assay::load {

// Seconds of `process_cpu_seconds_total`, as client libraries of Prometheus name it; of several series, their sum.
// nullopt: there is none. Thread-safe: a pure function.
[[nodiscard]] std::optional<double> cpu_seconds_in(std::string_view metrics);

// The same of what a GET of `url` answers. Errors: usage (no URL), connect, timeout, environment (it answers anything
// else than such metrics).
[[nodiscard]] result<double> cpu_seconds_at(const std::string& url, const std::string& ca_file);

}  // namespace assay::load
