// `assay report`: any report of a run, from its result.json.
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/cli/shared/report_files.hpp"
#include "harness/cli/shared/result_files.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

struct report_options {
    std::string result = "out/result.json";
    std::string to = "console";
    std::string out;
    std::string location;
    bool verbose = false;
};

std::string write_as(const reports::run& r, const report_options& o) {
    if (o.to != "console") return format_report(r, o.to);
    reports::console_options console;
    console.colour = o.out.empty() && wants_colour(STDOUT_FILENO);
    console.verbose = o.verbose;
    console.width = terminal_width();
    return reports::format_console(r, console);
}

int report(const report_options& o) {
    auto read = read_result(o.result);
    if (!read) return report_error(read.error());
    if (!read->whole) {
        fmt::print(stderr,
                   "assay: {}: a newer assay wrote it, or another program; what is not known here is left out\n",
                   o.result);
    }
    read->run.location = o.location;
    const std::string text = write_as(read->run, o);
    if (o.out.empty()) {
        fmt::print("{}", text);
        return 0;
    }
    if (auto ok = reports::write_file(o.out, text); !ok) return report_error(ok.error());
    return 0;
}

}  // namespace

void add_report(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("report", "Any report of an earlier run, from its result.json");
    auto o = std::make_shared<report_options>();
    std::vector<std::string> formats = report_formats(true);
    formats.insert(formats.begin(), "console");
    command->add_option("result", o->result, "What `assay run` or `assay matrix` wrote, or its folder")
        ->capture_default_str();
    command->add_option("--to", o->to, fmt::format("Which report: {}", fmt::join(formats, ", ")))
        ->check(CLI::IsMember(formats))
        ->capture_default_str();
    command->add_option("--out", o->out, "The file to write (default: standard output)");
    command->add_option("--sarif-location", o->location,
                        "The file of your repository that SARIF and Code Quality point at: client.yaml");
    command->add_flag("--verbose,-v", o->verbose, "On the console: show rows that passed, too");
    command->footer(
        "A report has the same bytes as the one that the run writes with --format.\n"
        "Exit code: 0, whatever the verdicts were (assay run has the exit code of the verdicts).\n"
        "Examples:\n"
        "  assay report out/result.json --to junit --out junit.xml\n"
        "  assay report out --to sarif --sarif-location test/oauth/client.yaml > result.sarif\n"
        "  assay report out --verbose");
    command->callback([o, &exit_code] { exit_code = report(*o); });
}

}  // namespace assay::harness
