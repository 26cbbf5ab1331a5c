// The modules of a test plan of another suite, judged by the checks that test the same. Thread-safe: plain functions;
// their results point into the run, which must outlive them.
#pragma once

#include <string_view>
#include <vector>

#include "reports/view.hpp"

namespace assay::reports {

// In the suite's words where they mean the same: REVIEW, a person decides, there by a screenshot, here because a
// clause leaves open what was found; UNKNOWN, undecided. partly: what was tested of the module is right, but
// something was not.
enum class module_state { failed, unknown, warning, partly, review, passed, skipped, not_run, not_covered };
[[nodiscard]] std::string_view module_word(module_state s);
// The verdict whose colour fits.
[[nodiscard]] verdict colour_of(module_state s);

struct judged_module {
    const plan_module* module = nullptr;
    module_state state = module_state::not_covered;
    std::vector<const row*> told;                   // those that deviate or are undecided, worst first
    std::vector<std::string_view> expected;         // ids that deviate as the baseline expects
    std::vector<std::string_view> open;             // ids that differ where their clause leaves it open
    std::vector<std::string_view> skipped, absent;  // ids that were skipped, that were not in the run
};
// The modules of `plan` in its order, by the rows of one subject.
[[nodiscard]] std::vector<judged_module> judge_modules(const test_plan& plan, const std::vector<const row*>& rows);

// The rows that a module of the plan is about; and the deviating and undecided ones that none is about.
[[nodiscard]] std::vector<const row*> rows_of(const test_plan& plan, const std::vector<const row*>& rows);
[[nodiscard]] std::vector<const row*> deviating_beside(const test_plan& plan, const std::vector<const row*>& rows);

}  // namespace assay::reports
