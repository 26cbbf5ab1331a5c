// Writes the reports of a run to files in one folder. Thread-safe for different folders.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// The values of --format. `all`: also those that only some runs have.
[[nodiscard]] std::vector<std::string> report_formats(bool all = false);
// The report of that format, one of report_formats(true).
[[nodiscard]] std::string format_report(const reports::run& r, const std::string& format);

// Creates the folder and writes the given formats; returns the paths. Errors: environment.
[[nodiscard]] result<std::vector<std::string>> write_reports(const reports::run& r, const std::string& folder,
                                                             const std::vector<std::string>& formats);

// Of those paths, the one of the full report for people; empty: none of them is.
[[nodiscard]] std::string page_among(const std::vector<std::string>& written);

}  // namespace assay::harness
