// `assay prove` for client checks: `assay rp`, strict, passes each variant of each check, and with one duty left out
// it does not.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/engine/client/client_session.hpp"
#include "harness/engine/client/runner.hpp"
#include "harness/relying_party/mutants.hpp"

namespace assay::harness {

// Whether that row, of a client that leaves out one duty, shows that a check notices. A run that was skipped or could
// not be decided shows nothing, and neither does one that ended otherwise than the duty's want does: a crash of ours
// would catch every careless client there is. `exit_status` is looked at where the process exited.
[[nodiscard]] bool proves(const reports::row& row, fall f, int exit_status, careless_end meant);

struct client_proof {
    std::vector<reports::row> rows;                              // strict: one a check and configuration, the worst
    std::map<std::string, std::vector<std::string>> not_passed;  // careless name -> ids, sorted
    std::vector<std::string> failures;                           // one sentence each; empty: the proof holds
    std::vector<std::string> notes;
};
// `ours`: the client.yaml of assay rp. `matrix`: every duty against every check, not the witnesses alone. A run that
// a signal ended, that hung or that erred proves nothing, unless its duty is one of those whose want ends so. Errors:
// environment.
[[nodiscard]] result<client_proof> prove_client_checks(const client_spec& ours, const std::vector<check>& checks,
                                                       const client_run_options& options, bool matrix);

}  // namespace assay::harness
