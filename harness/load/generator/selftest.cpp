#include "harness/load/generator/selftest.hpp"

#include <algorithm>
#include <cmath>

#include "harness/load/generator/stall_server.hpp"

namespace assay::load {
namespace {

constexpr double tolerance = 0.05;
constexpr std::int64_t floor_us = 1000;
constexpr std::uint64_t connections = 2048;

// A share p of the arrivals falls into the stall's `sleeps`; the longest of them are above the percentile.
std::int64_t least_by_stall(double percent, const stall& how) {
    const double every = std::chrono::duration<double, std::micro>(how.every).count();
    const double sleeps = std::chrono::duration<double, std::micro>(how.sleeps).count();
    return static_cast<std::int64_t>(std::max(0.0, sleeps - (100 - percent) / 100 * every));
}

// Percentiles do not depend on which response belongs to which arrival: the n-th response is compared with the n-th
// arrival, both relative to the plan's start.
histogram truth_of(const std::vector<std::int64_t>& left, const std::vector<stage>& stages) {
    histogram out;
    schedule plan(stages, arrivals::constant, 1);
    for (const std::int64_t at : left) {
        const auto due = plan.peek();
        if (!due) break;
        out.record((at - due->at_ns) / 1000);
        plan.take();
    }
    return out;
}

}  // namespace

bool selftest_result::holds() const {
    return !rows.empty() && std::all_of(rows.begin(), rows.end(), [](const selftest_row& r) { return r.holds; });
}

result<selftest_result> run_selftest(const selftest_options& o) {
    const stall how;
    auto server = stall_server::start(how);
    if (!server) return fail(server.error());
    load_plan plan;
    plan.name = "Selftest: a server that sleeps 200 ms in every second";
    plan.mix.emplace_back();
    plan.mix.front().name = "request";
    plan.stages = {{o.rate, o.rate, o.for_ns}};
    plan.max_rate = std::max(plan.max_rate, o.rate);
    plan.connections = connections;
    run_options run;
    run.origin = (*server)->origin();
    run.target_name = "own stalling server";
    run.stop = o.stop;
    run.show = o.show;
    run.started = [&](std::chrono::steady_clock::time_point at) { (*server)->begin(at); };
    auto done = run_load(plan, std::move(run));
    if (!done) return fail(done.error());
    selftest_result out;
    const histogram truth = truth_of((*server)->stop(), plan.stages);
    const auto request = done->requests.find("request");
    for (const double percent : {90.0, 95.0, 99.0}) {
        if (request == done->requests.end()) break;
        selftest_row row{percent, request->second.latency.percentile(percent), truth.percentile(percent),
                         least_by_stall(percent, how), request->second.service.percentile(percent)};
        const double allowed = std::max(tolerance * static_cast<double>(row.truth_us), static_cast<double>(floor_us));
        row.holds = std::abs(static_cast<double>(row.measured_us - row.truth_us)) <= allowed &&
                    static_cast<double>(row.measured_us) >= (1 - tolerance) * static_cast<double>(row.least_us);
        out.rows.push_back(row);
    }
    if (done->offered_rate() > 0) out.rate_error = std::abs(done->achieved_rate() / done->offered_rate() - 1);
    out.load = std::move(*done);
    return out;
}

}  // namespace assay::load
