// Parts of the HTML report. Foreign text is escaped here and nowhere else. Thread-safe: plain
// functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/result.hpp"
#include "reports/view.hpp"

namespace assay::reports {

[[nodiscard]] std::string html_text(std::string_view text);
// A stacked bar of the verdicts, hidden from screen readers because the figures are next to it.
[[nodiscard]] std::string html_bar(const totals& t, std::string_view more_class);
// The worst verdict as a class name; "none" when nothing was counted.
[[nodiscard]] std::string_view html_class(const totals& t);
// The clauses, each linked if it has an address.
[[nodiscard]] std::string html_clauses(const row& r);
// The anchor of a row.
[[nodiscard]] std::string html_anchor(const row& r);
// Tables of servers by area, and of clients by area with their scores.
[[nodiscard]] std::string html_matrices(const run& r, const std::vector<group>& groups);
// One row with all details, collapsed unless `open`.
[[nodiscard]] std::string html_row(const row& r, bool open, const std::vector<const row*>& others);
// Every row of a subject as a table.
[[nodiscard]] std::string html_table(const group& g);

}  // namespace assay::reports
