#include "harness/load/measurement/recorder.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace assay::load {
namespace {

constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t ns_per_us = 1'000;
constexpr std::size_t sample_bytes_max = 300;

constexpr std::array<std::string_view, unique_kinds> unique_names{"repeated_code", "repeated_token", "repeated_jti",
                                                                  "rotation"};

}  // namespace

recorder::request_id recorder::id_of(std::string_view name) {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
        if (requests_[i].name == name) return static_cast<request_id>(i);
    }
    requests_.emplace_back();
    requests_.back().name = name;
    return static_cast<request_id>(requests_.size() - 1);
}

void recorder::request(request_id request, std::int64_t due, std::int64_t sent, std::int64_t ended, bool ok) {
    close_seconds(ended);
    request_record& l = requests_[request];
    if (ok) {
        l.now.record((ended - due) / ns_per_us);
        l.service.record((ended - sent) / ns_per_us);
        ++l.ok;
        return;
    }
    l.failed_latency.record((ended - due) / ns_per_us);
    ++l.failed;
    ++l.failed_now;
    live.failed.fetch_add(1, std::memory_order_relaxed);
}

void recorder::flow(request_id request, std::int64_t intended, std::int64_t ended) {
    close_seconds(ended);
    request_record& l = requests_[request];
    l.is_flow = true;
    ++l.ok;
    l.now.record((ended - intended) / ns_per_us);
    l.service.record((ended - intended) / ns_per_us);
}

void recorder::finished() {
    ++counters.finished;
    live.finished.fetch_add(1, std::memory_order_relaxed);
}

void recorder::failure(request_id request, std::string_view kind, std::string_view sample) {
    tally& t = counters.failures[{requests_[request].name, std::string(kind)}];
    ++t.count;
    const std::string_view cut = sample.substr(0, sample_bytes_max);
    if (t.sample.empty() || cut < t.sample) t.sample = cut;
}

void recorder::lag(std::int64_t ns) {
    const std::int64_t us = ns / ns_per_us;
    counters.lag.record(us);
    worst_lag_us_ = std::max(worst_lag_us_, us);
}

void recorder::invariant(std::string_view name, bool holds, std::string_view sample) {
    invariant_result& i = counters.invariants[std::string(name)];
    ++i.tried;
    if (holds) return;
    ++i.broken;
    if (i.sample.empty() || sample < i.sample) i.sample = sample.substr(0, sample_bytes_max);
}

void recorder::seen(unique_value what, std::string_view value) {
    hashes(what).push_back(std::hash<std::string_view>{}(value));
}

void recorder::close_seconds(std::int64_t now_ns) {
    const std::int64_t second = now_ns / ns_per_s;
    if (second <= second_) return;
    close_second();
    second_ = second;
}

void recorder::close_second() {
    histogram all;
    for (request_record& l : requests_) {
        if (l.now.count() == 0 && l.failed_now == 0) continue;
        past_second past{second_, l.failed_now, {}};
        for (const histogram::bar& b : l.now.bars()) past.bars.push_back({b.low, b.count});
        l.past.push_back(std::move(past));
        if (!l.is_flow) all.add(l.now);
        l.now.clear();
        l.failed_now = 0;
    }
    live.worst_lag_us.store(std::exchange(worst_lag_us_, 0), std::memory_order_relaxed);
    std::optional<load_result> part;
    if (hands_over_) part = drain();
    const std::lock_guard guard(live.lock);
    live.closed_seconds.add(all);
    live.last_second = std::move(all);
    if (!part) return;
    part->elapsed_ns = (second_ + 1) * ns_per_s;
    if (live.part) {
        add(*live.part, *part);
    } else {
        live.part = std::move(part);
    }
}

// The names of the requests stay, as flows keep their numbers.
load_result recorder::drain() {
    for (request_record& l : requests_) {
        if (l.past.empty()) continue;
        request_result& request = counters.requests[l.name];
        request.whole = l.is_flow;
        request.ok = std::exchange(l.ok, 0);
        request.failed = std::exchange(l.failed, 0);
        request.service = std::exchange(l.service, {});
        request.failed_latency = std::exchange(l.failed_latency, {});
        for (const past_second& p : std::exchange(l.past, {})) {
            interval_result& i = counters.intervals[{p.second, l.name}];
            i.failed += p.failed;
            for (const bar_of& b : p.bars) i.latency.record(b.value, b.count);
        }
    }
    for (const auto& [key, one] : counters.intervals) counters.requests[key.second].latency.add(one.latency);
    return std::exchange(counters, {});
}

load_result recorder::take() {
    hands_over_ = false;
    close_second();
    load_result out = drain();
    requests_.clear();
    const std::lock_guard guard(live.lock);
    if (live.part) add(out, *std::exchange(live.part, {}));
    return out;
}

std::string_view invariant_of(unique_value what) {
    return unique_names[static_cast<std::size_t>(what)];
}

unique_digests count_repeated(const std::vector<recorder*>& all, load_result& out) {
    unique_digests left;
    for (std::size_t kind = 0; kind < unique_kinds; ++kind) {
        std::vector<std::uint64_t> values;
        for (recorder* r : all) {
            auto& own = r->hashes(static_cast<unique_value>(kind));
            values.insert(values.end(), own.begin(), own.end());
            own.clear();
        }
        if (values.empty()) continue;
        std::sort(values.begin(), values.end());
        const auto end = std::unique(values.begin(), values.end());
        invariant_result& i = out.invariants[std::string(unique_names[kind])];
        i.tried += values.size();
        i.broken += static_cast<std::uint64_t>(values.end() - end);
        values.erase(end, values.end());
        left[kind] = std::move(values);
    }
    return left;
}

}  // namespace assay::load
