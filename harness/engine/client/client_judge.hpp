// Judges a step of a client check by the client's report and the issuer's journal. Thread-safe: pure functions.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/engine/client/canaries.hpp"
#include "harness/engine/client/client_browser.hpp"
#include "harness/engine/client/mock_control.hpp"
#include "harness/scenario/check.hpp"
#include "harness/scenario/variables.hpp"
#include "reports/result.hpp"

namespace assay::harness {

struct judged_step {
    const check& of;
    const client_step& step;
    std::string label;  // "2 deliver"
    const step_outcome& ended;
    const std::vector<journal_entry>& journal;  // since the start of the step
    const std::vector<journal_entry>& all;      // since the start of the check
    const variables& names;
    const std::vector<leak>& leaks;
    std::int64_t memory = 0;          // growth of the client's memory, MiB
    std::vector<std::string> person;  // names of the step's `user`
    std::vector<leak> printed;        // if the step expects secrets_printed
};
// Errors: a ${…} that cannot be expanded; environment, when the client did not report an outcome at all.
[[nodiscard]] result<std::vector<reports::finding>> judge_step(const judged_step& j);

}  // namespace assay::harness
