// The flags that `assay load` and `assay knee` share, and the load plan they make. Not thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/cli/load/load_target.hpp"
#include "harness/load/generator/load_plan.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace assay::harness {

struct load_flags {
    std::string plan;  // a file, or a name below scenarios/load; empty: only flags
    std::string data;  // the folder that holds scenarios/
    std::vector<std::string> flows;
    std::string rate, for_how_long, arrivals, server, dialect, client, path, timeout, shard, max_rate, max_for,
        replay;
    std::uint64_t users = 0, threads = 0, connections = 0, sessions = 0;
    std::string seed;
    std::vector<std::string> thresholds;
    std::vector<std::string> allow_hosts;
    std::string control, ca_file;
    unsigned mock_threads = 1;
    int connection_per_request = 0;  // below 0: keep them, whatever the plan says
    int server_pid = 0;
    std::vector<std::string> server_metrics;
};
void add_load_flags(CLI::App& command, load_flags& f);

// The plan of the file, changed by the flags. Errors: usage, bad_yaml, not_found.
[[nodiscard]] result<load::load_plan> plan_of(const load_flags& f);
[[nodiscard]] load_target_options target_of(const load_flags& f);
// "+10s", "1732650000", "1732650000.5"; empty: the epoch, which means immediately. Errors: usage.
[[nodiscard]] result<std::chrono::system_clock::time_point> start_time(const std::string& text);

}  // namespace assay::harness
