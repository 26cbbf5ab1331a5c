// `assay matrix`: every client × every client check, once or several times, as one table.
#include "reports/matrix.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/run/run_plan.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/cli/shared/report_files.hpp"
#include "reports/text.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

struct matrix_options {
    run_options run;
    bool score = false;
    unsigned repeat = 1;
};

// Repeats the run as often as asked; returns one line for each difference from the first run.
result<std::vector<std::string>> run_again(const run_plan& plan, const matrix_options& o, const reports::run& first) {
    std::vector<std::string> out;
    for (unsigned i = 2; i <= o.repeat && !interrupted(); ++i) {
        auto again = carry_out(plan, o.run);
        if (!again) return fail(again.error());
        if (again->interrupted) break;
        fmt::print("Run {} of {}: {}\n", i, o.repeat, reports::duration(again->time_us));
        for (std::string& line : reports::differing_verdicts(first, *again)) out.push_back(std::move(line));
    }
    return out;
}

int matrix(matrix_options o) {
    if (o.run.clients.empty()) o.run.clients = {"all", "assay-rp"};
    if (o.score) o.run.formats.emplace_back("survivors");
    auto plan = make_plan(o.run);
    if (!plan) return report_error(plan.error());
    plan->server_checks.clear();
    if (plan->client_checks.empty()) {
        return report_error({errc::usage, "no client check (RP-…) is selected; see `assay list checks`"});
    }
    if (auto ok = reports::make_folder(o.run.out); !ok) return report_error(ok.error());
    watch_for_interruption();
    auto ran = carry_out(*plan, o.run);
    if (!ran) return report_error(ran.error());
    reports::console_options console;
    console.colour = wants_colour(STDOUT_FILENO);
    console.verbose = o.run.verbose;
    console.width = terminal_width();
    auto written = write_reports(*ran, o.run.out, o.run.formats);
    console.page = written ? page_among(*written) : std::string{};
    fmt::print("{}", reports::format_matrix(*ran, console, o.score));
    if (!written) return report_error(written.error());
    if (!written->empty()) fmt::print("\nReports: {}\n", fmt::join(*written, ", "));
    auto differs = run_again(*plan, o, *ran);
    if (!differs) return report_error(differs.error());
    for (const std::string& line : *differs) fmt::print("differs: {}\n", line);
    if (o.repeat > 1 && differs->empty() && !interrupted()) fmt::print("Every run gave the same verdicts.\n");
    const std::array codes{reports::exit_code(*ran), interrupted() ? exit_interrupted : reports::exit_passed,
                           differs->empty() ? reports::exit_passed : exit_failed};
    return first_exit_code(codes);
}

void add_options(CLI::App& command, matrix_options& o) {
    command.add_option("--client", o.run.clients, "Only this one: name or folder under clients/; repeatable");
    command.add_option("--profile", o.run.profile, "The checks of this profile, at its levels (assay list profiles)");
    command.add_option("--select", o.run.select, "Only these: ids, areas (RP-IDT), clauses (rfc7636/4.6); commas");
    command.add_option("--checks", o.run.checks, "Only what a dated set holds, at its levels: 2026.11.29");
    command.add_flag("--tls", o.run.tls,
                     "Clients meet https issuers only, with an authority of this run (docs/tls.md)");
    command.add_option("--dialect", o.run.dialect, "Dialect of our mock (default: the one a check is proven on)");
    command.add_flag("--score", o.score,
                     "Mutation score: wrong answers refused of those a correct client must refuse; "
                     "survivors.sarif lists the others");
    command.add_option("--repeat", o.repeat, "Run this many times; fail if a verdict differs")
        ->check(CLI::Range(1U, 100U))
        ->capture_default_str();
    command.add_option("--jobs", o.run.jobs, "Clients at once (default: four times the processors)")
        ->check(CLI::Range(1U, 256U));
    command.add_option("--deadline", o.run.deadline_s, "Seconds a client has for one step before it counts as hung")
        ->check(CLI::Range(1U, 600U))
        ->capture_default_str();
    command.add_option("--out", o.run.out, "Folder for the reports")->capture_default_str();
    command
        .add_option("--format", o.run.formats, fmt::format("Which reports: {}", fmt::join(report_formats(), ", ")))
        ->delimiter(',')
        ->check(CLI::IsMember(report_formats()));
    command.add_flag("--verbose,-v", o.run.verbose, "Show rows that passed, too");
    command.add_option("--data", o.run.data, "The folder that holds scenarios/ and clients/");
}

}  // namespace

void add_matrix(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("matrix", "Every client with every wrong answer of a server, as one table");
    auto o = std::make_shared<matrix_options>();
    add_options(*command, *o);
    command->footer(
        "Examples:\n"
        "  assay matrix                          all clients here, all client checks\n"
        "  assay matrix --score                  … with how many of the wrong answers each refused\n"
        "  assay matrix --select RP-IDT --client authlib --client go-oidc\n"
        "  assay matrix --repeat 2               twice: the verdicts must be the same");
    command->callback([o, &exit_code] {
        o->run.command = command_line();
        exit_code = matrix(*o);
    });
}

}  // namespace assay::harness
