#include "harness/load/ranks/coordinator.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "data/json.hpp"
#include "harness/load/result/document.hpp"
#include "harness/load/schedule/duration.hpp"

namespace assay::load {
namespace {

using namespace std::chrono_literals;

constexpr int answers_wanted = 16;  // of each clock; the one that came back fastest counts
constexpr auto start_ahead = 200ms;
constexpr auto start_ahead_each = 1ms;
constexpr auto show_every = 1s;
// A launcher that ends a run kills what is left after a second.
constexpr auto patience_when_interrupted = 600ms;
constexpr auto alive_within = 500ms;

}  // namespace

coordinator::coordinator(mailbox& box, coordinator_options o) : box_(box), o_(std::move(o)), ranks_(box.size()) {
    for (rank_state& one : ranks_) {
        one.heard = clock::now();
        one.about.host = "not known";
    }
    to_all(word::material, o_.material);
}

void coordinator::to_all(word what, std::string_view text) {
    for (std::size_t to = 0; to < box_.size(); ++to) box_.send(to, written(what, text));
}

bool coordinator::all(bool rank_state::*what) const {
    return std::all_of(ranks_.begin(), ranks_.end(), [&](const rank_state& r) { return r.*what || r.lost(); });
}

void coordinator::receive(const letter& from) {
    rank_state& one = ranks_[from.from];
    one.heard = clock::now();
    // What comes after the result would count in no file.
    if (now_ == phase::ended || one.lost()) return;
    const std::string_view text = text_of(from.bytes);
    switch (word_of(from.bytes)) {
        case word::ready:
            one.ready = true;
            one.about.host = text;
            return;
        case word::pong:
            return take_clock(one, number_in(text));
        case word::part:
            return take_figures(one, text, false);
        case word::done:
            return take_figures(one, text, true);
        case word::repeated:
            one.compared = true;
            return take_repetitions(text);
        case word::failed: {
            const std::size_t space = std::min(text.find(' '), text.size());
            return end_with({static_cast<errc>(number_in(text)), std::string(text.substr(space + 1)),
                             from.from == 0 ? "" : fmt::format("rank {}", from.from)});
        }
        default:
            return;
    }
}

void coordinator::look_around() {
    if (now_ == phase::ended) return;
    if (clock::now() - beaten_ >= beat_every) {
        beaten_ = clock::now();
        to_all(word::beat);
    }
    notice_silence();
    if (*o_.interrupted && !cut_) cut_short(patience_when_interrupted);
    switch (now_) {
        case phase::preparing:
            if (cut_) return end_with({errc::environment, "the run was ended before its start"});
            if (!all(&rank_state::ready)) return;
            now_ = phase::clocks;
            asked_ = 0;
            return ask_clock();
        case phase::clocks:
            if (cut_) return end_with({errc::environment, "the run was ended before its start"});
            return;
        case phase::running:
            show_progress();
            look_at_cut();
            if (!all(&rank_state::done)) return;
            if (cut_) return finish();
            now_ = phase::comparing;
            return to_all(word::compare);
        case phase::comparing:
            if (cut_) return finish();
            if (!all(&rank_state::compared)) return;
            compared_ = true;
            return finish();
        case phase::ended:
            return;
    }
}

// --- Clocks and start.

void coordinator::ask_clock() {
    while (asked_ < ranks_.size() && asked_ == 0) ++asked_;  // its own clock is the measure
    if (asked_ == ranks_.size()) return say_start();
    asked_at_ns_ = clock_ns();
    box_.send(asked_, written(word::ping));
}

// As in NTP (RFC 5905 §8): the offset is exact to half the round trip, however unequal the two ways are.
void coordinator::take_clock(rank_state& one, std::int64_t theirs) {
    if (now_ != phase::clocks || &one != &ranks_[asked_]) return;
    const std::int64_t now = clock_ns();
    const std::int64_t took = now - asked_at_ns_;
    if (answers_ == 0 || took < shortest_ns_) {
        shortest_ns_ = took;
        one.about.clock_offset_ns = theirs - (asked_at_ns_ + now) / 2;
        one.about.clock_error_ns = (took + 1) / 2;
    }
    if (++answers_ == answers_wanted) {
        answers_ = 0;
        ++asked_;
    }
    ask_clock();
}

void coordinator::say_start() {
    now_ = phase::running;
    const auto ahead = start_ahead + start_ahead_each * ranks_.size();
    const std::int64_t start = clock_ns() + std::chrono::nanoseconds(ahead).count();
    started_ = shown_ = clock::now() + ahead;
    for (std::size_t to = 0; to < ranks_.size(); ++to)
        box_.send(to, written(word::start, std::to_string(start + ranks_[to].about.clock_offset_ns)));
}

// --- Figures.

void coordinator::take_figures(rank_state& one, std::string_view text, bool last) {
    auto document = json::parse(text, {.bytes = text.size(), .depth = 64});
    auto figures = document ? load_result_from_json(*document) : result<load_result>(fail(document.error()));
    if (!figures) return lose(one, "sent figures that cannot be read: " + figures.error().text());
    for (const auto& [key, interval] : figures->intervals) {
        const auto request = figures->requests.find(key.second);
        if (request == figures->requests.end() || request->second.whole) continue;
        recent_.add(interval.latency);
        latency_.add(interval.latency);
    }
    worst_lag_us_ = std::max(worst_lag_us_, figures->lag.max());
    if (last) {
        one.done = true;
        one.figures.setup = figures->setup;
        one.figures.started_at = figures->started_at;
    }
    add(one.figures, *figures);
}

void coordinator::take_repetitions(std::string_view text) {
    for (std::uint64_t& n : repeated_) {
        n += static_cast<std::uint64_t>(number_in(text));
        text.remove_prefix(std::min(text.find(' '), text.size() - 1) + 1);
    }
}

void coordinator::show_progress() {
    const auto now = clock::now();
    if (now - shown_ < show_every || !o_.show) return;
    progress p;
    p.elapsed_ns = std::chrono::nanoseconds(now - started_).count();
    p.planned_ns = o_.setup.duration_ns;
    for (const rank_state& r : ranks_) {
        p.begun += r.figures.begun;
        p.finished += r.figures.finished;
        for (const auto& [name, request] : r.figures.requests) p.failed += request.failed;
    }
    p.rate = static_cast<double>(p.finished - finished_before_) / std::chrono::duration<double>(now - shown_).count();
    p.p50_us = recent_.percentile(50);
    p.p99_us = recent_.percentile(99);
    p.worst_lag_us = std::exchange(worst_lag_us_, 0);
    p.latency = latency_;
    finished_before_ = p.finished;
    shown_ = now;
    recent_.clear();
    o_.show(p);
}

// --- Who is missing.

void coordinator::lose(rank_state& one, std::string why) {
    if (one.lost()) return;
    one.about.lost = std::move(why);
    if (now_ == phase::preparing || now_ == phase::clocks) {
        const auto number = static_cast<std::size_t>(&one - ranks_.data());
        return end_with({errc::environment, one.about.lost + " before the start", fmt::format("rank {}", number)});
    }
    if (!cut_) cut_short(o_.silence);
}

void coordinator::notice_silence() {
    // Who was stopped for a while cannot say that others were silent.
    const auto now = clock::now();
    const bool was_away = now - std::exchange(looked_, now) > o_.silence / 2;
    for (rank_state& one : ranks_) {
        if (was_away) one.heard = now;
        if (now - one.heard > o_.silence)
            lose(one, fmt::format("was silent for {}", show_duration(o_.silence.count())));
    }
}

// The others end soon; what they measured until then counts.
void coordinator::cut_short(std::chrono::nanoseconds patience) {
    cut_ = true;
    cut_until_ = clock::now() + patience;
    to_all(word::stop);
}

void coordinator::look_at_cut() {
    if (!cut_ || clock::now() < cut_until_) return;
    for (rank_state& one : ranks_) {
        if (one.done) continue;
        // The launcher ends all ranks when one has died: that one is silent, the others were only not quick enough.
        if (clock::now() - one.heard > alive_within) lose(one, "died or stopped");
        one.done = true;
    }
}

// --- The end.

void coordinator::finish() {
    std::vector<load_result> shards;
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
        rank_state& one = ranks_[i];
        load_result& r = one.figures;
        if (r.started_at.empty()) {
            // Its last words are missing.
            r.setup = o_.setup;
            r.started_at =
                timestamp(std::chrono::system_clock::now() -
                          std::chrono::duration_cast<std::chrono::system_clock::duration>(clock::now() - started_));
            r.begin_span_ns = std::min(r.elapsed_ns, o_.setup.duration_ns);
        }
        r.shards = {i};
        if (one.lost()) one.about.lost += fmt::format("; its figures end after {}", show_duration(r.elapsed_ns));
        r.interrupted = r.interrupted || cut_;
        r.ranks = {{i, one.about}};
        judge_generator(r);
        shards.push_back(std::move(r));
    }
    load_result out = std::move(shards.front());
    for (std::size_t i = 1; i < shards.size(); ++i) {
        auto both = merge(out, shards[i]);
        if (!both) return end_with(both.error());
        out = std::move(*both);
    }
    for (std::size_t kind = 0; kind < unique_kinds; ++kind) {
        const auto found = out.invariants.find(std::string(invariant_of(static_cast<unique_value>(kind))));
        if (found != out.invariants.end()) found->second.broken += repeated_[kind];
    }
    if (!compared_)
        out.notes.insert("repeated codes and tokens were detected within each rank only, as the run ended early");
    judge_merged(out);
    end(o_.finish(out));
}

void coordinator::end_with(const error& e) {
    end(o_.report(e));
}

void coordinator::end(int code) {
    now_ = phase::ended;
    const bool lost = std::any_of(ranks_.begin(), ranks_.end(), [](const rank_state& r) { return r.lost(); });
    if (lost) gave_up_ = code;
    to_all(word::end, std::to_string(code));
}

}  // namespace assay::load
