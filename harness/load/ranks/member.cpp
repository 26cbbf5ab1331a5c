#include "harness/load/ranks/member.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "harness/load/result/document.hpp"

namespace assay::load {
namespace {

using namespace std::chrono_literals;

// After an interruption, for a word of rank 0; the launcher kills what is left after a second.
constexpr auto patience_with_rank_0 = 800ms;
// Before its first word rank 0 reads the plan and may start a server, and says nothing meanwhile.
constexpr int times_longer_before_the_first_word = 30;

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "unknown";
}

}  // namespace

member::member(mailbox& box, rank_load load, std::chrono::nanoseconds silence, const std::atomic<bool>& interrupted)
    : box_(box), load_(std::move(load)), silence_(silence), interrupted_(interrupted) {}

member::~member() {
    stop();
    if (thread_.joinable()) thread_.join();
}

void member::stop() {
    {
        const std::lock_guard guard(lock_);
        if (!stop_.exchange(true)) stopped_ = clock::now();
    }
    news_.notify_all();
}

result<std::chrono::system_clock::time_point> member::wait_for_start() {
    std::unique_lock guard(lock_);
    ready_ = true;
    news_.wait(guard, [&] { return start_ || stop_; });
    if (!start_) return fail(errc::environment, "the run ended before its start");
    return *start_;
}

result<void> member::wait_for_event() {
    std::unique_lock guard(lock_);
    ++events_awaited_;
    if (news_.wait_for(guard, silence_, [&] { return events_ >= events_awaited_ || stop_; })) return {};
    return fail(errc::timeout, "rank 0 did not say that it was carried out");
}

rank_hooks member::hooks() {
    rank_hooks out;
    out.stop = &stop_;
    out.with_others.agree_on_start = [this] { return wait_for_start(); };
    out.with_others.hand_over = [this](load_result one) {
        const std::lock_guard guard(lock_);
        if (part_) {
            add(*part_, one);
        } else {
            part_ = std::move(one);
        }
    };
    out.with_others.compare = [this](unique_digests all) {
        const std::lock_guard guard(lock_);
        digests_ = std::move(all);
    };
    out.tell_event = [this] {
        const std::lock_guard guard(lock_);
        ++events_;
    };
    out.await_event = [this] { return wait_for_event(); };
    return out;
}

void member::begin(std::string material) {
    if (thread_.joinable() || stop_) return;
    thread_ = std::thread([this, text = std::move(material)] {
        auto done = load_(text, hooks());
        const std::lock_guard guard(lock_);
        done_ = std::move(done);
    });
}

void member::receive(const letter& one) {
    if (one.from == 0) heard_ = clock::now();
    const std::string_view text = text_of(one.bytes);
    switch (word_of(one.bytes)) {
        case word::material:
            return begin(std::string(text));
        case word::ping:
            in_haste_ = true;
            return tell(word::pong, std::to_string(clock_ns()));
        case word::start: {
            in_haste_ = false;
            const std::lock_guard guard(lock_);
            start_ =
                std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::system_clock::duration>(
                    std::chrono::nanoseconds(number_in(text))));
            return news_.notify_all();
        }
        case word::event: {
            const std::lock_guard guard(lock_);
            if (box_.rank() != 0) ++events_;
            return news_.notify_all();
        }
        case word::stop:
            return stop();
        case word::compare:
            return compare();
        case word::digests:
            read_digests(text, to_compare_);
            ++compared_;
            return;
        case word::end:
            stop();
            ended_ = static_cast<int>(number_in(text));
            return;
        default:
            return;
    }
}

void member::look_around() {
    // Who was stopped for a while cannot say that others were silent.
    const auto now = clock::now();
    if (now - std::exchange(looked_, now) > silence_ / 2) heard_ = now;
    if (interrupted_) stop();
    send_figures();
    if (compared_ == box_.size() && !std::exchange(told_repeated_, true)) {
        const auto counts = repetitions(to_compare_);
        std::string text;
        for (const std::uint64_t n : counts) text += fmt::format("{} ", n);
        tell(word::repeated, text);
    }
    if (now - beaten_ < beat_every) return;
    beaten_ = now;
    tell(word::beat);
}

// To all, each a part of its own.
void member::compare() {
    const std::lock_guard guard(lock_);
    for (std::size_t to = 0; to < box_.size(); ++to)
        box_.send(to, written(word::digests, write_digests(digests_, to, box_.size())));
    digests_ = {};
}

void member::send_figures() {
    std::optional<load_result> one;
    bool ready = false;
    bool done = false;
    std::uint64_t events = 0;
    std::optional<error> bad;
    {
        const std::lock_guard guard(lock_);
        ready = ready_;
        events = events_;
        one = std::exchange(part_, {});
        if (done_ && !told_done_) {
            done = done_->has_value();
            if (!done) bad = done_->error();
            if (done && one) {
                add(**done_, *std::exchange(one, {}));
            }
            if (done) one = std::move(**done_);
            told_done_ = true;
        }
    }
    if (ready && !std::exchange(told_ready_, true)) tell(word::ready, host_name());
    if (box_.rank() == 0) {
        for (; events_told_ < events; ++events_told_) {
            for (std::size_t to = 0; to < box_.size(); ++to) box_.send(to, written(word::event));
        }
    }
    if (bad) tell(word::failed, fmt::format("{} {}", static_cast<int>(bad->code), bad->text()));
    if (!one) return;
    tell(done ? word::done : word::part, json::format(to_json(*one)));
    if (done) {
        own_.setup = one->setup;
        own_.shards = one->shards;
        own_.started_at = one->started_at;
    }
    add(own_, *one);
}

bool member::orphaned() const {
    if (box_.rank() == 0) return false;
    const auto now = clock::now();
    if (now - heard_ > (thread_.joinable() ? silence_ : times_longer_before_the_first_word * silence_)) return true;
    const bool cut = interrupted_ && now - stopped_ > patience_with_rank_0;
    return cut && now - heard_ > patience_with_rank_0 / 2;
}

load_result member::own_figures() {
    stop();
    if (thread_.joinable()) thread_.join();
    send_figures();
    return own_;
}

}  // namespace assay::load
