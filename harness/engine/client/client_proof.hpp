// `assay prove` for client checks: `assay rp` passes each variant of each check when strict, and does not as a
// mutant.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/engine/client/client_session.hpp"
#include "harness/engine/client/runner.hpp"
#include "harness/relying_party/mutants.hpp"

namespace assay::harness {

// Whether that row of a mutant shows that the check detects it. A skipped or undecided run shows nothing, and neither
// does a run that ended in another way than the mutant should: otherwise a crash of ours would count for every
// mutant. `exit_status` is used if the process exited.
[[nodiscard]] bool proves(const reports::row& row, fall f, int exit_status, mutant_end expected);

struct client_proof {
    std::vector<reports::row> rows;                              // strict: one per check and configuration, the worst
    std::map<std::string, std::vector<std::string>> not_passed;  // mutant -> ids, sorted
    std::vector<std::string> failures;                           // one sentence each; empty: the proof holds
    std::vector<std::string> notes;
};
// `ours`: the client.yaml of assay rp. `matrix`: every mutant against every check, not only the witnesses. A
// run that crashed, hung or failed shows nothing, unless the mutant is meant to end like that. Errors:
// environment.
[[nodiscard]] result<client_proof> prove_client_checks(const client_spec& ours, const std::vector<check>& checks,
                                                       const client_run_options& options, bool matrix);

}  // namespace assay::harness
