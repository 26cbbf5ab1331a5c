// A plan carried out: workers, one thread each, started together and joined; their records merged into one result.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/generator/plan.hpp"
#include "harness/load/measurement/result.hpp"

namespace assay::load {

// For a progress line, about twice a second.
struct progress {
    std::int64_t elapsed_ns = 0;
    std::int64_t planned_ns = 0;
    std::uint64_t begun = 0;
    std::uint64_t finished = 0;
    std::uint64_t failed = 0;
    double rate = 0;                                        // flows finished per second, since the last call
    std::int64_t p50_us = 0, p99_us = 0, worst_lag_us = 0;  // of the last whole second
};

struct run_options {
    party to;
    std::string origin;
    std::string target;  // how the result names it; empty: the origin
    std::string ca_file;
    mint codes;                                                // for flows that need codes; may be empty
    std::vector<session> sessions;                             // for flows that need sessions, dealt out among them
    std::function<result<void>(const plan_event&)> carry_out;  // where the plan has events
    std::int64_t issuer_ahead_s = 0;                           // its clock against ours, before any event
    std::function<void(const progress&)> show;
    std::function<void(std::chrono::steady_clock::time_point start)> started;  // once, before the first arrival
    const std::atomic<bool>* stop = nullptr;
    std::chrono::system_clock::time_point start_at{};  // epoch: at once
    std::vector<std::string> notes;
};

// Errors: usage, connect (no such host), unsupported (a flow the server has no endpoint for), environment.
[[nodiscard]] result<load_result> run_load(const load_plan& plan, run_options options);

// What setup says of a plan; equal for all its shards.
[[nodiscard]] load_setup setup_of(const load_plan& plan, const std::string& target);
// RFC 3339 with milliseconds.
[[nodiscard]] std::string timestamp(std::chrono::system_clock::time_point at);

}  // namespace assay::load
