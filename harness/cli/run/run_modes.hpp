// What narrows or repeats a run: --grade, --rerun-failed, --repeat; and the baseline of a server.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/profile.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// "must": MUST alone; "should": SHOULD and MAY, too; "robust": INFO and ROB, too.
[[nodiscard]] bool within_grade(reports::level l, const std::string& grade);

// A result.json. Errors: usage (it cannot be read, or is none).
[[nodiscard]] result<reports::run> read_result(const std::string& file);
// Keeps the checks of which a row of that result is fail, error, warn or stale.
void keep_failed(const reports::run& before, std::vector<check>& checks);

// Repetitions of the same checks become one row each: the worst, with how often it came where not all were alike.
[[nodiscard]] std::vector<reports::row> merge_repetitions(std::vector<std::vector<reports::row>> all);

// What rows of that server (URL or server.yaml) call it. Errors: usage, bad_yaml.
[[nodiscard]] result<std::string> server_name(const std::string& server);

// baseline.yaml beside a server.yaml; empty for a URL.
[[nodiscard]] std::string baseline_beside(const std::string& server);
// The rows of the file that have a reason; the others are named in a note. No file: no rows. Errors: bad_yaml.
[[nodiscard]] result<std::vector<known_row>> read_baseline(const std::string& file, const known_row_names& names,
                                                           std::vector<std::string>& notes);

}  // namespace assay::harness
