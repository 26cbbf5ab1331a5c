// One writer per format, each a pure function of the run. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "reports/result.hpp"

namespace assay::reports {

struct console_options {
    bool colour = false;   // set by the caller: for a terminal without NO_COLOR
    bool verbose = false;  // also rows that passed
    bool brief = false;    // one screen: the table, titles of the first deviating rows, the verdict
    int width = 100;
    std::string page{};  // where the full report is ("out/report.html"); empty: nowhere
};
// The report for a terminal: one block per subject, one line per relevant row; failures with expected, actual,
// clause, exchange and the command to reproduce; totals last.
[[nodiscard]] std::string format_console(const run& r, const console_options& options);
// A table of clients by area (passed of decided, a mark for the worst), their mutation scores, and in full what
// failed, was undecided, warned or is stale: exchange, clause and the line of YAML.
[[nodiscard]] std::string format_matrix(const run& r, const console_options& options, bool with_score);
// The modules of the run's test plans (run::plans) with their states, and in full what deviates.
[[nodiscard]] std::string format_oidf(const run& r, const console_options& options);
[[nodiscard]] std::string format_oidf(const run& r);
[[nodiscard]] std::string format_json(const run& r);
[[nodiscard]] std::string format_junit(
    const run& r);  // testsuite per subject; fail→failure, error→error, skip/known→skipped
[[nodiscard]] std::string format_html(
    const run& r);  // one self-contained page, no external asset, works without JavaScript

// SARIF 2.1.0 for code scanning: fail and warn rows, worst first, 5 000 at most, with a notification of how many were
// left out.
[[nodiscard]] std::string format_sarif(const run& r);
// The same for survivors (reports/matrix.hpp), wrong answers accepted; expected deviations are suppressed.
[[nodiscard]] std::string format_survivors(const run& r);
// GitLab Code Quality, for `artifacts: reports: codequality`: failed rows at the line of their check.
[[nodiscard]] std::string format_codequality(const run& r);
// TAP version 14, one line per row: skip→# SKIP, known→"not ok # todo" (expected to fail), findings as YAML.
[[nodiscard]] std::string format_tap(const run& r);
// For the summary page of a CI step: at most 1 MiB, worst first, then "and N more".
[[nodiscard]] std::string format_markdown(const run& r);
// Workflow commands for GitHub Actions, which shows them as annotations: at most 10, the worst of what failed, was
// undecided, is stale or warned. Empty: there is none.
[[nodiscard]] std::string format_annotations(const run& r);

// The same for errors in files ("server.yaml:7:13").
[[nodiscard]] std::string format_annotations(const std::vector<error>& errors);

// Makes the folder and sees whether files can be made in it, so that a long run does not end in nothing. Errors:
// environment.
[[nodiscard]] result<void> make_folder(const std::string& path);
// Writes a temporary file and renames it. Errors: environment (path and the system's reason).
[[nodiscard]] result<void> write_file(const std::string& path, std::string_view text);

}  // namespace assay::reports
