// A run by the modules of a test plan of the OpenID Foundation's conformance suite: the state of each, and below them
// in full what deviates.
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/console_writer.hpp"
#include "reports/modules.hpp"
#include "reports/text.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t state_width = 15;  // "  NOT COVERED  "
constexpr std::size_t module_width = 44;
constexpr std::size_t stories_max = 50;

// At most five of them.
std::string ids_of(const std::vector<std::string_view>& ids) {
    constexpr std::size_t named = 5;
    const std::size_t n = std::min(named, ids.size());
    return fmt::format("{}{}", fmt::join(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(n), ", "),
                       ids.size() > named ? fmt::format(" and {} more", ids.size() - named) : "");
}

std::string details_of(const judged_module& m) {
    if (m.state == module_state::not_covered) return m.module->left_out;
    if (m.state == module_state::not_run) return ids_of(m.absent);
    const std::size_t all = m.module->checks.size();
    const std::size_t done = all - m.skipped.size() - m.absent.size();
    std::vector<std::string> parts;
    std::vector<std::string_view> ids;
    for (const row* r : m.told) {
        if (std::find(ids.begin(), ids.end(), r->check) == ids.end()) ids.push_back(r->check);
    }
    if (!ids.empty()) parts.push_back(ids_of(ids));
    if (!m.expected.empty()) parts.push_back("expected: " + ids_of(m.expected));
    if (!m.open.empty()) parts.push_back("differs where its clause leaves it open: " + ids_of(m.open));
    if (done < all) {
        parts.push_back(fmt::format("{} of {}", done, counted(all, "check")));
    } else if (ids.empty()) {
        parts.push_back(counted(all, "check"));
    }
    if (!m.skipped.empty()) parts.push_back("skipped: " + ids_of(m.skipped));
    if (!m.absent.empty()) parts.push_back("not in this run: " + ids_of(m.absent));
    if (!m.module->partly.empty()) parts.push_back("not tested: " + m.module->partly);
    if (m.module->review && m.state == module_state::review)
        parts.emplace_back("there, a person looks at a screenshot");
    return fmt::format("{}", fmt::join(parts, "; "));
}

// "38 modules: 1 FAILED, 36 PASSED"
std::string counts_of(const std::vector<judged_module>& modules) {
    std::map<module_state, std::size_t> number;
    for (const judged_module& m : modules) ++number[m.state];
    std::vector<std::string> parts;
    for (const auto& [state, n] : number) parts.push_back(fmt::format("{} {}", n, module_word(state)));
    return fmt::format("{}: {}", counted(modules.size(), "module"), fmt::join(parts, ", "));
}

// Its configurations are subjects of the same kind; a run without rows still lists the modules.
bool is_for(const test_plan& plan, const group& g) {
    return g.about != nullptr && g.about->kind == plan.kind;
}

}  // namespace

void console_writer::module_line(const judged_module& m) {
    const std::string word = fmt::format("  {:<{}}", module_word(m.state), state_width - 2);
    const std::string& name = m.module->name;
    const std::string text = paint(console_colour(colour_of(m.state)), word) + bold(printable(name));
    const std::string details = printable(details_of(m));
    const std::size_t column = state_width + module_width + 2;
    if (name.size() <= module_width && column + columns(details) <= width_) {
        line(text + std::string(module_width + 2 - name.size(), ' ') + details);
        return;
    }
    line(text);
    const std::string indent(state_width + 2, ' ');
    for (const std::string& each : wrap(details, width_ - indent.size())) line(indent + each);
}

// Each row once, with its story, below the first of its modules.
void console_writer::told_module(const judged_module& m, const group& g, told_before& told) {
    bool begun = false;
    for (const row* r : m.told) {
        if (told.rows.contains(r) || told.stories >= stories_max) continue;
        if (!std::exchange(begun, true)) {
            gap();
            line(paint(console_colour(colour_of(m.state)), module_word(m.state)) + "  " +
                 bold(printable(m.module->name)));
        }
        row_line(*r);
        const std::vector<const row*> others = of_the_same_cause(g.rows, *r);
        told.rows.insert(r);
        told.rows.insert(others.begin(), others.end());
        ++told.stories;
        story(*r, others);
    }
}

void console_writer::plan_block(const test_plan& plan, const group& g) {
    const std::vector<judged_module> modules = judge_modules(plan, g.rows);
    gap();
    line(bold(printable(g.name)) + "  " + dim(printable(fmt::format("{}", fmt::join(about(*g.about), " · ")))));
    line(printable(plan.name));
    if (!plan.partly.empty()) labelled("PARTLY", plan.partly);
    line();
    for (const judged_module& m : modules) module_line(m);
    gap();
    line("  " + bold(counts_of(modules)) + dim("  (" + printable(plan.suite) + ")"));
    told_before told;
    for (const judged_module& m : modules) told_module(m, g, told);
    if (told.stories >= stories_max) line("  The others in full: " + page());
    group inside;
    inside.rows = rows_of(plan, g.rows);
    gap();
    skipped(inside);
    const std::vector<const row*> beside = deviating_beside(plan, g.rows);
    if (beside.empty()) return;
    gap();
    line("In no module of this plan:");
    for (const row* r : beside) row_line(*r);
}

std::string console_writer::modules(const reports::run& r) {
    head(r);
    const std::vector<group> groups = by_subject(r);
    bool any = false;
    for (const test_plan& plan : r.plans) {
        for (const group& g : groups) {
            if (!is_for(plan, g)) continue;
            plan_block(plan, g);
            any = true;
        }
    }
    if (!any) {
        gap();
        line(
            "This run has no test plan of the conformance suite: `assay run --as oidf`, or --oidf-plan NAME, adds "
            "one.");
    }
    closing(r);
    return std::move(out_);
}

std::string format_oidf(const run& r, const console_options& options) {
    return console_writer(options).modules(masked(r, mask{}));
}

std::string format_oidf(const run& r) {
    return format_oidf(r, console_options{.width = 120});
}

}  // namespace assay::reports
