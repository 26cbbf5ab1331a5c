#include "harness/load/measurement/result.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/load/measurement/threshold.hpp"
#include "harness/load/schedule/duration.hpp"
#include "reports/exit_code.hpp"

namespace assay::load {
namespace {

constexpr double ns_per_s = 1e9;
constexpr std::int64_t late_us_least = 1'000;
constexpr std::int64_t late_us_most = 100'000;
constexpr double late_percent = 99.0;
constexpr double begun_share = 0.99;
constexpr double busy_share = 0.97;

void take_sample(std::string& mine, const std::string& other) {
    if (mine.empty() || (!other.empty() && other < mine)) mine = other;
}

// The shortest time that the figures of this run must resolve, µs; 0: none.
std::int64_t judged_us(const load_result& r) {
    std::int64_t least = 0;
    const auto take = [&](std::int64_t us) { least = least == 0 ? us : std::min(least, us); };
    for (const std::string& text : r.setup.thresholds) {
        const auto t = parse_threshold(text);
        const bool bounds_a_time =
            t && t->what == quantity_of::time_us && t->request != "lag" && t->relation.front() == '<';
        if (bounds_a_time) take(std::max<std::int64_t>(1, static_cast<std::int64_t>(t->bound)));
    }
    if (least > 0) return least;
    for (const auto& [name, request] : r.requests) {
        if (!request.whole && request.latency.count() > 0)
            take(std::max<std::int64_t>(1, request.latency.percentile(99)));
    }
    return least;
}

}  // namespace

std::string load_setup::key() const {
    std::string out = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", name, target, flows, loop, users, duration_ns,
                                  seed, shard_count);
    for (const stage& s : stages) out += fmt::format("{} {} {}\n", s.from, s.to, s.for_ns);
    for (const std::string& t : thresholds) out += t + "\n";
    return out;
}

bool load_result::lost_a_rank() const {
    return std::any_of(ranks.begin(), ranks.end(), [](const auto& one) { return !one.second.lost.empty(); });
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

std::int64_t load_result::server_cpu_ns() const {
    std::int64_t out = 0;
    for (const auto& [program, used] : server) out += used.cpu_ns;
    return out;
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
    out.busiest_permille = std::max(out.busiest_permille, b.busiest_permille);
    out.begin_span_ns = std::max(out.begin_span_ns, b.begin_span_ns);
    out.elapsed_ns = std::max(out.elapsed_ns, b.elapsed_ns);
    out.lag.add(b.lag);
    out.interrupted = out.interrupted || b.interrupted;
    out.memory_peak_kib = std::max(out.memory_peak_kib, b.memory_peak_kib);
    // Shards run at the same time and look at the same server: what they read is not added.
    for (const auto& [program, used] : b.server) {
        process_usage& mine = out.server[program];
        mine.cpu_ns = std::max(mine.cpu_ns, used.cpu_ns);
        mine.memory_peak_kib = std::max(mine.memory_peak_kib, used.memory_peak_kib);
    }
    out.ranks.insert(b.ranks.begin(), b.ranks.end());
    out.notes.insert(b.notes.begin(), b.notes.end());
    out.saturated.insert(b.saturated.begin(), b.saturated.end());
    for (const auto& [name, request] : b.requests) {
        request_result& mine = out.requests[name];
        mine.ok += request.ok;
        mine.failed += request.failed;
        mine.whole = mine.whole || request.whole;
        mine.latency.add(request.latency);
        mine.service.add(request.service);
        mine.failed_latency.add(request.failed_latency);
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

std::int64_t lag_limit_us(const load_result& r) {
    return std::clamp(judged_us(r) / 4, late_us_least, late_us_most);
}

void judge_generator(load_result& r) {
    if (r.starved > 0) {
        r.saturated.insert("codes or sessions ran out; the requests that needed one were not sent");
    }
    // One busy thread is late for its part of the arrivals, even if the other threads are idle.
    if (r.cpu_share() > busy_share || static_cast<double>(r.busiest_permille) > 1000 * busy_share) {
        r.saturated.insert(
            "a thread of the generator was busy all the time; use --threads, or shards on other machines");
    }
    if (!r.setup.open() || r.interrupted) return;
    const std::int64_t limit = lag_limit_us(r);
    if (r.lag.percentile(late_percent) > limit) {
        r.saturated.insert(
            fmt::format("more than 1 in 100 requests was due over {} before the generator came to it, too late to "
                        "judge times of {}; the machine was too busy",
                        show_us(limit), show_us(judged_us(r))));
    }
    const double missing = begun_share * static_cast<double>(r.due);
    if (static_cast<double>(r.begun) < missing || r.achieved_rate() < begun_share * r.offered_rate()) {
        r.saturated.insert("fewer than 99 in 100 requests were begun in time");
    }
}

void judge_merged(load_result& r) {
    if (r.shards.size() < r.setup.shard_count)
        r.notes.insert(fmt::format("only {} of {} shards are here", r.shards.size(), r.setup.shard_count));
    judge_generator(r);
}

std::string main_request(const load_result& r) {
    std::string best;
    std::uint64_t most = 0;
    for (const auto& [name, request] : r.requests) {
        if (request.whole || request.count() <= most) continue;
        most = request.count();
        best = name;
    }
    return best;
}

bool nothing_succeeded(const load_result& r) {
    std::uint64_t failed = 0;
    for (const auto& [name, request] : r.requests) {
        if (request.ok > 0) return false;
        failed += request.failed;
    }
    return failed > 0;
}

int exit_code(const load_result& r) {
    std::vector<int> codes;
    if (r.interrupted && !r.lost_a_rank()) codes.push_back(reports::exit_interrupted);
    if (nothing_succeeded(r) || r.lost_a_rank()) codes.push_back(reports::exit_environment);
    if (!r.saturated.empty()) codes.push_back(reports::exit_saturated);
    for (const judged& t : judge(r)) {
        if (!t.holds) codes.push_back(reports::exit_threshold);
    }
    return reports::first_exit_code(codes);
}

}  // namespace assay::load
