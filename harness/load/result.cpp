#include "harness/load/result.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/load/duration.hpp"
#include "harness/load/threshold.hpp"

namespace assay::load {
namespace {

constexpr double ns_per_s = 1e9;
constexpr std::int64_t late_us = 10'000;
constexpr double late_percent = 99.0;
constexpr double begun_share = 0.99;
constexpr double busy_share = 0.97;

void take_sample(std::string& mine, const std::string& other) {
    if (mine.empty() || (!other.empty() && other < mine)) mine = other;
}

}  // namespace

std::string load_setup::key() const {
    std::string out = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", name, target, flows, loop, users, duration_ns,
                                  seed, shard_count);
    for (const stage& s : stages) out += fmt::format("{} {} {}\n", s.from, s.to, s.for_ns);
    for (const std::string& t : thresholds) out += t + "\n";
    return out;
}

double load_result::offered_rate() const {
    const auto span = interrupted && begin_span_ns > 0 ? begin_span_ns : setup.duration_ns;
    return span == 0 ? 0 : static_cast<double>(due) * ns_per_s / static_cast<double>(span);
}

double load_result::achieved_rate() const {
    return begin_span_ns == 0 ? 0 : static_cast<double>(begun) * ns_per_s / static_cast<double>(begin_span_ns);
}

double load_result::cpu_share() const {
    return thread_wall_ns == 0 ? 0 : static_cast<double>(cpu_ns) / static_cast<double>(thread_wall_ns);
}

result<load_result> merge(const load_result& a, const load_result& b) {
    if (a.setup.key() != b.setup.key()) {
        return fail(errc::usage, fmt::format("'{}' and '{}' are results of different plans, targets or shard counts; "
                                             "merge only the shards of one load",
                                             a.setup.name, b.setup.name));
    }
    for (const std::uint64_t shard : b.shards) {
        if (a.shards.count(shard) != 0) {
            return fail(errc::usage, fmt::format("shard {}/{} is there twice", shard, a.setup.shard_count));
        }
    }
    load_result out = a;
    out.shards.insert(b.shards.begin(), b.shards.end());
    out.started_at = std::min(a.started_at, b.started_at);
    add(out, b);
    return out;
}

void add(load_result& out, const load_result& b) {
    out.due += b.due;
    out.begun += b.begun;
    out.finished += b.finished;
    out.unfinished += b.unfinished;
    out.starved += b.starved;
    out.waited += b.waited;
    out.connections += b.connections;
    out.resumed += b.resumed;
    out.threads += b.threads;
    out.cpu_ns += b.cpu_ns;
    out.thread_wall_ns += b.thread_wall_ns;
    out.begin_span_ns = std::max(out.begin_span_ns, b.begin_span_ns);
    out.elapsed_ns = std::max(out.elapsed_ns, b.elapsed_ns);
    out.lag.add(b.lag);
    out.interrupted = out.interrupted || b.interrupted;
    out.notes.insert(b.notes.begin(), b.notes.end());
    out.saturated.insert(b.saturated.begin(), b.saturated.end());
    for (const auto& [name, leg] : b.legs) {
        leg_result& mine = out.legs[name];
        mine.ok += leg.ok;
        mine.failed += leg.failed;
        mine.whole = mine.whole || leg.whole;
        mine.latency.add(leg.latency);
        mine.service.add(leg.service);
    }
    for (const auto& [key, one] : b.intervals) {
        interval_result& mine = out.intervals[key];
        mine.failed += one.failed;
        mine.latency.add(one.latency);
    }
    for (const auto& [key, one] : b.failures) {
        tally& mine = out.failures[key];
        mine.count += one.count;
        take_sample(mine.sample, one.sample);
    }
    for (const auto& [name, one] : b.invariants) {
        invariant_result& mine = out.invariants[name];
        mine.tried += one.tried;
        mine.broken += one.broken;
        take_sample(mine.sample, one.sample);
    }
}

void judge_generator(load_result& r) {
    if (r.starved > 0) {
        r.saturated.insert("codes or sessions ran out; the requests that needed one were not sent");
    }
    if (r.cpu_share() > busy_share) {
        r.saturated.insert(
            "the generator's threads were busy all the time; use --threads, or shards on other machines");
    }
    if (!r.setup.open() || r.interrupted) return;
    if (r.lag.percentile(late_percent) > late_us) {
        r.saturated.insert(
            fmt::format("more than 1 in 100 requests was due over {} before the generator came to it; the machine "
                        "had no time for it",
                        show_us(late_us)));
    }
    const double missing = begun_share * static_cast<double>(r.due);
    if (static_cast<double>(r.begun) < missing || r.achieved_rate() < begun_share * r.offered_rate()) {
        r.saturated.insert("fewer than 99 in 100 requests were begun in time");
    }
}

bool nothing_succeeded(const load_result& r) {
    std::uint64_t failed = 0;
    for (const auto& [name, leg] : r.legs) {
        if (leg.ok > 0) return false;
        failed += leg.failed;
    }
    return failed > 0;
}

int exit_code(const load_result& r) {
    if (r.interrupted) return 130;
    if (nothing_succeeded(r)) return 3;
    if (!r.saturated.empty()) return 5;
    for (const judged& t : judge(r)) {
        if (!t.holds) return 4;
    }
    return 0;
}

}  // namespace assay::load
