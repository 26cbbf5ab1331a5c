// The subcommands of `assay`, one file each; each registers itself and sets the exit code.
#pragma once

#include "data/result.hpp"
#include "reports/exit_code.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace assay::harness {

using reports::exit_environment;
using reports::exit_failed;
using reports::exit_interrupted;
using reports::exit_saturated;
using reports::exit_threshold;
using reports::exit_usage;
using reports::first_exit_code;

void add_init(CLI::App& app, int& exit_code);
void add_run(CLI::App& app, int& exit_code);
void add_report(CLI::App& app, int& exit_code);
void add_token(CLI::App& app, int& exit_code);
void add_replay(CLI::App& app, int& exit_code);
void add_matrix(CLI::App& app, int& exit_code);
void add_prove(CLI::App& app, int& exit_code);
void add_lint(CLI::App& app, int& exit_code);
void add_list(CLI::App& app, int& exit_code);
void add_coverage(CLI::App& app, int& exit_code);
void add_dialect(CLI::App& app, int& exit_code);
void add_explain(CLI::App& app, int& exit_code);
void add_serve(CLI::App& app, int& exit_code);
void add_healthy(CLI::App& app, int& exit_code);
void add_rp(CLI::App& app, int& exit_code);
void add_baseline(CLI::App& app, int& exit_code);
void add_load(CLI::App& app, int& exit_code);
void add_knee(CLI::App& app, int& exit_code);
void add_merge(CLI::App& app, int& exit_code);
void add_compare(CLI::App& app, int& exit_code);
void add_selftest(CLI::App& app, int& exit_code);
void add_unpack(CLI::App& app, int& exit_code);
void add_schema(CLI::App& app, int& exit_code);
void add_completion(CLI::App& app, int& exit_code);
void add_manual(CLI::App& app, int& exit_code);
void add_help(CLI::App& app, int& exit_code);

// Prints "assay: <where>: <message>" on stderr and returns the exit code: 2 for usage, YAML and unknown names, 3 for
// other errors.
int report_error(const error& e);

}  // namespace assay::harness
