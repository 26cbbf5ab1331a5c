#include "harness/load/generator/threaded.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "data/thread_time.hpp"

namespace assay::load {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t threads_max = 64;
constexpr std::chrono::milliseconds look_up{20};  // how often a waiting thread checks whether to stop

struct desk {
    const load_plan& plan;
    const run_options& options;
    const std::function<outcome()>& once;
    std::mutex lock;
    std::optional<schedule> arrivals;
    steady_clock::time_point start;
    std::atomic<std::size_t> running{0};

    [[nodiscard]] std::int64_t now() const {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(steady_clock::now() - start).count();
    }
    [[nodiscard]] bool stopped() const { return options.stop != nullptr && options.stop->load(); }
};

// The next arrival at its time; nullopt at the end. `waited`: it was due before this thread was free.
std::optional<std::int64_t> next_arrival(desk& d, recorder& r) {
    const std::int64_t free_at = d.now();
    if (!d.arrivals) return free_at < d.plan.duration_ns() && !d.stopped() ? std::optional(free_at) : std::nullopt;
    std::int64_t due = 0;
    {
        const std::lock_guard guard(d.lock);
        const auto next = d.arrivals->peek();
        if (!next || d.stopped()) return std::nullopt;
        due = next->at_ns;
        d.arrivals->take();
    }
    while (d.now() < due) {
        if (d.stopped()) return std::nullopt;
        const auto at = std::min(d.start + std::chrono::nanoseconds(due), steady_clock::now() + look_up);
        std::this_thread::sleep_until(at);
    }
    if (free_at > due) {
        ++r.counters.waited;
    } else {
        r.lag(d.now() - due);
    }
    return due;
}

void work(desk& d, recorder& r, const std::string& request_name) {
    const recorder::request_id request = r.id_of(request_name);
    std::this_thread::sleep_until(d.start);
    while (const auto due = next_arrival(d, r)) {
        ++r.counters.due;
        ++r.counters.begun;
        r.live.begun.fetch_add(1, std::memory_order_relaxed);
        const std::int64_t sent = d.now();
        r.counters.begin_span_ns = std::max(r.counters.begin_span_ns, *due);
        const outcome what = d.once();
        const std::int64_t ended = d.now();
        r.request(request, *due, sent, ended, what.kind.empty());
        if (!what.kind.empty()) r.failure(request, what.kind, what.sample);
        r.finished();
    }
    r.counters.elapsed_ns = d.now();
    r.counters.cpu_ns = thread_time().count();
    r.counters.thread_wall_ns = r.counters.elapsed_ns;
    r.counters.busiest_permille = busy_permille(r.counters.cpu_ns, r.counters.thread_wall_ns);
    r.counters.threads = 1;
    --d.running;
}

void show_until_done(desk& d, const std::vector<std::unique_ptr<recorder>>& records) {
    onlooker watching(records, d.start, d.plan.duration_ns(), d.options.show);
    while (d.running > 0) {
        std::this_thread::sleep_for(look_up);
        hand_over(records, d.options);
        watching.look(steady_clock::now());
    }
}

}  // namespace

result<load_result> run_threaded(const load_plan& plan, run_options o, const std::string& request,
                                 const std::function<outcome()>& once) {
    if (auto ok = check_load_plan(plan); !ok) return fail(ok.error());
    const auto threads = std::min(threads_max, plan.open() ? plan.connections : plan.users);
    desk d{plan, o, once, {}, {}, {}, {}};
    if (plan.open()) d.arrivals.emplace(plan.stages, plan.how, plan.seed, part{plan.shard, plan.shard_count});
    const auto agreed = start_of(o);
    if (!agreed) return fail(agreed.error());
    const auto begin = *agreed;
    d.start = steady_clock::now() +
              std::chrono::duration_cast<steady_clock::duration>(begin - std::chrono::system_clock::now());
    const auto usage = usage_from_now(o);
    if (!usage) return fail(usage.error());
    std::vector<std::unique_ptr<recorder>> records;
    for (std::uint64_t i = 0; i < threads; ++i) {
        records.push_back(std::make_unique<recorder>());
        if (o.with_others) records.back()->hand_over();
    }
    d.running = records.size();
    std::vector<std::thread> all;
    for (auto& r : records) all.emplace_back([&d, &request, one = r.get()] { work(d, *one, request); });
    show_until_done(d, records);
    for (std::thread& t : all) t.join();
    load_result out = (*usage)();
    for (auto& r : records) add(out, r->take());
    out.setup = setup_of(plan, o.target_name);
    out.shards = {plan.shard};
    out.started_at = timestamp(begin);
    out.interrupted = d.stopped();
    out.begin_span_ns = out.interrupted ? std::max<std::int64_t>(out.begin_span_ns, 1)
                                        : std::max(out.begin_span_ns, plan.duration_ns());
    out.notes.insert(o.notes.begin(), o.notes.end());
    if (o.with_others) {
        o.with_others->compare({});
    } else {
        judge_generator(out);
    }
    return out;
}

}  // namespace assay::load
