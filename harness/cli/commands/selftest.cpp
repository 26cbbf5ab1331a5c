// `assay selftest`: whether the load generator on this machine measures a known value correctly.
#include "harness/load/generator/selftest.hpp"

#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "harness/cli/commands/commands.hpp"
#include "harness/cli/load/load_output.hpp"
#include "harness/cli/shared/progress.hpp"
#include "harness/load/result/summary.hpp"
#include "harness/load/schedule/duration.hpp"

namespace assay::harness {
namespace {

struct options {
    std::string rate = "5000";
    std::string for_how_long = "10s";
};

void show(const load::selftest_result& r) {
    fmt::print("\nA server that answers at once, and sleeps 200 ms in every second; {}\n\n",
               load::describe_loop(r.load.setup));
    fmt::print("         measured   the server's truth   the stall alone   from the send, for comparison\n");
    for (const load::selftest_row& row : r.rows) {
        fmt::print("  p{:.0f}  {:>10}  {:>19}  {:>16}  {:>30}   {}\n", row.percent, load::show_us(row.measured_us),
                   load::show_us(row.truth_us), load::show_us(row.least_us), load::show_us(row.service_us),
                   row.holds ? "holds" : "does not hold");
    }
    fmt::print(
        "\n  offered {}/s, achieved {}/s ({:.3f}% off); schedule lag p99 {}, worst {}; generator {:.0f}% busy\n",
        load::show_number(r.load.offered_rate()), load::show_number(r.load.achieved_rate()), r.rate_error * 100,
        load::show_us(r.load.lag.percentile(99)), load::show_us(r.load.lag.max()), r.load.cpu_share() * 100);
}

int run(const options& o) {
    load::selftest_options s;
    auto rate = load::parse_rate(o.rate);
    if (!rate) return report_error(rate.error());
    auto lasts = load::parse_duration(o.for_how_long);
    if (!lasts) return report_error(lasts.error());
    s.rate = *rate;
    s.for_ns = *lasts;
    watch_for_interruption();
    s.stop = &interrupted();
    auto line = std::make_unique<load_progress>();
    s.show = [&](const load::progress& p) { line->show(p); };
    auto r = load::run_selftest(s);
    line.reset();
    if (!r) return report_error(r.error());
    show(*r);
    if (r->load.interrupted) return exit_interrupted;
    if (!r->load.saturated.empty()) {
        fmt::print("  {}\n", load::verdict_sentence(r->load));
        return exit_saturated;
    }
    fmt::print("  {}\n",
               r->holds()
                   ? "The generator's figures agree with the server's own within 5 %."
                   : "The generator's figures differ from the server's own; do not trust them on this machine.");
    return r->holds() ? 0 : exit_failed;
}

}  // namespace

void add_selftest(CLI::App& app, int& exit_code) {
    auto* command = app.add_subcommand("selftest", "Test the load generator on a server that stalls");
    auto o = std::make_shared<options>();
    command->add_option("--rate", o->rate, "Arrivals per second")->capture_default_str();
    command->add_option("--for", o->for_how_long, "How long; whole seconds, so that each stall is complete")
        ->capture_default_str();
    command->footer(
        "The server records when it sent each answer; compared with the planned arrivals, this gives the true "
        "latencies.\nA generator that counts from the send, or waits for answers, misses most of the stall.\nExit "
        "codes: 0 the figures agree, 1 they do not, 5 this machine was too busy.\nExamples:\n  assay selftest\n  "
        "assay selftest --rate 1000 --for 20s");
    command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace assay::harness
