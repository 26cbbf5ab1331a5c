// The measurements of one worker, by second. Recording allocates nothing once a name is known. Not thread-safe,
// except live().
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/measurement/result.hpp"

namespace assay::load {

// Values that must be unique within a load: compared at the end, over all workers.
enum class unique_value { code, token, jti, refresh_token };
constexpr std::size_t unique_kinds = 4;

// Figures of the progress line; written by the worker, read by any thread.
struct live_figures {
    std::atomic<std::uint64_t> begun{0};
    std::atomic<std::uint64_t> finished{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::int64_t> worst_lag_us{0};  // of the last full second
    std::mutex lock;
    histogram last_second;            // of all successful requests
    histogram closed_seconds;         // the same, since the start
    std::optional<load_result> part;  // of closed seconds, for who takes it; only where it is handed over
};

class recorder {
public:
    using request_id = std::uint32_t;
    [[nodiscard]] request_id id_of(std::string_view name);

    // Times in ns since the start of the run.
    void request(request_id request, std::int64_t due, std::int64_t sent, std::int64_t ended, bool ok);
    // Records a whole flow of several requests; it does not count in error shares.
    void flow(request_id request, std::int64_t intended, std::int64_t ended);
    void finished();
    void failure(request_id request, std::string_view kind, std::string_view sample);
    void lag(std::int64_t ns);
    void invariant(std::string_view name, bool holds, std::string_view sample = {});
    void seen(unique_value what, std::string_view value);
    void note(std::string text) { counters.notes.insert(std::move(text)); }

    // Closes the seconds before `now_ns`; the worker calls it regularly.
    void close_seconds(std::int64_t now_ns);

    // From now on the figures of each closed second are moved to live.part, so that they outlive this process.
    void hand_over() { hands_over_ = true; }
    // Moves everything that was not handed over into one result; the recorder is empty afterwards.
    [[nodiscard]] load_result take();
    // 64-bit hashes of the values of that kind.
    [[nodiscard]] std::vector<std::uint64_t>& hashes(unique_value what) {
        return hashes_[static_cast<std::size_t>(what)];
    }

    live_figures live;
    load_result counters;  // of this worker

private:
    struct bar_of {
        std::int64_t value;
        std::uint64_t count;
    };
    struct past_second {
        std::int64_t second;
        std::uint64_t failed;
        std::vector<bar_of> bars;
    };
    struct request_record {
        std::string name;
        bool is_flow = false;
        std::uint64_t ok = 0;
        std::uint64_t failed = 0;
        std::uint64_t failed_now = 0;
        histogram now;  // the current second
        histogram service;
        histogram failed_latency;
        std::vector<past_second> past;
    };
    void close_second();
    [[nodiscard]] load_result drain();

    std::vector<request_record> requests_;
    bool hands_over_ = false;
    std::vector<std::uint64_t> hashes_[unique_kinds];
    std::int64_t second_ = 0;
    std::int64_t worst_lag_us_ = 0;
};

// The digests of values that must be unique, by unique_value: each once, in ascending order.
using unique_digests = std::array<std::vector<std::uint64_t>, unique_kinds>;
// The invariant of each kind.
[[nodiscard]] std::string_view invariant_of(unique_value what);

// Counts repeated values of each kind as violated invariants of the result; returns those that are left.
unique_digests count_repeated(const std::vector<recorder*>& all, load_result& out);

}  // namespace assay::load
