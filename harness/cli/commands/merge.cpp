// `assay merge`: merges the shards of one load into one result; thresholds are judged on the merged result.
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/load/load_output.hpp"

namespace assay::harness {
namespace {

int run(const std::vector<std::string>& files, const std::string& out) {
    result<load::load_result> all =
        fail(errc::usage, "name the results to merge: assay merge one/load.json two/load.json");
    for (const std::string& file : files) {
        auto one = read_load(file);
        if (!one) return report_error(one.error());
        if (!all) {
            all = std::move(*one);
            continue;
        }
        auto both = load::merge(*all, *one);
        if (!both) return report_error({both.error().code, both.error().message, file});
        all = std::move(*both);
    }
    if (!all) return report_error(all.error());
    if (all->shards.size() > 1) all->notes.insert("repeated codes and tokens are detected within one shard only");
    load::judge_merged(*all);
    print_load(*all);
    auto written = write_load(*all, out);
    if (!written) return report_error(written.error());
    fmt::print("\nReports: {}\n", fmt::join(*written, ", "));
    return load::exit_code(*all);
}

}  // namespace

void add_merge(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("merge", "Merge the results of the shards of one load, exactly");
    auto files = std::make_shared<std::vector<std::string>>();
    auto out = std::make_shared<std::string>("out");
    command->add_option("results", *files, "load.json files, or folders that hold one")->required();
    command->add_option("--out", *out, "Folder for load.json, load.hlog and load.html")->capture_default_str();
    command->footer(
        "Examples:\n"
        "  assay load plan.yaml --shard 1/2 --start-at +5s --out one & assay load plan.yaml --shard 2/2 --start-at "
        "+5s "
        "--out two\n"
        "  assay merge one two --out both");
    command->callback([files, out, &exit_code] { exit_code = run(*files, *out); });
}

}  // namespace assay::harness
