// Parts of the report on a terminal, shared by format_console() and format_matrix(). Not thread-safe.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "reports/matrix.hpp"
#include "reports/modules.hpp"
#include "reports/result.hpp"
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {

// The escape sequence of a verdict's colour.
[[nodiscard]] std::string_view console_colour(verdict v);

class console_writer {
public:
    explicit console_writer(const console_options& options)
        : options_(options), width_(static_cast<std::size_t>(std::max(options.width, 40))) {}

    // One block per subject.
    std::string run(const reports::run& r);
    // Client by area, then all that failed, was undecided, warned or is stale; console_matrix.cpp.
    std::string matrix(const reports::run& r, bool with_score);
    // By the modules of the run's plans; oidf.cpp.
    std::string modules(const reports::run& r);

private:
    void head(const reports::run& r);
    void block(const group& g);
    [[nodiscard]] std::string page() const;
    void told_rows(const group& g, verdict v);
    void short_rows(const group& g, verdict v);
    void counts(const totals& t);
    void row_line(const row& r);
    // `others`: rows with the same cause, listed with this one.
    void story(const row& r, const std::vector<const row*>& others);
    void told(const finding& f);
    void exchange(const evidence& e, const finding& f);
    void skipped(const group& g);
    void worth_a_look(const reports::run& r);
    void table(const std::vector<group>& groups, const totals& all);
    void areas_table(const client_matrix& m, std::size_t first, std::size_t count, std::size_t name_width);
    std::string area_cell(const totals& t) const;
    void scores(const client_matrix& m);
    struct told_before {
        std::set<const row*> rows;
        std::size_t stories = 0;
    };
    void plan_block(const test_plan& plan, const group& g);
    void module_line(const judged_module& m);
    void told_module(const judged_module& m, const group& g, told_before& told);
    void table_line(std::string_view name, const totals& t, std::size_t name_width);
    void closing(const reports::run& r);

    void line(std::string_view text = {}) { (out_ += text) += '\n'; }
    // One empty line, unless there is one already.
    void gap() {
        if (!out_.ends_with("\n\n")) out_ += '\n';
    }
    std::string paint(std::string_view colour, std::string_view text) const {
        return options_.colour && !colour.empty() ? fmt::format("{}{}\x1b[0m", colour, text) : std::string(text);
    }
    std::string dim(std::string_view text) const { return paint("\x1b[2m", text); }
    std::string bold(std::string_view text) const { return paint("\x1b[1m", text); }
    // "expected  400", with further lines indented below the first.
    void labelled(std::string_view label, std::string_view text);
    void command(std::string_view label, std::string_view text);

    console_options options_;
    std::size_t width_;
    bool failures_only_ = false;
    std::string out_;
};

}  // namespace assay::reports
