// `assay replay`: runs the failure of a capsule (capsule.hpp) once more. Not thread-safe.
#pragma once

#include <string>

#include "data/result.hpp"
#include "harness/cli/replay/capsule.hpp"
#include "harness/cli/run/run_plan.hpp"

namespace assay::harness {

struct replay_options {
    std::string file;
    std::string server;   // in place of the capsule's: URL or file
    std::string client;   // name or folder
    std::string ca_file;  // --ca of the run, which a capsule does not carry
    std::string data;
    bool as_curl = false;
};

struct replay_plan {
    run_plan plan;
    run_options options;
};
// One check, in one variant, on one subject, with seed, clock and faults of the capsule. Errors: usage (also for what
// the capsule needs and is not there), bad_yaml.
[[nodiscard]] result<replay_plan> make_replay(const capsule& c, const replay_options& o);

enum class replay_end { same_failure, another_failure, passes, undecided };
// The same failure: the same verdict, and findings at the same places of the same steps.
[[nodiscard]] replay_end compare_rows(const reports::row& before, const reports::row& now);
// Where a row fails: "3 token, status; 3 token, json /error".
[[nodiscard]] std::string places_of(const reports::row& r);

}  // namespace assay::harness
