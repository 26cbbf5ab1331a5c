// The subcommands of `assay`, one file each; each adds itself and leaves the exit code of what it did.
#pragma once

#include "data/result.hpp"

namespace CLI {
class App;
}

namespace assay::harness {

// Where several hold, the first of: interrupted, usage, environment, failed, stale.
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_environment = 3;
constexpr int exit_interrupted = 130;

void add_run(CLI::App& app, int& exit_code);
void add_matrix(CLI::App& app, int& exit_code);
void add_prove(CLI::App& app, int& exit_code);
void add_list(CLI::App& app, int& exit_code);
void add_coverage(CLI::App& app, int& exit_code);
void add_explain(CLI::App& app, int& exit_code);
void add_serve(CLI::App& app, int& exit_code);
void add_rp(CLI::App& app, int& exit_code);
void add_baseline(CLI::App& app, int& exit_code);
void add_load(CLI::App& app, int& exit_code);

// Prints "assay: <where>: <message>" on stderr and gives the exit code: 2 for usage, YAML and unknown names, 3 for
// the rest.
int report_error(const error& e);

}  // namespace assay::harness
