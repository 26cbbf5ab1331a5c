// One load by several ranks: each a member, rank 0 the coordinator as well.
#pragma once

#include <functional>

#include "harness/load/ranks/coordinator.hpp"
#include "harness/load/ranks/member.hpp"

namespace assay::load {

struct joint_run {
    rank_load load;                                              // of this rank
    coordinator_options coordinator;                             // rank 0
    std::chrono::nanoseconds silence{std::chrono::seconds{10}};  // of rank 0, others
    std::function<int(const load_result&)> orphaned;             // others: rank 0 is lost; writes this rank's figures
};

// Returns when every rank has ended or is given up: the exit code, which is the same on all ranks. Thread-safe: no;
// to be called by the thread that opened the mailbox.
[[nodiscard]] int run_jointly(mailbox& box, joint_run what, const std::atomic<bool>& interrupted);
// Rank 0 could not even begin; the others end with that code.
void end_all(mailbox& box, int code);

}  // namespace assay::load
