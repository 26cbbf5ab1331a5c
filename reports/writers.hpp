// One writer a format; each is a pure function of the run.
#pragma once

#include <string>

#include "data/result.hpp"
#include "reports/result.hpp"

namespace assay::reports {

struct console_options {
    bool colour = false;   // the caller decides: a terminal and no NO_COLOR
    bool verbose = false;  // rows that passed, too
    int width = 100;
};
// The verdict table: a block a subject, one line a row worth reading, failures with expected, actual, clause,
// exchange and the line to reproduce; totals last.
[[nodiscard]] std::string format_console(const run& r, const console_options& options);
[[nodiscard]] std::string format_json(const run& r);
[[nodiscard]] std::string format_junit(
    const run& r);  // testsuite per subject; fail→failure, error→error, skip/known→skipped
[[nodiscard]] std::string format_html(
    const run& r);  // one self-contained page, no external asset, works without JavaScript

// Writes by way of a temporary file and rename. Errors: environment (path and the system's reason).
[[nodiscard]] result<void> write_file(const std::string& path, std::string_view text);

}  // namespace assay::reports
