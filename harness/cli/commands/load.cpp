// `assay load`: puts load on the endpoints of a server; the measurements can be audited.
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/load/load_flags.hpp"
#include "harness/cli/load/load_output.hpp"
#include "harness/cli/load/load_ranks.hpp"
#include "harness/cli/load/load_target.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/load/result/compare.hpp"
#include "harness/load/result/summary.hpp"
#include "harness/load/schedule/duration.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

struct options {
    load_flags flags;
    std::string out = "out";
    std::string start_at;
    std::string silence = "10s";
    bool unjudged = false;
    std::uint16_t live = 0;
    bool has_live = false;  // with port 0, too
    std::string otlp;
    std::string against, against_control;
    std::uint64_t rounds = 5;
    [[nodiscard]] watch_options watch() const {
        return {.live = has_live ? std::optional(live) : std::nullopt,
                .otlp = otlp,
                .allow_hosts = flags.allow_hosts,
                .ca_file = flags.ca_file};
    }
};

result<load::load_result> run_once(const options& o, const load::load_plan& plan, const load_target& target,
                                   std::chrono::system_clock::time_point start, load_watch& watch) {
    auto what = target.prepare(plan);
    if (!what) return fail(what.error());
    what->stop = &interrupted();
    what->start_at = start;
    what->show = [&](const load::progress& p) { watch.show(p); };
    auto done = load_once(plan, target, std::move(*what), o.flags.data);
    watch.clear();
    return done;
}

// Runs the plan on two servers alternately, so that disturbances of the machine affect both.
int run_in_turns(const options& o, const load::load_plan& plan) {
    load::load_plan before = plan;
    before.server = o.against;
    load_target_options where = target_of(o.flags);
    where.control = o.against_control;
    where.server_pid = 0;
    where.server_metrics.clear();
    auto old = load_target::find(before, where);
    if (!old) return report_error(old.error());
    auto fresh = load_target::find(plan, target_of(o.flags));
    if (!fresh) return report_error(fresh.error());
    std::array<std::vector<load::load_result>, 2> sides;
    for (std::uint64_t round = 0; round < o.rounds; ++round) {
        // before, after, after, before: neither server is always the second.
        for (const std::size_t turn : {std::size_t{0}, std::size_t{1}}) {
            const std::size_t side = (round + turn) % 2;
            const std::string name = side == 0 ? "before" : "after";
            load_watch only_its_line;
            auto done = run_once(o, side == 0 ? before : plan, side == 0 ? **old : **fresh, {}, only_its_line);
            if (!done) return report_error(done.error());
            auto written = write_load(*done, fmt::format("{}/{}/{}", o.out, name, round + 1));
            if (!written) return report_error(written.error());
            fmt::print("round {} of {}, {:<8}{}/s  {}\n", round + 1, o.rounds, name,
                       load::show_number(done->achieved_rate()), load::verdict_sentence(*done));
            if (done->interrupted) return exit_interrupted;
            sides[side].push_back(std::move(*done));
        }
    }
    load::compare_options how;
    how.in_turns = true;
    auto c = load::compare(sides[0], sides[1], how);
    if (!c) return report_error(c.error());
    const int compared = print_comparison(*c);
    fmt::print("\nRuns: {0}/before/1 … {0}/after/{1}\n", o.out, o.rounds);
    std::vector<int> codes{compared};
    for (const load::load_result& r : sides[1]) codes.push_back(load::exit_code(r));
    // The thresholds are for the new server; without an answer of the old one nothing was compared.
    const bool unanswered = std::any_of(sides[0].begin(), sides[0].end(), load::nothing_succeeded);
    if (unanswered) codes.push_back(reports::exit_environment);
    return first_exit_code(codes);
}

// With --shard, who started this says which part of the load it is.
int run(const options& o) {
    const load::launch how = o.flags.shard.empty() ? load::launched() : load::launch{};
    if (how.ranks > 1) {
        watch_for_interruption();
        const auto silence = load::parse_duration(o.silence);
        if (!silence) return report_error(silence.error());
        if (o.against.empty() && o.start_at.empty())
            return load_as_rank(how, {o.flags, o.out, std::chrono::nanoseconds(*silence), o.watch()}, report_error);
        return report_error({errc::usage, fmt::format("--against and --start-at are for one process, and {} started "
                                                      "{}; leave them out, or call assay without it",
                                                      how.by, how.ranks)});
    }
    auto plan = plan_of(o.flags);
    if (!plan) return report_error(plan.error());
    auto start = start_time(o.start_at);
    if (!start) return report_error(start.error());
    if (auto ok = reports::make_folder(o.out); !ok) return report_error(ok.error());
    watch_for_interruption();
    if (!o.against.empty()) return run_in_turns(o, *plan);
    auto target = load_target::find(*plan, target_of(o.flags));
    if (!target) return report_error(target.error());
    auto watch = load_watch::start(o.watch(), *plan, (*target)->name());
    if (!watch) return report_error(watch.error());
    auto done = run_once(o, *plan, **target, *start, **watch);
    if (!done) return report_error(done.error());
    print_load(*done);
    auto written = write_load(*done, o.out);
    if (!written) return report_error(written.error());
    fmt::print("\nReports: {}\n", fmt::join(*written, ", "));
    std::fflush(stdout);
    (*watch)->finish(*done);
    const int code = load::exit_code(*done);
    const bool left_to_merge = o.unjudged && (code == exit_threshold || code == exit_saturated);
    return left_to_merge ? 0 : code;
}

}  // namespace

void add_load(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("load", "Put load on a server and measure its answers");
    auto o = std::make_shared<options>();
    add_load_flags(*command, o->flags);
    command->add_option("--out", o->out, "Folder for load.json, load.hlog and load.html")->capture_default_str();
    command->add_option("--start-at", o->start_at,
                        "When to begin: +10s, or epoch seconds; shards then begin together");
    command
        ->add_option("--rank-timeout", o->silence,
                     "With mpirun or srun: a process that says nothing for so long is lost, and ends the run")
        ->capture_default_str();
    command
        ->add_flag(
            "--unjudged", o->unjudged,
            "Exit with 0, not 4 or 5, once the result is written: for a shard, as `assay merge` judges them all")
        ->needs("--shard");
    auto* live = command->add_option("--live", o->live,
                                     "A page about the running load on this port of this machine, with a button that "
                                     "ends it; /metrics for Prometheus");
    auto* otlp = command->add_option("--otlp", o->otlp,
                                     "Push the figures of the running load to this receiver of OpenTelemetry: "
                                     "http://127.0.0.1:4318 (default: OTEL_EXPORTER_OTLP_ENDPOINT and its like)");
    auto* against = command->add_option(
        "--against", o->against,
        "Another server (issuer URL or server.yaml): run the plan on both alternately and compare");
    command->add_option("--against-control", o->against_control, "Control API of the mock that --against names")
        ->needs(against);
    command->add_option("--rounds", o->rounds, "Runs per side")
        ->needs(against)
        ->check(CLI::Range(5, 100))
        ->capture_default_str();
    command->footer(
        "Examples:\n"
        "  assay load --flow code_exchange --rate 500 --for 30s          our own mock, in this process\n"
        "  assay load login-storm --server http://127.0.0.1:8080\n"
        "  assay load --flow refresh --rate 200 --for 1m --server servers/oidc-provider/server.yaml\n"
        "  assay load --flow request --path /healthz --users 64 --for 10s --server http://127.0.0.1:9000\n"
        "  assay load plan.yaml --threshold 'token.p99 < 20ms' --threshold 'invariant.code_reuse == 0'\n"
        "  assay load plan.yaml --shard 1/2 --start-at +10s --out one    … and 2/2 elsewhere, then assay merge\n"
        "  mpirun -n 8 assay load plan.yaml --server https://login.example  one load by eight processes on any "
        "machines\n"
        "  assay load --flow refresh --rate 100 --for 10s --server http://127.0.0.1:2 --against http://127.0.0.1:1\n"
        "\n"
        "Exit codes: 0 pass, 2 usage, 3 environment, 4 a threshold does not hold or --against says worse, 5 the "
        "generator was the "
        "bottleneck,\n"
        "so there is no verdict, 130 interrupted (what was measured is kept).");
    against->excludes(live)->excludes(otlp);
    command->callback([o, live, &exit_code] {
        o->has_live = live->count() > 0;
        exit_code = run(*o);
    });
}

}  // namespace assay::harness
