// Executes a load plan: workers, one thread each, started together and joined; their records are merged into one
// result.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/generator/load_plan.hpp"
#include "harness/load/generator/progress.hpp"
#include "harness/load/measurement/recorder.hpp"
#include "harness/load/measurement/result.hpp"

namespace assay::load {

// For a run that is a part of one load with other processes.
struct joint {
    // Called once everything is prepared; waits for the others and returns the common start by this machine's clock.
    std::function<result<std::chrono::system_clock::time_point>()> agree_on_start;
    // Takes the figures of the last second or more; each figure is handed over once, and the result has the rest.
    std::function<void(load_result part)> hand_over;
    // Takes what must be unique within the load, at the end.
    std::function<void(unique_digests)> compare;
    std::chrono::nanoseconds grace{std::chrono::milliseconds{250}};  // after `stop`, for responses
};

struct run_options {
    target to;
    std::string origin;
    std::string target_name;  // in the result; empty: the origin
    std::string ca_file;
    mint codes;                                                // for flows that need codes; otherwise empty
    std::vector<session> sessions;                             // for flows that need sessions; distributed among them
    std::function<result<void>(const load_event&)> carry_out;  // for plans with events
    std::int64_t issuer_ahead_s = 0;                           // the issuer's clock minus ours, before any event
    std::function<void(const progress&)> show;
    std::function<void(std::chrono::steady_clock::time_point start)> started;  // once, before the first arrival
    const std::atomic<bool>* stop = nullptr;
    std::chrono::system_clock::time_point start_at{};  // epoch: immediately
    std::vector<std::string> notes;
    std::optional<joint> with_others;
    pid_t server_pid = 0;  // the server's process on this machine, to be measured; 0: none
    std::vector<std::string>
        server_metrics{};  // URLs of metrics for Prometheus that have the server's processor time
};

// Gives the parts of closed seconds to those who asked for them.
void hand_over(const std::vector<std::unique_ptr<recorder>>& records, const run_options& o);
// The memory of the generator and what the server's processes use: to be called at the end of the run, and added to
// its result. Errors: usage (there is no such process).
[[nodiscard]] result<std::function<load_result()>> usage_from_now(const run_options& o);
// The start of the run: agreed with others, as asked for, or now, with a note where that has passed. Errors: of the
// others.
[[nodiscard]] result<std::chrono::system_clock::time_point> start_of(run_options& o);

// Errors: usage, connect (unknown host), unsupported (the server lacks an endpoint), environment.
[[nodiscard]] result<load_result> run_load(const load_plan& plan, run_options options);

// The setup part of a result, from the load plan; equal for all its shards.
[[nodiscard]] load_setup setup_of(const load_plan& plan, const std::string& target);
// RFC 3339 with milliseconds.
[[nodiscard]] std::string timestamp(std::chrono::system_clock::time_point at);

}  // namespace assay::load
