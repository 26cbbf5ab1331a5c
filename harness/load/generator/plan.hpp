// A load plan: what a plan file or the command line asks for. Thread-safe: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "harness/load/flows/flow.hpp"
#include "harness/load/schedule/schedule.hpp"

namespace assay::load {

// What happens to the mock's issuer while the load runs.
struct plan_event {
    std::int64_t at_ns = 0;
    std::int64_t advance_s = 0;  // its clock moves on; 0: it does not
    bool rotate_keys = false;    // it signs with another key from then on; those before stay in its key set
};

struct load_plan {
    std::string name;
    std::string server;  // URL or server.yaml; empty: our own mock
    std::string dialect = "strict";
    std::vector<std::string> allow_hosts;
    std::vector<flow_options> mix;
    std::string check;  // a scenario instead of flows: its id
    arrivals how = arrivals::constant;
    std::vector<stage> stages;
    std::uint64_t users = 0;  // closed loop, for `for_ns`
    std::int64_t for_ns = 0;
    std::uint64_t seed = 1;
    std::string client = "confidential";  // role
    std::uint64_t sessions = 0;           // 0: as many as the load needs, at most 1000
    std::uint64_t connections = 512;      // at most, over all threads
    std::uint64_t threads = 1;
    std::int64_t timeout_ns = 10'000'000'000;
    std::int64_t code_lifetime_ns = 60'000'000'000;  // how long the server takes an authorization code
    std::vector<std::string> thresholds;
    std::vector<plan_event> events;
    double max_rate = 20'000;                   // per second; a plan above it must raise it
    std::int64_t max_for_ns = 600'000'000'000;  // ten minutes
    std::uint64_t shard = 0;
    std::uint64_t shard_count = 1;

    [[nodiscard]] bool open() const { return users == 0; }
    [[nodiscard]] std::int64_t duration_ns() const { return open() ? total_ns(stages) : for_ns; }
};

// A plan file, or a check file with a `load:` block, which becomes a plan with that `check`. Errors: bad_yaml,
// not_found.
[[nodiscard]] result<load_plan> read_plan(const std::string& path);
// What a file and flags together make: something to do, within the caps. Errors: usage.
[[nodiscard]] result<void> check_plan(const load_plan& p);

// "5000", "5000/s": per second. Errors: usage.
[[nodiscard]] result<double> parse_rate(std::string_view text);
// "i/n", i from 1. Errors: usage.
[[nodiscard]] result<void> parse_shard(std::string_view text, load_plan& out);
// "3 code_exchange, 1 refresh"
[[nodiscard]] std::string describe_mix(const load_plan& p);

}  // namespace assay::load
