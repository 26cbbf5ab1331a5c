// A load plan, from a plan file or from the command line. Thread-safe: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/result.hpp"
#include "data/yaml.hpp"
#include "harness/load/flows/flow.hpp"
#include "harness/load/schedule/schedule.hpp"

namespace assay::load {

// A change at the mock's issuer during the run.
struct load_event {
    std::int64_t at_ns = 0;
    std::int64_t advance_s = 0;  // moves its clock forward, in seconds; 0: not
    bool rotate_keys = false;    // signs with a new key; earlier keys stay in its key set
};

struct load_plan {
    std::string name;
    std::string server;  // URL or server.yaml; empty: the embedded mock
    std::string dialect = "strict";
    std::vector<std::string> allow_hosts;
    std::vector<flow_options> mix;
    std::string check;  // the id of a check to run instead of flows
    arrivals how = arrivals::constant;
    std::vector<stage> stages;
    std::uint64_t users = 0;  // closed loop, for `for_ns`
    std::int64_t for_ns = 0;
    std::uint64_t seed = 1;
    std::string client = "confidential";  // role
    std::uint64_t sessions = 0;           // 0: as many as needed, at most 1000
    std::uint64_t connections = 512;      // maximum for all threads
    std::uint64_t threads = 1;
    bool connection_per_request = false;  // each request as by a client that has no connection yet
    std::int64_t timeout_ns = 10'000'000'000;
    std::int64_t code_lifetime_ns = 60'000'000'000;  // lifetime of the server's authorization codes
    std::vector<std::string> thresholds;
    std::vector<load_event> events;
    double max_rate = 20'000;                   // per second; for more, raise it in the plan
    std::int64_t max_for_ns = 600'000'000'000;  // ten minutes
    std::uint64_t shard = 0;
    std::uint64_t shard_count = 1;

    [[nodiscard]] bool open() const { return users == 0; }
    [[nodiscard]] std::int64_t duration_ns() const { return open() ? total_ns(stages) : for_ns; }
};

// A plan, or of a check with a `load:` block a plan with that `check`. Errors: bad_yaml.
[[nodiscard]] result<load_plan> load_plan_of(const yaml::document& d);
// The same of a file. Errors: bad_yaml, not_found.
[[nodiscard]] result<load_plan> read_load_plan(const std::string& path);
// Checks that the plan has something to do and stays within the limits. Errors: usage.
[[nodiscard]] result<void> check_load_plan(const load_plan& p);

// "5000", "5000/s": per second. Errors: usage.
[[nodiscard]] result<double> parse_rate(std::string_view text);
// "i/n", i from 1. Errors: usage.
[[nodiscard]] result<void> parse_shard(std::string_view text, load_plan& out);
// "3 code_exchange, 1 refresh"
[[nodiscard]] std::string describe_mix(const load_plan& p);

}  // namespace assay::load
