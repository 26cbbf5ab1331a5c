// What one worker measured, second by second. Recording allocates nothing once a leg has been seen. Not thread-safe,
// live() apart.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "harness/load/measurement/result.hpp"

namespace assay::load {

// Values that must never come twice within a load: counted at the end, over all workers.
enum class unique_value { code, token, jti, refresh_token };
constexpr std::size_t unique_kinds = 4;

// What a progress line shows; written by the worker, read by anybody.
struct live_figures {
    std::atomic<std::uint64_t> begun{0};
    std::atomic<std::uint64_t> finished{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::int64_t> worst_lag_us{0};  // of the last whole second
    std::mutex lock;
    histogram last_second;  // of all requests that did not fail
};

class recorder {
public:
    using leg_id = std::uint32_t;
    [[nodiscard]] leg_id leg(std::string_view name);

    // Times in ns since the start of the run.
    void request(leg_id leg, std::int64_t due, std::int64_t sent, std::int64_t ended, bool ok);
    // A whole flow of several requests: it counts in no error share.
    void flow(leg_id leg, std::int64_t intended, std::int64_t ended);
    void finished();
    void failure(leg_id leg, std::string_view kind, std::string_view sample);
    void lag(std::int64_t ns);
    void invariant(std::string_view name, bool holds, std::string_view sample = {});
    void seen(unique_value what, std::string_view value);
    void note(std::string text) { counters.notes.insert(std::move(text)); }

    // To the end of second `second`: called by the worker as time goes by.
    void close_seconds(std::int64_t now_ns);

    // Everything into one result; the recorder is empty then.
    [[nodiscard]] load_result take();
    // Of `what`, 64-bit hashes.
    [[nodiscard]] std::vector<std::uint64_t>& hashes(unique_value what) {
        return hashes_[static_cast<std::size_t>(what)];
    }

    live_figures live;
    load_result counters;  // of the worker

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
    struct leg_record {
        std::string name;
        bool is_flow = false;
        std::uint64_t ok = 0;
        std::uint64_t failed = 0;
        std::uint64_t failed_now = 0;
        histogram now;  // the second that goes on
        histogram service;
        histogram failed_latency;
        std::vector<past_second> past;
    };
    void close_second();

    std::vector<leg_record> legs_;
    std::vector<std::uint64_t> hashes_[unique_kinds];
    std::int64_t second_ = 0;
    std::int64_t worst_lag_us_ = 0;
};

// Values that came twice, per kind, as invariants of the result.
void count_repeated(const std::vector<recorder*>& all, load_result& out);

}  // namespace assay::load
