#include "harness/load/generator/run.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include "data/memory_peak.hpp"
#include "harness/load/generator/worker.hpp"
#include "harness/load/measurement/process_usage.hpp"
#include "harness/load/measurement/server_metrics.hpp"
#include "harness/load/schedule/duration.hpp"
#include "reports/text.hpp"

namespace assay::load {
namespace {

constexpr double codes_ahead_s = 10;
constexpr std::size_t codes_ahead_min = 4;
constexpr std::size_t codes_ahead_max = 20'000;
constexpr std::chrono::milliseconds gather{20};  // time from creating the threads to the first arrival

struct crew {
    std::vector<std::unique_ptr<recorder>> records;
    std::vector<std::unique_ptr<worker>> workers;
    std::vector<std::thread> threads;
    std::vector<session> sessions;
    std::unique_ptr<code_supply> codes;
    issuer_clock clock;
    std::chrono::steady_clock::time_point start;
    std::atomic<std::size_t> running{0};
    std::vector<std::string> notes;  // written by attend()
};

// The share of arrivals that take a code.
double share_with_codes(const load_plan& p) {
    std::uint64_t with = 0;
    std::uint64_t all = 0;
    for (const flow_options& f : p.mix) {
        all += f.weight;
        if (needs_codes(f)) with += f.weight;
    }
    return all == 0 ? 0 : static_cast<double>(with) / static_cast<double>(all);
}

// A code is discarded at half its lifetime: the other half is for its request, which may have to wait.
std::chrono::nanoseconds keep_codes(const load_plan& p) {
    return std::chrono::nanoseconds(p.code_lifetime_ns / 2);
}

std::size_t codes_ahead(const load_plan& p) {
    const double share = share_with_codes(p);
    const double rate = share * (p.open() ? highest_rate(p.stages) / static_cast<double>(p.shard_count) : 2000);
    const double all = p.open() ? share * expected_arrivals(p.stages, p.duration_ns()) : 1e9;
    const double seconds = std::min(codes_ahead_s, std::chrono::duration<double>(keep_codes(p)).count() / 2);
    return std::clamp(static_cast<std::size_t>(std::min(rate * seconds, all)), codes_ahead_min, codes_ahead_max);
}

// Each session belongs to one flow of one worker, so that a rotated token is not used by another.
std::vector<session*> deal(crew& c, std::size_t part, std::size_t parts) {
    std::vector<session*> out;
    for (std::size_t i = part; i < c.sessions.size(); i += parts) out.push_back(&c.sessions[i]);
    return out;
}

result<worker_setup> make_worker(const load_plan& plan, const run_options& o, const address& to, crew& c,
                                 std::size_t index) {
    worker_setup w;
    w.to = to;
    w.ca_file = o.ca_file;
    w.duration_ns = plan.duration_ns();
    w.timeout_ns = plan.timeout_ns;
    w.connection_per_request = plan.connection_per_request;
    w.connections_max = std::max<std::size_t>(1, plan.connections / plan.threads);
    w.seed = plan.seed;
    w.stop = o.stop;
    if (o.with_others) w.grace_ns = o.with_others->grace.count();
    const part of{plan.shard + plan.shard_count * index, plan.shard_count * plan.threads};
    if (plan.open()) {
        w.arrivals = std::make_unique<schedule>(plan.stages, plan.how, plan.seed, of);
    } else {
        w.users = plan.users / of.count + (of.index < plan.users % of.count ? 1 : 0);
        w.users_rate_max = plan.max_rate / static_cast<double>(of.count);
        w.connections_max = std::max<std::size_t>(w.connections_max, w.users);
    }
    std::size_t users_of_sessions = 0;
    for (const flow_options& f : plan.mix) users_of_sessions += needs_sessions(f) ? 1 : 0;
    std::size_t dealt = 0;
    for (std::size_t f = 0; f < plan.mix.size(); ++f) {
        auto context = std::make_shared<flow_context>(flow_context{o.to, *c.records[index]});
        context->codes = c.codes.get();
        context->clock = &c.clock;
        // Different in every worker of every run, so that state, nonce and verifier are never repeated by accident.
        context->seed = random_stream(plan.seed + of.index * 1000 + f).next() ^
                        static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
        if (needs_sessions(plan.mix[f])) {
            context->sessions = deal(c, index * users_of_sessions + dealt++, users_of_sessions * plan.threads);
        }
        flow_options own = plan.mix[f];
        own.key_caches = (own.key_caches + of.count - 1) / of.count;
        auto made = make_flow(own, context);
        if (!made) return fail(made.error());
        w.flows.push_back(std::move(*made));
        w.weights.push_back(plan.mix[f].weight);
    }
    return w;
}

// How many connections one of the threads has from the start: as many as are in use if an answer takes 50 ms.
std::size_t warm_connections(const load_plan& plan) {
    constexpr double answer_s = 0.05;
    const double rate = plan.open() ? highest_rate(plan.stages) : 0;
    const double share = rate * answer_s / static_cast<double>(plan.threads * plan.shard_count);
    return std::max<std::size_t>(1, static_cast<std::size_t>(share));
}

result<void> make_workers(const load_plan& plan, const run_options& o, const address& to, crew& c) {
    for (std::size_t i = 0; i < plan.threads; ++i) {
        c.records.push_back(std::make_unique<recorder>());
        if (o.with_others) c.records.back()->hand_over();
    }
    for (std::size_t i = 0; i < plan.threads; ++i) {
        auto w = make_worker(plan, o, to, c, i);
        if (!w) return fail(w.error());
        c.workers.push_back(std::make_unique<worker>(std::move(*w), *c.records[i]));
        if (auto ok = c.workers.back()->prepare(o.with_others ? warm_connections(plan) : 0); !ok) return ok;
    }
    return {};
}

void start_threads(crew& c) {
    c.running = c.workers.size();
    for (auto& w : c.workers) {
        c.threads.emplace_back([&c, one = w.get()] {
            one->run(c.start);
            --c.running;
        });
    }
}

void carry_out(crew& c, const load_event& e, const run_options& o) {
    if (!o.carry_out) return;
    c.clock.before_s = c.clock.ahead_s.load();
    c.clock.ahead_s += e.advance_s;
    const auto ok = o.carry_out(e);
    if (c.codes && e.advance_s > 0) c.codes->forget();
    const std::string what = e.rotate_keys ? "the issuer signs with another key"
                                           : fmt::format("the issuer's clock moved on by {} s", e.advance_s);
    c.notes.push_back(
        ok ? fmt::format("{} into the run {}", show_duration(e.at_ns), what)
           : fmt::format("{} into the run it failed that {}: {}", show_duration(e.at_ns), what, ok.error().message));
}

// Shows progress and executes the plan's events until the workers are done.
void attend(crew& c, const load_plan& plan, const run_options& o) {
    auto events = plan.events;
    std::sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.at_ns < b.at_ns; });
    std::size_t next = 0;
    onlooker watching(c.records, c.start, plan.duration_ns(), o.show);
    while (c.running > 0) {
        hand_over(c.records, o);
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
        const auto at = std::chrono::steady_clock::now();
        const std::int64_t elapsed = std::chrono::duration_cast<std::chrono::nanoseconds>(at - c.start).count();
        while (next < events.size() && events[next].at_ns <= elapsed) {
            carry_out(c, events[next++], o);
        }
        watching.look(at);
    }
    for (std::thread& t : c.threads) t.join();
}

load_result collect(crew& c, const load_plan& plan, const run_options& o, load_setup setup) {
    std::vector<recorder*> all;
    for (auto& r : c.records) all.push_back(r.get());
    load_result out;
    for (recorder* r : all) add(out, r->take());
    out.setup = std::move(setup);
    out.shards = {plan.shard};
    auto digests = count_repeated(all, out);
    if (o.with_others) o.with_others->compare(std::move(digests));
    out.interrupted = o.stop != nullptr && o.stop->load();
    for (const std::string& n : o.notes) out.notes.insert(n);
    for (const std::string& n : c.notes) out.notes.insert(n);
    if (c.codes) {
        out.notes.insert(
            "codes were minted in bulk while the load ran; no time of a request includes that work of the server");
        if (const std::uint64_t old = c.codes->thrown_away(); old > 0)
            out.notes.insert(fmt::format("{} expired before a request needed them, and were not used",
                                         reports::counted(old, "code")));
        if (!c.codes->trouble().empty()) out.notes.insert("minting codes failed: " + c.codes->trouble());
    }
    // What others have is judged with this.
    if (!o.with_others) judge_generator(out);
    return out;
}

}  // namespace

std::string timestamp(std::chrono::system_clock::time_point at) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)), ms % 1000);
}

load_setup setup_of(const load_plan& plan, const std::string& target) {
    load_setup s;
    s.name = plan.name.empty() ? describe_mix(plan) : plan.name;
    s.target = target;
    s.flows = describe_mix(plan);
    s.loop = !plan.open() ? "closed" : plan.how == arrivals::poisson ? "open, poisson" : "open, constant";
    s.stages = plan.stages;
    s.users = plan.users;
    s.duration_ns = plan.duration_ns();
    s.seed = plan.seed;
    s.shard_count = plan.shard_count;
    s.thresholds = plan.thresholds;
    return s;
}

namespace {

// Each connection needs a file descriptor; the soft limit is often 1024.
void allow_files(std::uint64_t wanted) {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, wanted);
    setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace

void hand_over(const std::vector<std::unique_ptr<recorder>>& records, const run_options& o) {
    if (!o.with_others) return;
    for (const auto& r : records) {
        std::optional<load_result> part;
        {
            const std::lock_guard guard(r->live.lock);
            part = std::exchange(r->live.part, {});
        }
        if (part) o.with_others->hand_over(std::move(*part));
    }
}

result<std::function<load_result()>> usage_from_now(const run_options& o) {
    std::optional<server_meter> meter;
    if (o.server_pid != 0) {
        auto of_server = server_meter::start(o.server_pid);
        if (!of_server) return fail(of_server.error());
        meter = std::move(*of_server);
    }
    std::map<std::string, double> before;  // by URL
    for (const std::string& url : o.server_metrics) {
        auto seconds = cpu_seconds_at(url, o.ca_file);
        if (!seconds) return fail(seconds.error());
        before[url] = *seconds;
    }
    return [meter = std::move(meter), before = std::move(before), ca_file = o.ca_file] {
        load_result out;
        out.memory_peak_kib = memory_peak_kib("self");
        if (meter) out.server = meter->used();
        for (const auto& [url, seconds] : before) {
            const auto now = cpu_seconds_at(url, ca_file);
            if (now && *now >= seconds) {
                out.server[url].cpu_ns = std::llround((*now - seconds) * 1e9);
            } else {
                out.notes.insert("the server's processor time is not known: " +
                                 (now ? "it was started anew" : now.error().message));
            }
        }
        return out;
    };
}

result<std::chrono::system_clock::time_point> start_of(run_options& o) {
    if (o.with_others) return o.with_others->agree_on_start();
    auto start = std::chrono::system_clock::now() + gather;
    if (o.start_at.time_since_epoch().count() != 0) {
        if (o.start_at < start) o.notes.emplace_back("--start-at had passed; this shard began late");
        start = std::max(start, o.start_at);
    }
    return start;
}

result<load_result> run_load(const load_plan& plan, run_options o) {
    if (auto ok = check_load_plan(plan); !ok) return fail(ok.error());
    static const std::atomic<bool> never{false};
    if (o.stop == nullptr) o.stop = &never;
    allow_files(2 * plan.connections + 256);
    auto to = resolve(o.origin);
    if (!to) return fail(to.error());
    o.to.authority = to->authority;
    o.to.connection_per_request = plan.connection_per_request;
    crew c;
    c.sessions = std::move(o.sessions);
    c.clock.ahead_s = c.clock.before_s = o.issuer_ahead_s;
    if (std::any_of(plan.mix.begin(), plan.mix.end(), needs_codes)) {
        if (!o.codes) return fail(errc::unsupported, "nothing here can give authorization codes for this flow");
        c.codes = std::make_unique<code_supply>(o.codes, codes_ahead(plan), keep_codes(plan));
        if (auto ok = c.codes->start(); !ok) return fail(ok.error());
    }
    if (auto ok = make_workers(plan, o, *to, c); !ok) return fail(ok.error());
    auto start = start_of(o);
    if (!start) return fail(start.error());
    c.start = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                     *start - std::chrono::system_clock::now());
    auto usage = usage_from_now(o);
    if (!usage) return fail(usage.error());
    if (o.started) o.started(c.start);
    start_threads(c);
    attend(c, plan, o);
    const auto used = (*usage)();
    if (c.codes) c.codes->stop();
    load_result out = collect(c, plan, o, setup_of(plan, o.target_name.empty() ? o.origin : o.target_name));
    out.started_at = timestamp(*start);
    add(out, used);
    return out;
}

}  // namespace assay::load
