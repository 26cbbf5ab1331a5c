// The result of a load run, as integers and histograms only, so that results of shards merge exactly: merge() is
// associative and commutative; rates and percentiles are computed from the merged data, never averaged. Thread-safe:
// plain values.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "data/json.hpp"
#include "data/result.hpp"
#include "harness/load/measurement/histogram.hpp"
#include "harness/load/schedule/schedule.hpp"

namespace assay::load {

// One kind of request of a flow ("token"), or a whole flow by its name. Every request that ended counts once: as
// successful, or as failed (refused, connection lost, or timed out, with the timeout as its time). Failures have
// their own histogram, because refusals are often the fastest responses.
struct request_result {
    std::uint64_t ok = 0;
    std::uint64_t failed = 0;
    bool whole = false;        // a flow of several requests, which have their own rows
    histogram latency;         // from the intended start; successful requests
    histogram service;         // from the first byte sent; successful requests
    histogram failed_latency;  // from the intended start
    [[nodiscard]] std::uint64_t count() const { return ok + failed; }
};

// What ended within one second of the run.
struct interval_result {
    std::uint64_t failed = 0;
    histogram latency;  // of successful requests
};

struct tally {
    std::uint64_t count = 0;
    std::string sample;  // the smallest one, so that merging does not depend on the order
};

// How often a requirement of the protocol was tested, and how often it was violated.
struct invariant_result {
    std::uint64_t tried = 0;
    std::uint64_t broken = 0;
    std::string sample;
};

// The setup of the run: equal in all shards of one load.
struct load_setup {
    std::string name;
    std::string target;
    std::string flows;  // "3 code_exchange, 1 refresh"
    std::string loop;   // "open, constant", "open, poisson" or "closed"
    std::vector<stage> stages;
    std::uint64_t users = 0;  // closed loop
    std::int64_t duration_ns = 0;
    std::uint64_t seed = 0;
    std::uint64_t shard_count = 1;
    std::vector<std::string> thresholds;
    [[nodiscard]] bool open() const { return users == 0; }
    [[nodiscard]] std::string key() const;
};

// One process of a load that mpirun or srun started.
struct rank_result {
    std::string host;
    std::int64_t clock_offset_ns = 0;  // its system clock minus that of rank 0, before the start
    std::int64_t clock_error_ns = 0;   // the offset is exact to this: half the round trip of the measurement
    std::string lost;                  // why its figures end before the run did; empty: they do not
};

// What the processes of one program used while the load ran.
struct process_usage {
    std::int64_t cpu_ns = 0;
    std::int64_t memory_peak_kib = 0;  // of the largest one, since it began; 0: unknown
};

struct load_result {
    load_setup setup;
    std::string started_at;          // the earliest; RFC 3339 with milliseconds
    std::set<std::uint64_t> shards;  // the shards in this result
    std::uint64_t due = 0;           // iterations due until the end of the plan, or until the interruption
    std::uint64_t begun = 0;
    std::uint64_t finished = 0;
    std::uint64_t unfinished = 0;   // ended by an interruption: in no histogram
    std::uint64_t starved = 0;      // not begun for lack of a code or session
    std::uint64_t waited = 0;       // requests that waited for a free connection
    std::uint64_t connections = 0;  // opened in total
    std::uint64_t resumed = 0;      // of these: resumed TLS sessions (RFC 8446 §2.2)
    std::uint64_t threads = 0;
    std::int64_t begin_span_ns = 0;  // from the start to the last iteration begun, at least the plan's duration
    std::int64_t elapsed_ns = 0;     // to the last response
    std::int64_t cpu_ns = 0;         // of the generator's threads only
    std::int64_t thread_wall_ns = 0;
    std::uint64_t busiest_permille = 0;  // share of one core, of the busiest thread of the generator
    histogram lag;                       // how late arrivals were picked up
    std::map<std::string, request_result> requests;
    std::map<std::pair<std::int64_t, std::string>, interval_result> intervals;  // by second and name of the request
    std::map<std::pair<std::string, std::string>, tally> failures;              // by name of the request and kind
    std::map<std::string, invariant_result> invariants;
    std::set<std::string> notes;
    std::set<std::string> saturated;  // reasons why there is no verdict
    bool interrupted = false;
    std::int64_t memory_peak_kib = 0;             // of the largest process of the generator; 0: unknown
    std::map<std::string, process_usage> server;  // by program, or URL of its metrics; empty: not measured
    std::map<std::uint64_t, rank_result> ranks;   // empty: a run of one process

    [[nodiscard]] bool lost_a_rank() const;
    [[nodiscard]] double offered_rate() const;         // iterations per second in the plan
    [[nodiscard]] double achieved_rate() const;        // iterations per second that were begun
    [[nodiscard]] double cpu_share() const;            // of one core per thread, 0 to 1
    [[nodiscard]] std::int64_t server_cpu_ns() const;  // of all its programs
};

// The share of its core that a thread used in `wall_ns`, in thousandths.
[[nodiscard]] constexpr std::uint64_t busy_permille(std::int64_t cpu_ns, std::int64_t wall_ns) {
    return wall_ns <= 0 || cpu_ns <= 0 ? 0 : static_cast<std::uint64_t>(cpu_ns / (wall_ns / 1000 + 1));
}

// Errors: usage (another plan, or a shard that is in both).
[[nodiscard]] result<load_result> merge(const load_result& a, const load_result& b);
// Adds the figures of `b` without comparing setup and shards: for the workers of one run.
void add(load_result& out, const load_result& b);
// How late at most 1 in 100 arrivals may be picked up, µs: a quarter of the smallest time in a threshold, or else of
// the smallest p99 of a request; from 1 ms (no machine is better) to 100 ms.
[[nodiscard]] std::int64_t lag_limit_us(const load_result& r);
// Adds the reasons to `saturated` that follow from the figures.
void judge_generator(load_result& r);
// The same for what was merged; a note says how many of the shards are missing.
void judge_merged(load_result& r);

// The kind of request with the most requests, whole flows excluded; its name, or empty.
[[nodiscard]] std::string main_request(const load_result& r);
// There were requests, and none succeeded: the figures of such a run do not describe the flow.
[[nodiscard]] bool nothing_succeeded(const load_result& r);
// 0, 3 (nothing succeeded, or a rank was lost, which also interrupts the others), 4 (a threshold failed), 5 (the
// generator was the bottleneck), 130 (interrupted); precedence as in reports/exit_code.hpp.
[[nodiscard]] int exit_code(const load_result& r);

}  // namespace assay::load
