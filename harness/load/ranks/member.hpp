// One rank of a load: carries out its slice in a thread of its own, hands its figures to rank 0 once a second, and
// obeys it. Rank 0 is a member as well. Not thread-safe: one thread calls it, that of the mailbox.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "data/result.hpp"
#include "harness/load/generator/run.hpp"
#include "harness/load/ranks/mailbox.hpp"
#include "harness/load/ranks/message.hpp"

namespace assay::load {

// What the load of a rank needs from the others; to be called by its thread.
struct rank_hooks {
    joint with_others;
    const std::atomic<bool>* stop = nullptr;
    std::function<void()> tell_event;           // rank 0: the next event of the plan was carried out
    std::function<result<void>()> await_event;  // others: waits until it was
};
// Finds the target by what rank 0 read, prepares and runs. Errors: any.
using rank_load = std::function<result<load_result>(const std::string& material, const rank_hooks& hooks)>;

class member {
public:
    // `silence`: how long rank 0 may be silent. `interrupted`: stops this rank.
    member(mailbox& box, rank_load load, std::chrono::nanoseconds silence, const std::atomic<bool>& interrupted);
    ~member();
    member(const member&) = delete;
    member& operator=(const member&) = delete;

    void receive(const letter& from_rank_0_or_others);
    // Sends what is due.
    void look_around();
    // The exit code, when rank 0 has said it.
    [[nodiscard]] const std::optional<int>& ended() const { return ended_; }
    // Rank 0 is silent: what this rank measured is all there is. Before the first word it may be so for 30 times as
    // long.
    [[nodiscard]] bool orphaned() const;
    [[nodiscard]] load_result own_figures();
    // Rank 0 waits for each answer: letters should be looked for without a pause.
    [[nodiscard]] bool in_haste() const { return in_haste_; }

private:
    using clock = std::chrono::steady_clock;
    [[nodiscard]] rank_hooks hooks();
    [[nodiscard]] result<std::chrono::system_clock::time_point> wait_for_start();
    [[nodiscard]] result<void> wait_for_event();
    void begin(std::string material);
    void send_figures();
    void stop();
    void compare();
    void tell(word what, std::string_view text = {}) { box_.send(0, written(what, text)); }

    mailbox& box_;
    rank_load load_;
    std::chrono::nanoseconds silence_;
    const std::atomic<bool>& interrupted_;
    std::thread thread_;
    std::atomic<bool> stop_{false};
    clock::time_point heard_ = clock::now();
    clock::time_point looked_ = clock::now();
    clock::time_point beaten_{};
    clock::time_point stopped_{};
    bool in_haste_ = false;
    bool told_ready_ = false;
    bool told_done_ = false;
    std::optional<int> ended_;
    load_result own_;
    unique_digests to_compare_;
    std::size_t compared_ = 0;  // ranks whose digests are here
    bool told_repeated_ = false;
    std::uint64_t events_told_ = 0;

    // Between the two threads.
    std::mutex lock_;
    std::condition_variable news_;
    bool ready_ = false;
    std::optional<std::chrono::system_clock::time_point> start_;
    std::optional<load_result> part_;
    std::optional<result<load_result>> done_;
    unique_digests digests_;
    std::uint64_t events_ = 0;  // carried out
    std::uint64_t events_awaited_ = 0;
};

}  // namespace assay::load
