// `assay run`: runs checks against our mock, another server, or clients; prints verdicts and writes reports.
#include <array>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/replay/write_capsules.hpp"
#include "harness/cli/run/run_plan.hpp"
#include "harness/cli/shared/ci_service.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/cli/shared/report_files.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

int exit_code_of(const reports::run& r, const run_options& o) {
    const bool warned = o.fail_on == "should" && reports::count(r.rows).warn > 0;
    const std::array codes{reports::exit_code(r), warned ? exit_failed : reports::exit_passed};
    return first_exit_code(codes);
}

void print_capsules(const written_capsules& all) {
    if (all.files == 0) return;
    fmt::print("Capsules: {} in {}{}; `assay replay FILE` meets one again, anywhere\n", all.files, all.folder,
               all.left_out == 0 ? "" : fmt::format(" ({} more rows have none)", all.left_out));
}

int run(const run_options& o) {
    auto plan = make_plan(o);
    if (!plan) return report_error(plan.error());
    if (plan->nothing_failed) {
        fmt::print("Nothing failed in that result: there is nothing to run again.\n");
        return 0;
    }
    if (auto ok = reports::make_folder(o.out); !ok) return report_error(ok.error());
    watch_for_interruption();
    auto ran = carry_out(*plan, o);
    if (!ran) return report_error(ran.error());
    reports::console_options console;
    console.colour = wants_colour(STDOUT_FILENO);
    console.verbose = o.verbose;
    console.brief = o.brief;
    console.width = terminal_width();
    // The files first: the reader of a pipe may have closed it by the time of the summary.
    ran->location = o.location;
    auto written = write_reports(*ran, o.out, o.formats);
    console.page = written ? page_among(*written) : std::string{};
    auto capsules = write_capsules(*plan, o, *ran);
    {
        const no_workflow_commands here;
        fmt::print("{}",
                   o.as == "oidf" ? reports::format_oidf(*ran, console) : reports::format_console(*ran, console));
    }
    if (!written) return report_error(written.error());
    if (!capsules) return report_error(capsules.error());
    if (!written->empty()) fmt::print("\nReports: {}\n", fmt::join(*written, ", "));
    print_capsules(*capsules);
    const int code = exit_code_of(*ran, o);
    const auto told = tell_service(*ran);
    if (told) return code;
    const int untold = report_error(told.error());
    return code == 0 ? untold : code;
}

void add_oidf_options(CLI::App& command, run_options& o) {
    auto* config =
        command.add_option("--oidf-config", o.oidf_config,
                           "A server by its configuration of the OpenID Foundation's conformance suite: plan.json; "
                           "runs what its test plan has (docs/oidf.md)");
    config->excludes("--server");
    command.add_option("--oidf-plan", o.oidf_plan,
                       "The suite's test plan: NAME[variant=value]… (assay list plans; default: the basic plan)");
    command.add_option("--as", o.as, "checks, or oidf: the verdicts by modules of the suite's test plan")
        ->check(CLI::IsMember({"checks", "oidf"}))
        ->capture_default_str();
}

// How the run is told, and to whom.
void add_report_options(CLI::App& command, run_options& o) {
    command.add_option("--out", o.out, "Folder for the reports")->capture_default_str();
    command
        .add_option(
            "--format", o.formats,
            fmt::format("Which reports: {} (default: json, junit, html; in CI also sarif or codequality, docs/ci.md)",
                        fmt::join(report_formats(), ", ")))
        ->delimiter(',')
        ->check(CLI::IsMember(report_formats()));
    command.add_option("--sarif-location", o.location,
                       "The file of your repository that SARIF, Code Quality and annotations point at: client.yaml");
    command.add_flag("--verbose,-v", o.verbose, "Show rows that passed, too");
    command.add_flag("--brief", o.brief, "One screen: the table, the first rows worth a look, the verdict");
    command.add_option("--fail-on", o.fail_on, "must, or should: warnings fail as well")
        ->check(CLI::IsMember({"must", "should"}))
        ->capture_default_str();
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("run", "Run checks: against our mock, another server, clients");
    auto o = std::make_shared<run_options>();
    command->add_option("--profile", o->profile, "The checks of this profile, at its levels (assay list profiles)");
    command->add_option("--select", o->select, "Only these: ids, areas (AS-PKCE), clauses (rfc7636/4.6); commas");
    command->add_option("--checks", o->checks, "Only what a dated set holds, at its levels: 2026.11.29");
    command->add_option("--server", o->server, "Another server: issuer URL or server.yaml (default: our own mock)");
    add_oidf_options(*command, *o);
    command->add_option("--ca", o->ca_file, "PEM file of a CA to trust, for --server over https");
    command->add_flag("--tls", o->tls,
                      "Clients meet https issuers only, with an authority of this run (docs/tls.md)");
    command->add_option("--dialect", o->dialect,
                        "Dialect of the server: a name or a file (default: that of the profile)");
    command->add_option("--client", o->clients, "A client: name or folder under clients/, or all; repeatable");
    command->add_option("--fault", o->faults,
                        "Switch a fault of our mock on: NAME[=VALUE][@QUALIFIER…] or defect:RULE (docs/faults.md)");
    command->add_option("--jobs", o->jobs, "Checks at once (default: twice the processors)")
        ->check(CLI::Range(1U, 256U));
    command->add_option("--deadline", o->deadline_s, "Seconds a client has for one step before it counts as hung")
        ->check(CLI::Range(1U, 600U))
        ->capture_default_str();
    add_report_options(*command, *o);
    command
        ->add_option("--grade", o->grade, "How far: must; should (SHOULD and MAY, too); robust (INFO and ROB, too)")
        ->check(CLI::IsMember({"must", "should", "robust"}))
        ->capture_default_str();
    command
        ->add_option("--repeat", o->repeat,
                     "Run everything this many times; the worst verdict counts, with how often it came")
        ->check(CLI::Range(1U, 1000U));
    command
        ->add_option("--rerun-failed", o->failed_in,
                     "Only what failed, warned, erred or was stale in that result.json (default: that of --out)")
        ->expected(0, 1);
    command->add_option("--baseline", o->baseline,
                        "Expected deviations of the server (default: baseline.yaml beside its server.yaml)");
    command->add_option("--data", o->data, "The folder that holds scenarios/ and clients/");
    command->footer(
        "Examples:\n"
        "  assay run --profile polar\n"
        "  assay run --profile polar --client all\n"
        "  assay run --client ./my-client\n"
        "  assay run --profile oauth2-baseline --server server.yaml\n"
        "  assay run --oidf-config plan.json\n"
        "  assay run --select rfc7636/4.6 --fault defect:token.code_verifier_matches");
    command->callback([o, command, &exit_code] {
        o->command = command_line();
        if (command->count("--format") == 0) {
            for (std::string& one : service_formats()) o->formats.push_back(std::move(one));
        }
        if (!o->oidf_config.empty()) o->server = o->oidf_config;
        if (command->count("--as") == 0 && (!o->oidf_config.empty() || !o->oidf_plan.empty())) o->as = "oidf";
        o->rerun_failed = command->count("--rerun-failed") > 0;
        exit_code = run(*o);
    });
}

}  // namespace assay::harness
