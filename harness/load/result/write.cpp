// Writes assay.load/1: the figures for readers, and the histograms from which every figure is computed.
#include <algorithm>

#include <fmt/format.h>

#include "harness/load/measurement/threshold.hpp"
#include "harness/load/result/document.hpp"

namespace assay::load {
namespace {

json::value integer(std::uint64_t n) {
    return static_cast<std::int64_t>(n);
}

json::value decimal(double n) {
    return json::decimal{n, fmt::format("{:.3f}", n)};
}

json::object figures(const histogram& h) {
    return {{"min_us", h.min()},
            {"mean_us", decimal(h.mean())},
            {"p50_us", h.percentile(50)},
            {"p90_us", h.percentile(90)},
            {"p95_us", h.percentile(95)},
            {"p99_us", h.percentile(99)},
            {"p999_us", h.percentile(99.9)},
            {"max_us", h.max()},
            {"histogram", h.encode()}};
}

json::array texts(const std::set<std::string>& all) {
    json::array out;
    for (const std::string& one : all) out.emplace_back(one);
    return out;
}

json::object setup_json(const load_setup& s) {
    json::array stages;
    for (const stage& one : s.stages) {
        stages.emplace_back(
            json::object{{"from_per_s", decimal(one.from)}, {"to_per_s", decimal(one.to)}, {"for_ns", one.for_ns}});
    }
    json::array thresholds;
    for (const std::string& t : s.thresholds) thresholds.emplace_back(t);
    return {{"name", s.name},
            {"target", s.target},
            {"flows", s.flows},
            {"loop", s.loop},
            {"stages", std::move(stages)},
            {"users", integer(s.users)},
            {"duration_ns", s.duration_ns},
            {"seed", std::to_string(s.seed)},
            {"shard_count", integer(s.shard_count)},
            {"thresholds", std::move(thresholds)}};
}

json::array requests_json(const load_result& r) {
    json::array out;
    for (const auto& [name, request] : r.requests) {
        out.emplace_back(json::object{{"name", name},
                                      {"whole_flow", request.whole},
                                      {"ok", integer(request.ok)},
                                      {"failed", integer(request.failed)},
                                      {"latency", figures(request.latency)},
                                      {"service", figures(request.service)},
                                      {"failed_latency", figures(request.failed_latency)}});
    }
    return out;
}

json::array intervals_json(const load_result& r) {
    json::array out;
    for (const auto& [key, one] : r.intervals) {
        out.emplace_back(json::object{{"second", key.first},
                                      {"leg", key.second},
                                      {"count", integer(one.latency.count() + one.failed)},
                                      {"failed", integer(one.failed)},
                                      {"p50_us", one.latency.percentile(50)},
                                      {"p99_us", one.latency.percentile(99)},
                                      {"max_us", one.latency.max()},
                                      {"histogram", one.latency.encode()}});
    }
    return out;
}

json::object counts_json(const load_result& r) {
    json::object out{{"due", integer(r.due)},
                     {"begun", integer(r.begun)},
                     {"finished", integer(r.finished)},
                     {"unfinished", integer(r.unfinished)},
                     {"starved", integer(r.starved)},
                     {"waited_for_connection", integer(r.waited)},
                     {"connections_opened", integer(r.connections)},
                     {"connections_resumed", integer(r.resumed)}};
    return out;
}

void tables(const load_result& r, json::object& out) {
    json::array failures;
    for (const auto& [key, one] : r.failures) {
        failures.emplace_back(json::object{
            {"leg", key.first}, {"kind", key.second}, {"count", integer(one.count)}, {"sample", one.sample}});
    }
    json::array invariants;
    for (const auto& [name, one] : r.invariants) {
        invariants.emplace_back(json::object{
            {"name", name}, {"tried", integer(one.tried)}, {"broken", integer(one.broken)}, {"sample", one.sample}});
    }
    json::array thresholds;
    for (const judged& t : judge(r)) {
        thresholds.emplace_back(json::object{{"threshold", t.text}, {"actual", t.actual}, {"holds", t.holds}});
    }
    out.append("failures", std::move(failures));
    out.append("invariants", std::move(invariants));
    out.append("thresholds", std::move(thresholds));
}

json::array ranks_json(const load_result& r) {
    json::array out;
    for (const auto& [number, one] : r.ranks) {
        out.emplace_back(json::object{{"rank", integer(number)},
                                      {"host", one.host},
                                      {"clock_offset_ns", one.clock_offset_ns},
                                      {"clock_error_ns", one.clock_error_ns},
                                      {"lost", one.lost}});
    }
    return out;
}

json::object server_json(const load_result& r) {
    json::array programs;
    for (const auto& [program, used] : r.server) {
        programs.emplace_back(
            json::object{{"name", program}, {"cpu_ns", used.cpu_ns}, {"memory_peak_kib", used.memory_peak_kib}});
    }
    const auto flows = static_cast<double>(std::max<std::uint64_t>(1, r.finished));
    return {{"cpu_ns", r.server_cpu_ns()},
            {"cpu_us_per_flow", decimal(static_cast<double>(r.server_cpu_ns()) / 1000 / flows)},
            {"programs", std::move(programs)}};
}

std::string_view verdict_of(const load_result& r) {
    switch (exit_code(r)) {
        case 0:
            return "pass";
        case 3:
            return "error";
        case 4:
            return "fail";
        case 5:
            return "none";
        default:
            return "interrupted";
    }
}

}  // namespace

json::value to_json(const load_result& r) {
    json::array shards;
    for (const std::uint64_t s : r.shards) shards.emplace_back(integer(s));
    json::object out{{"schema", "assay.load/1"},
                     {"verdict", verdict_of(r)},
                     {"setup", setup_json(r.setup)},
                     {"started_at", r.started_at},
                     {"shards", std::move(shards)},
                     {"offered_per_s", decimal(r.offered_rate())},
                     {"achieved_per_s", decimal(r.achieved_rate())},
                     {"counts", counts_json(r)},
                     {"begin_span_ns", r.begin_span_ns},
                     {"elapsed_ns", r.elapsed_ns},
                     {"generator", json::object{{"threads", integer(r.threads)},
                                                {"cpu_ns", r.cpu_ns},
                                                {"wall_ns", r.thread_wall_ns},
                                                {"busiest_permille", integer(r.busiest_permille)},
                                                {"memory_peak_kib", r.memory_peak_kib},
                                                {"lag", figures(r.lag)},
                                                {"saturated", texts(r.saturated)}}},
                     // No measurements are excluded: there is no warm-up.
                     {"excluded", json::array{}},
                     {"interrupted", r.interrupted},
                     {"notes", texts(r.notes)}};
    if (!r.server.empty()) out.append("server", server_json(r));
    if (!r.ranks.empty()) out.append("ranks", ranks_json(r));
    tables(r, out);
    out.append("legs", requests_json(r));
    out.append("intervals", intervals_json(r));
    return out;
}

}  // namespace assay::load
