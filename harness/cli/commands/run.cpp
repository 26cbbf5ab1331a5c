// `assay run`: runs checks against our mock, another server, or clients; prints verdicts and writes reports.
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/replay/write_capsules.hpp"
#include "harness/cli/run/run_modes.hpp"
#include "harness/cli/run/run_plan.hpp"
#include "harness/cli/run/watch.hpp"
#include "harness/cli/shared/ci_service.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/cli/shared/report_files.hpp"
#include "harness/cli/shared/server_process.hpp"
#include "reports/text.hpp"
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

// ---- --watch ----

// What the next run depends on. Checks that the program carries do not change.
watched_paths paths_of(const run_plan& plan, const run_options& o) {
    watched_paths out;
    out.without = o.out;
    if (plan.all.data.on_disk()) out.folders.push_back(plan.all.scenarios().path());
    for (const client_spec& one : plan.clients) {
        if (!one.folder.empty()) out.folders.push_back(one.folder);
    }
    if (!o.server.empty() && is_server_file(o.server)) {
        out.files.push_back(o.server);
        out.files.push_back(o.baseline.empty() ? baseline_beside(o.server) : o.baseline);
    }
    if (o.dialect.find('/') != std::string::npos || o.dialect.ends_with(".yaml")) out.files.push_back(o.dialect);
    return out;
}

std::string time_of_day() {
    return fmt::format("{:%H:%M:%S}", fmt::localtime(std::time(nullptr)));
}

// "14:03:22  AS-PKCE-02.yaml changed: 18 pass, 1 fail: AS-PKCE-02 [client=public] (270 ms)"
void tell_run(const std::string& changed, const reports::run& ran) {
    const reports::totals t = reports::count(ran.rows);
    std::string line;
    for (const auto& [word, n] : {std::pair<const char*, std::size_t>{"pass", t.pass},
                                  {"fail", t.fail},
                                  {"warn", t.warn},
                                  {"error", t.error},
                                  {"skip", t.skip},
                                  {"known", t.known},
                                  {"stale", t.stale},
                                  {"info", t.info}}) {
        if (n > 0) line += fmt::format("{}{} {}", line.empty() ? "" : ", ", n, word);
    }
    constexpr std::size_t named_max = 5;
    std::size_t bad = 0;
    for (const reports::row& r : ran.rows) {
        using enum reports::verdict;
        if (r.verdict != fail && r.verdict != error && r.verdict != stale) continue;
        if (++bad > named_max) continue;
        line += fmt::format("{}{}{}", bad == 1 ? ": " : ", ", r.check,
                            r.variant.empty() ? "" : fmt::format(" [{}]", r.variant));
    }
    if (bad > named_max) line += fmt::format(" and {} more", bad - named_max);
    fmt::print("{}  {} changed: {} ({})\n", time_of_day(), std::filesystem::path(changed).filename().string(),
               line.empty() ? "nothing ran" : line, reports::duration(ran.time_us));
    std::fflush(stdout);
}

// One run more; the code of the last one that ran stays if this one cannot.
void run_again(const std::string& changed, const run_options& o, watched_paths& paths, int& code) {
    auto plan = make_plan(o);
    if (!plan) {
        code = report_error(plan.error());
        return;
    }
    paths = paths_of(*plan, o);
    auto ran = carry_out(*plan, o);
    if (!ran) {
        code = report_error(ran.error());
        return;
    }
    ran->location = o.location;
    code = exit_code_of(*ran, o);
    if (auto ok = write_reports(*ran, o.out, o.formats); !ok) code = report_error(ok.error());
    if (auto ok = write_capsules(*plan, o, *ran); !ok) code = report_error(ok.error());
    if (!interrupted()) tell_run(changed, *ran);
}

// After a run: a file that was there before and changed meanwhile is a change, unless it also did in the run before:
// then the client itself writes it. Returns that file.
std::string settle(const watched_paths& paths, snapshot& before, const std::string& last) {
    snapshot now = look_at(paths);
    std::string during = first_change(before, now, true);
    if (during.empty() || during == last) before = std::move(now);
    return during;
}

// Runs again whenever a file changes, until Ctrl-C. The exit code is that of the last run.
int watch(const run_options& o) {
    auto plan = make_plan(o);
    if (!plan) return report_error(plan.error());
    watched_paths paths = paths_of(*plan, o);
    snapshot before = look_at(paths);
    int code = run(o);
    fmt::print("\nWatching {} and {}; Ctrl-C ends.\n", reports::counted(paths.files.size(), "file"),
               reports::counted(paths.folders.size(), "folder"));
    std::fflush(stdout);
    std::string last = settle(paths, before, {});
    while (!interrupted()) {
        auto changed = wait_for_change(paths, before);
        if (!changed) return report_error(changed.error());
        if (changed->empty()) break;
        before = look_at(paths);
        run_again(*changed, o, paths, code);
        last = settle(paths, before, last);
    }
    return code;
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
    command.add_flag(
        "--watch", o.watch,
        "Run again, with one line, whenever a check, the client, the server's file or a baseline changes; "
        "Ctrl-C ends");
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
        "  assay run --client ./my-client --watch\n"
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
        exit_code = o->watch ? watch(*o) : run(*o);
    });
}

}  // namespace assay::harness
