// GitLab Code Quality (the artifact `codequality`), a part of the Code Climate format: a list of issues, which a
// merge request shows beside the changed lines and compares with those of the target branch.
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
#include <fmt/format.h>

#include "reports/text.hpp"
#include "reports/view.hpp"
#include "reports/writers.hpp"

namespace assay::reports {
namespace {

constexpr std::size_t description_max = 1000;

std::string description_of(const row& r) {
    std::string out = fmt::format("{}: {} ({})", r.subject, r.title, clauses_of(r));
    if (!r.findings.empty()) {
        const finding& f = r.findings.front();
        out += fmt::format(". {}, {}: expected {}, found {}", f.step, f.at, f.expected, f.actual);
    }
    return cut(printable(out), description_max);
}

json::object issue_of(const run& all, const row& r) {
    const source_place at = place_of(all, r).value_or(source_place{"scenarios"});
    return json::object{{"description", description_of(r)},
                        {"check_name", r.check},
                        // An issue is the same as one of the target branch where this is; it has no place and no
                        // message in it, which an edited check or another answer would change.
                        {"fingerprint", fmt::format("{}|{}|{}", key_of(r), r.subject, r.dialect)},
                        {"severity", r.level == level::must || r.level == level::rob ? "major" : "minor"},
                        {"location", json::object{{"path", at.path}, {"lines", json::object{{"begin", at.line}}}}}};
}

}  // namespace

std::string format_codequality(const run& r) {
    const run safe = masked(r, mask{});
    json::array issues;
    for (const row& each : safe.rows) {
        if (each.verdict == verdict::fail) issues.emplace_back(issue_of(safe, each));
    }
    return json::format_pretty(json::value(std::move(issues))) + "\n";
}

}  // namespace assay::reports
