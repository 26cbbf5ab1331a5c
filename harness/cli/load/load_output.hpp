// Output of the load commands: terminal and files. Not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/generator/run.hpp"
#include "harness/load/measurement/knee.hpp"
#include "harness/load/measurement/result.hpp"
#include "harness/load/result/compare.hpp"

namespace assay::harness {

// On stderr: a line rewritten twice a second on a terminal, otherwise a line every five seconds.
class load_progress {
public:
    load_progress();
    ~load_progress();
    load_progress(const load_progress&) = delete;
    load_progress& operator=(const load_progress&) = delete;
    void show(const load::progress& p);
    void clear();

private:
    bool terminal_;
    bool dirty_ = false;
    std::int64_t said_ns_ = 0;
};

// Prints the summary on stdout.
void print_load(const load::load_result& r);
// Prints the comparison of two loads on stdout; returns the exit code: 3 when times were not compared, 5 when the
// generator was the bottleneck of a run, 4 when the second is worse, else 0.
int print_comparison(const load::comparison& c);
// Writes load.json, load.hlog and load.html to `folder`; returns the paths. Errors: environment.
[[nodiscard]] result<std::vector<std::string>> write_load(const load::load_result& r, const std::string& folder);
// Writes knee.json and knee.html to `folder`; returns the paths. Errors: environment.
[[nodiscard]] result<std::vector<std::string>> write_knee(const load::knee_options& o, const load::knee_result& k,
                                                          const std::string& folder);
// Reads a result file. Errors: not_found, usage, malformed; `where` is the path.
[[nodiscard]] result<load::load_result> read_load(const std::string& path);
// The same for several paths; a folder with runs (1/, 2/, … of `assay load --against`) means all its runs.
[[nodiscard]] result<std::vector<load::load_result>> read_loads(const std::vector<std::string>& paths);

}  // namespace assay::harness
