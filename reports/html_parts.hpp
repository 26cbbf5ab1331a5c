// Pieces of the HTML report. Whatever comes from outside is escaped here and nowhere else.
// Thread-safe: plain functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/result.hpp"
#include "reports/view.hpp"

namespace assay::reports {

[[nodiscard]] std::string html_text(std::string_view text);
// A stacked bar of the verdicts, hidden from screen readers: the figures stand beside it.
[[nodiscard]] std::string html_bar(const totals& t, std::string_view more_class);
// The worst verdict there is as a class name; "none" when nothing was counted.
[[nodiscard]] std::string_view html_class(const totals& t);
// Clauses, each a link where it has an address.
[[nodiscard]] std::string html_clauses(const row& r);
// What a link to a row leads to.
[[nodiscard]] std::string html_anchor(const row& r);
// Servers by area, and clients by area with their scores.
[[nodiscard]] std::string html_matrices(const run& r, const std::vector<group>& groups);
// One row with all that is known of it, folded away unless `open`.
[[nodiscard]] std::string html_row(const row& r, bool open, const std::vector<const row*>& others);
// Every row of a subject as a table.
[[nodiscard]] std::string html_table(const group& g);

}  // namespace assay::reports
