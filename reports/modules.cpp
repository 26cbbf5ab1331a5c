#include "reports/modules.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

namespace assay::reports {
namespace {

struct named_state {
    std::string_view word;
    verdict colour;
};
// In the order of the enumerators.
constexpr std::array<named_state, 9> states{{{"FAILED", verdict::fail},
                                             {"UNKNOWN", verdict::error},
                                             {"WARNING", verdict::warn},
                                             {"PARTLY", verdict::info},
                                             {"REVIEW", verdict::info},
                                             {"PASSED", verdict::pass},
                                             {"SKIPPED", verdict::skip},
                                             {"NOT RUN", verdict::skip},
                                             {"NOT COVERED", verdict::skip}}};

bool deviates(const row& r) {
    return r.verdict == verdict::fail || r.verdict == verdict::warn || r.verdict == verdict::error;
}

// The suite knows no baseline: what is expected deviates there all the same. What no longer deviates has passed.
verdict verdict_there(const row& r) {
    if (r.verdict == verdict::known) return verdict_of_findings(r.level);
    return r.verdict == verdict::stale ? verdict::pass : r.verdict;
}

using rows_by_check = std::map<std::string_view, std::vector<const row*>>;

rows_by_check by_check(const std::vector<const row*>& rows) {
    rows_by_check out;
    for (const row* r : rows) out[r->check].push_back(r);
    return out;
}

// The worst of a check's variants. A variant that was skipped, such as that of a client of another type, leaves the
// others.
verdict worst_of(const std::vector<const row*>& rows) {
    verdict worst = verdict::skip;
    for (const row* r : rows) {
        const verdict v = verdict_there(*r);
        if (worst == verdict::skip || (v != verdict::skip && rank(v) < rank(worst))) worst = v;
    }
    return worst;
}

module_state state_of(const test_plan& plan, const judged_module& m, const std::set<verdict>& met) {
    using enum module_state;
    if (m.module->checks.empty()) return not_covered;
    if (met.contains(verdict::fail)) return failed;
    if (met.contains(verdict::error)) return unknown;
    if (met.empty()) return not_run;
    if (met == std::set{verdict::skip}) return skipped;
    if (met.contains(verdict::warn)) return warning;
    const bool in_part = !plan.partly.empty() || !m.module->partly.empty() || !m.skipped.empty() || !m.absent.empty();
    if (in_part) return partly;
    return m.module->review || !m.open.empty() ? review : passed;
}

judged_module judge(const test_plan& plan, const plan_module& module, const rows_by_check& rows) {
    judged_module out;
    out.module = &module;
    std::set<verdict> met;
    for (const std::string& id : module.checks) {
        const auto found = rows.find(id);
        if (found == rows.end()) {
            out.absent.push_back(id);
            continue;
        }
        const verdict worst = worst_of(found->second);
        met.insert(worst);
        if (worst == verdict::skip) out.skipped.push_back(id);
        if (worst == verdict::info) out.open.push_back(id);
        for (const row* r : found->second) {
            if (deviates(*r)) out.told.push_back(r);
        }
        if (std::any_of(found->second.begin(), found->second.end(),
                        [](const row* r) { return r->verdict == verdict::known; }))
            out.expected.push_back(id);
    }
    std::stable_sort(out.told.begin(), out.told.end(),
                     [](const row* a, const row* b) { return rank(a->verdict) < rank(b->verdict); });
    out.state = state_of(plan, out, met);
    return out;
}

}  // namespace

std::string_view module_word(module_state s) {
    return states.at(static_cast<std::size_t>(s)).word;
}

verdict colour_of(module_state s) {
    return states.at(static_cast<std::size_t>(s)).colour;
}

std::vector<judged_module> judge_modules(const test_plan& plan, const std::vector<const row*>& rows) {
    const rows_by_check sorted = by_check(rows);
    std::vector<judged_module> out;
    for (const plan_module& m : plan.modules) out.push_back(judge(plan, m, sorted));
    return out;
}

std::vector<const row*> rows_of(const test_plan& plan, const std::vector<const row*>& rows) {
    std::set<std::string_view> of_the_plan;
    for (const plan_module& m : plan.modules) of_the_plan.insert(m.checks.begin(), m.checks.end());
    std::vector<const row*> out;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(out),
                 [&](const row* r) { return of_the_plan.contains(r->check); });
    return out;
}

std::vector<const row*> deviating_beside(const test_plan& plan, const std::vector<const row*>& rows) {
    const std::vector<const row*> inside = rows_of(plan, rows);
    std::vector<const row*> out;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(out), [&](const row* r) {
        return deviates(*r) && std::find(inside.begin(), inside.end(), r) == inside.end();
    });
    return out;
}

}  // namespace assay::reports
