#include "harness/load/generator/worker.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <thread>
#include <utility>

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "data/thread_time.hpp"
#include "harness/load/generator/worker_slot.hpp"

namespace assay::load {
namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t longest_wait_ns = 50'000'000;
constexpr std::int64_t rest_after_failure_ns = 10'000'000;
constexpr int begun_at_once = 256;
constexpr std::size_t events_at_once = 256;

}  // namespace

worker::worker(worker_setup setup, recorder& records)
    : setup_(std::move(setup)), records_(records), scratch_(std::size_t{128} << 10U) {
    for (const std::uint64_t w : setup_.weights) total_weight_ += w;
}

worker::~worker() {
    slots_.clear();
    if (epoll_ >= 0) ::close(epoll_);
}

std::int64_t worker::now() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - setup_.start)
        .count();
}

void worker::run(std::chrono::steady_clock::time_point start) {
    setup_.start = start;
    std::this_thread::sleep_until(start);
    // The kernel may wake a thread 50 µs late to save power, which is too late for arrivals.
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    const std::int64_t began = std::max<std::int64_t>(0, now());
    const std::int64_t cpu = thread_time().count();
    for (std::uint64_t u = 0; u < setup_.users; ++u) resting_.push_back(0);
    for (;;) {
        std::int64_t at = now();
        begin_due(at);
        begin_rested(at);
        at = now();
        expire(at);
        records_.close_seconds(at);
        if (at_end(at)) break;
        wait(at);
    }
    const std::int64_t ended = now();
    records_.counters.unfinished += in_flight_;
    records_.counters.cpu_ns += thread_time().count() - cpu;
    records_.counters.thread_wall_ns += ended - began;
    records_.counters.busiest_permille = busy_permille(thread_time().count() - cpu, ended - began);
    records_.counters.elapsed_ns = std::max<std::int64_t>(ended, 1);
    const std::int64_t planned = setup_.stop->load() ? std::min(setup_.duration_ns, last_begin_) : setup_.duration_ns;
    records_.counters.begin_span_ns = std::max<std::int64_t>({planned, last_begin_, 1});
    records_.counters.threads += 1;
}

void worker::begin_due(std::int64_t at) {
    if (!setup_.arrivals || ending_) return;
    for (int n = 0; n < begun_at_once; ++n) {
        const auto next = setup_.arrivals->peek();
        if (!next || next->at_ns > at) return;
        records_.lag(at - next->at_ns);
        begin_one(next->at_ns, next->number);
        setup_.arrivals->take();
    }
}

// When the rate limit lets users start again. A tenth of a second's worth may start at once: that is not a rate yet.
std::int64_t worker::users_may_begin() const {
    if (setup_.users_rate_max <= 0) return 0;
    const double ahead = static_cast<double>(begun_by_users_) - setup_.users_rate_max / 10;
    return static_cast<std::int64_t>(ahead / setup_.users_rate_max * static_cast<double>(ns_per_s));
}

void worker::begin_rested(std::int64_t at) {
    for (std::size_t n = resting_.size(); n > 0 && !resting_.empty() && resting_.front() <= at; --n) {
        if (users_may_begin() > at && !ending_ && at < setup_.duration_ns) {
            if (!held_back_)
                records_.note(
                    "the cap on the rate limited the users; raise it with --max-rate, or max_rate in the plan");
            held_back_ = true;
            return;
        }
        resting_.pop_front();
        if (!ending_ && at < setup_.duration_ns) begin_one(at, begun_by_users_++);
    }
}

void worker::begin_one(std::int64_t intended, std::uint64_t number) {
    ++records_.counters.due;
    if (spare_.empty()) {
        iterations_.push_back(std::make_unique<iteration>());
        spare_.push_back(iterations_.back().get());
    }
    iteration& it = *spare_.back();
    std::size_t which = 0;
    if (setup_.flows.size() > 1) {
        // The choice of the flow is determined by the plan, too.
        std::uint64_t drawn = random_stream(setup_.seed ^ (number * 0x9e3779b97f4a7c15U)).next() % total_weight_;
        while (drawn >= setup_.weights[which]) drawn -= setup_.weights[which++];
    }
    it.does = setup_.flows[which].get();
    it.step = 0;
    it.intended = it.due = intended;
    if (!it.does->begin(it)) {
        ++records_.counters.starved;
        if (!setup_.arrivals) resting_.push_back(now() + rest_after_failure_ns);
        return;
    }
    spare_.pop_back();
    ++in_flight_;
    ++records_.counters.begun;
    last_begin_ = now();
    records_.live.begun.fetch_add(1, std::memory_order_relaxed);
    dispatch(it, last_begin_);
}

// Arrivals due after the end of the run do not count; those that were due and not begun do.
void worker::count_what_is_left() {
    if (!setup_.arrivals) return;
    const std::int64_t until = setup_.stop->load() ? std::min(now(), setup_.duration_ns) : setup_.duration_ns;
    for (auto next = setup_.arrivals->peek(); next && next->at_ns <= until; next = setup_.arrivals->peek()) {
        ++records_.counters.due;
        setup_.arrivals->take();
    }
}

bool worker::at_end(std::int64_t at) {
    if (!ending_) {
        const bool stopped = setup_.stop->load(std::memory_order_relaxed);
        // A generator that is too slow continues for another tenth of the plan, then reports how much is missing.
        const std::int64_t hopeless = setup_.duration_ns + std::max(ns_per_s, setup_.duration_ns / 10);
        const bool nothing_left = setup_.arrivals ? !setup_.arrivals->peek() : at >= setup_.duration_ns;
        if (!stopped && !(nothing_left && at >= setup_.duration_ns) && at < hopeless) return false;
        ending_ = true;
        count_what_is_left();
        give_up_ = stopped ? at + setup_.grace_ns : at + setup_.timeout_ns + ns_per_s;
    }
    if (setup_.stop->load(std::memory_order_relaxed)) give_up_ = std::min(give_up_, at + setup_.grace_ns);
    return in_flight_ == 0 || at >= give_up_;
}

void worker::wait(std::int64_t at) {
    std::int64_t until = at + longest_wait_ns;
    if (setup_.arrivals && !ending_) {
        if (const auto next = setup_.arrivals->peek()) until = std::min(until, next->at_ns);
    }
    if (!resting_.empty()) until = std::min(until, std::max(resting_.front(), users_may_begin()));
    if (oldest_ != nullptr) until = std::min(until, oldest_->attached + setup_.timeout_ns);
    const std::int64_t left = std::max<std::int64_t>(0, until - at);
    const timespec at_most{left / ns_per_s, left % ns_per_s};
    std::array<epoll_event, events_at_once> events;
    const int n = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &at_most, nullptr);
    for (int i = 0; i < n; ++i) {
        const epoll_event& e = events[static_cast<std::size_t>(i)];
        on_event(*slots_[e.data.u32], e.events);
    }
    conclude();
    serve_waiting();
}

void worker::expire(std::int64_t at) {
    while (oldest_ != nullptr && oldest_->attached + setup_.timeout_ns <= at) {
        slot& s = *oldest_;
        fail_request(s, "timed out", s.wire.ready() ? "no answer in time" : "no connection in time");
    }
    expire_waiting(at);
}

void worker::expire_waiting(std::int64_t at) {
    while (!waiting_.empty() && waiting_.front()->due + setup_.timeout_ns <= at) {
        iteration& it = *waiting_.front();
        waiting_.pop_front();
        it.sent = it.due;
        records_.request(it.request, it.due, it.due, at, false);
        records_.failure(it.request, "timed out", "no free connection in time; raise `connections`");
        it.does->abandon(it);
        end_iteration(it, false, at);
    }
}

void worker::end_iteration(iteration& it, bool ok, std::int64_t at) {
    records_.finished();
    if (ok && it.does->whole != 0) records_.flow(it.does->whole - 1, it.intended, at);
    --in_flight_;
    spare_.push_back(&it);
    if (setup_.arrivals) return;
    if (ok) {
        resting_.push_front(at);
    } else {
        resting_.push_back(at + rest_after_failure_ns);
    }
}

}  // namespace assay::load
