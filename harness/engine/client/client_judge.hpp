// What a step of a client check expects, against the client's report and the issuer's journal. Thread-safe: pure.
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
    const std::vector<journal_entry>& journal;  // since the step began
    const std::vector<journal_entry>& all;      // since the check began
    const variables& names;
    const std::vector<leak>& leaks;
    std::int64_t memory = 0;          // MiB that the client's grew by
    std::vector<std::string> person;  // whom the step's `user` is known by
    std::vector<leak> printed;        // where the step asks for secrets_printed
};
// Errors: a ${…} that cannot be expanded; environment, for a client that answered no outcome at all.
[[nodiscard]] result<std::vector<reports::finding>> judge_step(const judged_step& j);

}  // namespace assay::harness
