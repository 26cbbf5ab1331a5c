// Options that narrow or repeat a run: --grade, --rerun-failed, --repeat; and the baseline of a server.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/clients/client_yaml.hpp"
#include "harness/engine/server/oidf_config.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/profile.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// "must": only MUST; "should": also SHOULD and MAY; "robust": also INFO and ROB.
[[nodiscard]] bool within_grade(reports::level l, const std::string& grade);

// Keeps the checks that have a row with fail, error, warn or stale in that result.
void keep_failed(const reports::run& before, std::vector<check>& checks);

// Merges repetitions of the same checks into one row each: the worst one, with its frequency if the runs differ.
[[nodiscard]] std::vector<reports::row> merge_repetitions(std::vector<std::vector<reports::row>> all);

// The server's name in rows (for a URL or a file). Errors: usage, bad_yaml.
[[nodiscard]] result<std::string> server_name(const std::string& server, const oidf_choice& choice = {});

// The path of baseline.yaml beside a server.yaml; empty for a URL.
[[nodiscard]] std::string baseline_beside(const std::string& server);
// The rows with a reason; a note lists the others. Empty if the file does not exist. Errors: bad_yaml.
[[nodiscard]] result<std::vector<known_row>> read_baseline(const std::string& file, const known_row_names& names,
                                                           std::vector<std::string>& notes);

// Of a client: the file beside its client.yaml. A row without `subject` is about all its configurations; it becomes
// one row for each. Errors: bad_yaml.
[[nodiscard]] std::vector<std::string> subjects_of(const client_spec& c);
[[nodiscard]] result<std::vector<known_row>> read_client_baseline(const client_spec& c,
                                                                  const std::vector<check>& checks,
                                                                  std::vector<std::string>& notes);
[[nodiscard]] std::vector<known_row> for_each_subject(std::vector<known_row> rows,
                                                      const std::vector<std::string>& subjects);

}  // namespace assay::harness
