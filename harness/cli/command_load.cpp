// `assay load`: load on a token endpoint and what surrounds it, measured so that it can be audited.
#include <charconv>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands.hpp"
#include "harness/cli/load_check.hpp"
#include "harness/cli/load_flags.hpp"
#include "harness/cli/load_output.hpp"
#include "harness/cli/load_target.hpp"
#include "harness/cli/progress.hpp"

namespace assay::harness {
namespace {

struct options {
    load_flags flags;
    std::string out = "out";
    std::string start_at;
    std::string data;
};

int run(const options& o) {
    auto plan = plan_of(o.flags);
    if (!plan) return report_error(plan.error());
    auto start = start_time(o.start_at);
    if (!start) return report_error(start.error());
    watch_for_interruption();
    auto target = load_target::find(*plan, target_of(o.flags));
    if (!target) return report_error(target.error());
    auto what = (*target)->prepare(*plan);
    if (!what) return report_error(what.error());
    what->stop = &interrupted();
    what->start_at = *start;
    auto line = std::make_unique<load_progress>();
    what->show = [&](const load::progress& p) { line->show(p); };
    auto done = plan->check.empty() ? load::run_load(*plan, std::move(*what))
                                    : run_check_as_load(*plan, **target, std::move(*what), o.data);
    line.reset();
    if (!done) return report_error(done.error());
    print_load(*done);
    auto written = write_load(*done, o.out);
    if (!written) return report_error(written.error());
    fmt::print("\nReports: {}\n", fmt::join(*written, ", "));
    return load::exit_code(*done);
}

}  // namespace

void add_load(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("load", "Put load on a server, and say what it did to it");
    auto o = std::make_shared<options>();
    add_load_flags(*command, o->flags);
    command->add_option("--out", o->out, "Folder for load.json, load.hlog and load.html")->capture_default_str();
    command->add_option("--start-at", o->start_at, "When to begin: +10s, or epoch seconds; lines shards up");
    command->add_option("--data", o->data, "The folder that holds scenarios/, for loads of a check");
    command->footer(
        "Examples:\n"
        "  assay load --flow code_exchange --rate 500 --for 30s          our own mock, in this process\n"
        "  assay load scenarios/load/login-storm.yaml --server http://127.0.0.1:8080\n"
        "  assay load --flow refresh --rate 200 --for 1m --server servers/oidc-provider/server.yaml\n"
        "  assay load --flow request --path /healthz --users 64 --for 10s --server http://127.0.0.1:9000\n"
        "  assay load plan.yaml --threshold 'token.p99 < 20ms' --threshold 'invariant.code_reuse == 0'\n"
        "  assay load plan.yaml --shard 1/2 --start-at +10s --out one    … and 2/2 elsewhere, then assay merge\n"
        "\n"
        "Exit codes: 0 pass, 2 usage, 3 environment, 4 a threshold does not hold, 5 the generator was the "
        "bottleneck,\n"
        "so there is no verdict, 130 interrupted (what was measured is kept).");
    command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace assay::harness
