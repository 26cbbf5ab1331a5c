// Judges assertions on an observation. Thread-safe: pure functions.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/engine/server/server_run.hpp"
#include "harness/scenario/check.hpp"

namespace assay::harness {

// An assertion that does not hold.
struct deviation {
    std::string at;  // "status", "header cache-control", "json /error"
    std::string expected;
    std::string actual;
    yaml::place place;
};

// Every assertion of `expect` that does not hold of `a`. Errors: those of interpolation.
[[nodiscard]] result<std::vector<deviation>> judge(const std::vector<assertion>& expect, const observation& a,
                                                   const variables& vars);

}  // namespace assay::harness
