// `assay knee`: the highest rate at which the thresholds hold, and what limits it.
#include "harness/load/measurement/knee.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/load/load_flags.hpp"
#include "harness/cli/load/load_output.hpp"
#include "harness/cli/load/load_target.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/load/measurement/threshold.hpp"
#include "harness/load/ranks/launcher.hpp"
#include "harness/load/schedule/duration.hpp"
#include "reports/writers.hpp"

namespace assay::harness {
namespace {

struct options {
    load_flags flags;
    std::string from = "50";
    std::string to = "20000";
    std::string out = "out";
};

// The search chooses the rates, of the whole load.
constexpr std::array<const char*, 3> of_load{"--rate", "--users", "--shard"};

void show_probe(const load::probe& p) {
    const bool fails = load::state_of(p) == "fails";
    std::string thresholds;
    for (const load::judged& t : load::thresholds_of(p))
        thresholds += fmt::format("   {}: {}{}", t.text, t.actual, fails && !t.holds ? " (fails)" : "");
    fmt::print("  {:>8}/s  {:<11}{}\n", load::show_number(p.rate), load::state_of(p), thresholds);
    std::fflush(stdout);
}

result<load::load_plan> plan_at(const load_flags& f, double rate) {
    load_flags own = f;
    own.rate = fmt::format("{}", rate);
    if (own.for_how_long.empty()) own.for_how_long = "5s";
    if (own.max_rate.empty()) own.max_rate = "1000000";
    auto plan = plan_of(own);
    if (plan && plan->thresholds.empty()) {
        return fail(errc::usage, "say what must hold: --threshold 'token.p99 < 50ms', or thresholds in the plan");
    }
    return plan;
}

int conclude(const options& o, const load::knee_options& searched, const load::knee_result& k) {
    fmt::print("\n  {}\n", load::knee_sentence(k));
    const auto written = write_knee(searched, k, o.out);
    if (!written) return report_error(written.error());
    fmt::print("\nReports: {}\n", fmt::join(*written, ", "));
    return load::exit_code(k);
}

int run(const options& o) {
    auto from = load::parse_rate(o.from);
    auto to = load::parse_rate(o.to);
    if (!from || !to) return report_error(from ? to.error() : from.error());
    if (!o.flags.rate.empty() || o.flags.users > 0 || !o.flags.shard.empty()) {
        return report_error(
            {errc::usage, fmt::format("knee chooses the rates itself, of the whole load: leave out {}, "
                                      "and name the first and the highest rate with --from and --to",
                                      fmt::join(of_load, ", "))});
    }
    if (*from <= 0 || *from > *to) return report_error({errc::usage, "--from must be above 0 and not above --to"});
    auto first = plan_at(o.flags, *from);
    if (!first) return report_error(first.error());
    if (const load::launch how = load::launched(); how.ranks > 1) {
        return report_error({errc::usage, fmt::format("knee runs in one process, and {} started {}; call it without, "
                                                      "or load with `assay load` at a rate of your choice",
                                                      how.by, how.ranks)});
    }
    if (auto ok = reports::make_folder(o.out); !ok) return report_error(ok.error());
    watch_for_interruption();
    auto target = load_target::find(*first, target_of(o.flags));
    if (!target) return report_error(target.error());
    load::knee_options k;
    k.from = *from;
    k.to = *to;
    fmt::print("\n{}, {} a rate\n\n", load::describe_mix(*first), load::show_duration(first->duration_ns()));
    const auto probe = [&](double rate) -> result<load::load_result> {
        auto plan = plan_at(o.flags, rate);
        if (!plan) return fail(plan.error());
        auto what = (*target)->prepare(*plan);
        if (!what) return fail(what.error());
        what->stop = &interrupted();
        auto line = std::make_unique<load_progress>();
        what->show = [&](const load::progress& p) { line->show(p); };
        auto done = load::run_load(*plan, std::move(*what));
        line.reset();
        if (!done) return done;
        if (auto ok = load::check_request_names(*done); !ok) return fail(ok.error());
        show_probe({rate, load::exit_code(*done) == 0, *done});
        return done;
    };
    auto found = load::find_knee(k, probe);
    if (!found) return report_error(found.error());
    return conclude(o, k, *found);
}

}  // namespace

void add_knee(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("knee", "Find the highest rate at which the thresholds hold");
    auto o = std::make_shared<options>();
    add_load_flags(*command, o->flags);
    for (const char* name : of_load) command->get_option(name)->group("");  // not shown
    command->add_option("--from", o->from, "The first rate; doubled while the thresholds hold")
        ->capture_default_str();
    command->add_option("--to", o->to, "No rate above this")->capture_default_str();
    command->add_option("--out", o->out, "Folder for knee.json and knee.html")->capture_default_str();
    command->footer(
        "Each rate is run for --for (default 5s). Exit codes: 0 found, 4 not even the first rate holds, 5 the "
        "generator\nreached its limit before the server.\nExamples:\n  assay knee --flow code_exchange --threshold "
        "'token.p99 < 50ms' --threshold 'errors < 0.1%'\n  assay knee --flow refresh --server "
        "servers/oidc-provider/server.yaml --threshold 'refresh.p99 < 100ms'");
    command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace assay::harness
