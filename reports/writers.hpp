// One writer a format; each is a pure function of the run.
#pragma once

#include <string>

#include "data/result.hpp"
#include "reports/result.hpp"

namespace assay::reports {

struct console_options {
    bool colour = false;   // the caller decides: a terminal and no NO_COLOR
    bool verbose = false;  // rows that passed, too
    bool brief = false;    // one screen: the table, the first rows worth a look by their titles, the verdict
    int width = 100;
    std::string page{};  // where every row stands in full ("out/report.html"); empty: nowhere
};
// The verdict table: a block a subject, one line a row worth reading, failures with expected, actual, clause,
// exchange and the line to reproduce; totals last.
[[nodiscard]] std::string format_console(const run& r, const console_options& options);
// Clients by area in one table (passed of decided, a mark for the worst), their mutation scores, and what failed, was
// undecided, warned or is stale in full: exchange, clause and the line of YAML.
[[nodiscard]] std::string format_matrix(const run& r, const console_options& options, bool with_score);
[[nodiscard]] std::string format_json(const run& r);
[[nodiscard]] std::string format_junit(
    const run& r);  // testsuite per subject; fail→failure, error→error, skip/known→skipped
[[nodiscard]] std::string format_html(
    const run& r);  // one self-contained page, no external asset, works without JavaScript

// SARIF 2.1.0, for code scanning: fail and warn rows, the worst first, 5 000 at most with a notification of how many
// more.
[[nodiscard]] std::string format_sarif(const run& r);
// The same of the survivors (reports/matrix.hpp): wrong answers that a client took, an expected deviation suppressed.
[[nodiscard]] std::string format_survivors(const run& r);
// TAP version 14, a line a row: skip→# SKIP, known→"not ok # todo" (expected not to hold), what was found as YAML.
[[nodiscard]] std::string format_tap(const run& r);
// For the summary page of a CI step: at most 1 MiB, worst first, then "and N more".
[[nodiscard]] std::string format_markdown(const run& r);

// Writes by way of a temporary file and rename. Errors: environment (path and the system's reason).
[[nodiscard]] result<void> write_file(const std::string& path, std::string_view text);

}  // namespace assay::reports
