// What rank 0 does besides its own slice: it measures the clocks, says when to begin, adds up what the ranks
// measured, notices who is missing, and makes one result. Not thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/result.hpp"
#include "harness/load/generator/run.hpp"
#include "harness/load/ranks/mailbox.hpp"
#include "harness/load/ranks/message.hpp"

namespace assay::load {

struct coordinator_options {
    std::string material;                                        // what rank 0 read, for all
    load_setup setup;                                            // with the number of ranks as that of the shards
    std::chrono::nanoseconds silence{std::chrono::seconds{10}};  // a rank that says nothing for so long is lost
    const std::atomic<bool>* interrupted = nullptr;
    std::function<void(const progress&)> show;      // once a second
    std::function<int(const load_result&)> finish;  // writes the result; returns the exit code
    std::function<int(const error&)> report;        // a run that came to nothing; returns the exit code
};

class coordinator {
public:
    coordinator(mailbox& box, coordinator_options o);
    void receive(const letter& one);
    void look_around();
    // The exit code, if a rank is lost: the others cannot be waited for.
    [[nodiscard]] const std::optional<int>& gave_up() const { return gave_up_; }
    // A clock is being measured: letters should be looked for without a pause.
    [[nodiscard]] bool in_haste() const { return now_ == phase::clocks; }

private:
    using clock = std::chrono::steady_clock;
    enum class phase { preparing, clocks, running, comparing, ended };
    struct rank_state {
        rank_result about;
        load_result figures;
        clock::time_point heard;
        bool ready = false;
        bool done = false;
        bool compared = false;
        [[nodiscard]] bool lost() const { return !about.lost.empty(); }
    };
    void to_all(word what, std::string_view text = {});
    void lose(rank_state& one, std::string why);
    void notice_silence();
    void ask_clock();
    void take_clock(rank_state& one, std::int64_t theirs);
    void say_start();
    void take_figures(rank_state& one, std::string_view text, bool last);
    void take_repetitions(std::string_view text);
    void cut_short(std::chrono::nanoseconds patience);
    void look_at_cut();
    void show_progress();
    void finish();
    void end_with(const error& e);
    void end(int code);
    [[nodiscard]] bool all(bool rank_state::*what) const;

    mailbox& box_;
    coordinator_options o_;
    phase now_ = phase::preparing;
    std::vector<rank_state> ranks_;
    std::optional<int> gave_up_;
    bool cut_ = false;  // stopped before its end
    clock::time_point cut_until_{};
    clock::time_point beaten_{};
    clock::time_point looked_ = clock::now();
    std::array<std::uint64_t, unique_kinds> repeated_{};
    bool compared_ = false;
    // The clock that is being measured.
    std::size_t asked_ = 0;
    int answers_ = 0;
    std::int64_t asked_at_ns_ = 0;
    std::int64_t shortest_ns_ = 0;
    // For the progress line.
    clock::time_point started_{};
    clock::time_point shown_{};
    std::uint64_t finished_before_ = 0;
    histogram recent_;
    histogram latency_;  // since the start
    std::int64_t worst_lag_us_ = 0;
};

}  // namespace assay::load
