// Runs server checks in parallel, each with its own issuer and connection; rows are in the order of the checks.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <vector>

#include "harness/engine/server/run_check.hpp"
#include "harness/engine/server/subject.hpp"
#include "harness/scenario/check.hpp"
#include "reports/result.hpp"

namespace assay::harness {

// Called after each row, one call at a time.
using row_progress = std::function<void(const reports::row& r, std::size_t done, std::size_t total)>;

struct server_run_options {
    unsigned jobs = 0;                        // 0: default_jobs()
    const std::atomic<bool>* stop = nullptr;  // true: no further check starts
    check_setup how{};                        // for every check
    run_witness shown{};                      // of every check; called from several threads
    row_progress progress;
};

// The server checks among `checks`, one row per variant. After an interruption rows are missing.
[[nodiscard]] std::vector<reports::row> run_server_checks(server_subject& subject, const std::vector<check>& checks,
                                                          const server_run_options& options);

}  // namespace assay::harness
