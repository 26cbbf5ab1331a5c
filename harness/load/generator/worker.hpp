// One thread of the generator: its part of the schedule, its connections, its recorder. Workers share nothing except
// the supply of codes. Arrivals follow the clock whatever the server does; a request that finds no free connection
// waits for one, and its latency counts from the intended start.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "harness/load/connection/connection.hpp"
#include "harness/load/flows/flow.hpp"
#include "harness/load/measurement/recorder.hpp"
#include "harness/load/schedule/schedule.hpp"

namespace assay::load {

struct worker_setup {
    address to;
    std::string ca_file;
    std::vector<std::unique_ptr<flow>> flows;
    std::vector<std::uint64_t> weights;  // of the flows
    std::unique_ptr<schedule> arrivals;  // open loop; nullptr: closed loop
    std::uint64_t users = 0;             // closed loop
    double users_rate_max = 0;           // closed loop: limit on iterations per second; 0: none
    std::int64_t duration_ns = 0;
    std::size_t connections_max = 512;
    bool connection_per_request = false;
    std::int64_t timeout_ns = 10'000'000'000;
    std::uint64_t seed = 0;
    std::chrono::steady_clock::time_point start;  // time 0 of the arrivals; of run()
    const std::atomic<bool>* stop = nullptr;
    std::int64_t grace_ns = 1'000'000'000;  // after `stop`, for responses
};

class worker {
public:
    worker(worker_setup setup, recorder& records);
    ~worker();
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    // To be called once before run(). Opens `ahead` connections and waits for them for a second at most; one that
    // cannot be opened is tried again when a request needs it. Errors: environment (no epoll), tls.
    [[nodiscard]] result<void> prepare(std::size_t ahead);
    // Waits for `start`. Returns when the plan has ended and every response has come or timed out; soon after `stop`.
    void run(std::chrono::steady_clock::time_point start);

private:
    struct slot;
    [[nodiscard]] std::int64_t now() const;
    void begin_due(std::int64_t at);
    void begin_one(std::int64_t intended, std::uint64_t number);
    void begin_rested(std::int64_t at);
    [[nodiscard]] std::int64_t users_may_begin() const;
    [[nodiscard]] bool at_end(std::int64_t at);
    void count_what_is_left();
    void dispatch(iteration& it, std::int64_t at);
    [[nodiscard]] slot* free_slot();
    [[nodiscard]] bool open_idle();
    [[nodiscard]] std::size_t settle_idle();
    void attach(slot& s, iteration& it, std::int64_t at);
    void send(slot& s);
    void on_event(slot& s, std::uint32_t events);
    void on_connect(slot& s);
    void on_readable(slot& s);
    bool on_bytes(slot& s, std::string_view bytes, bool closed);
    void on_closed(slot& s);
    void complete(slot& s, const response& a);
    void record(const answered_request& a, const judgement& j);
    void conclude();
    void fail_request(slot& s, std::string_view kind, std::string_view sample);
    void end_iteration(iteration& it, bool ok, std::int64_t at);
    void release(slot& s, bool keep);
    void serve_waiting();
    void watch_new(slot& s);
    void watch(slot& s, bool for_writing);
    void expire(std::int64_t at);
    void expire_waiting(std::int64_t at);
    void wait(std::int64_t at);
    void busy_push(slot& s);
    void busy_remove(slot& s);

    worker_setup setup_;
    recorder& records_;
    std::unique_ptr<tls_client> tls_;
    int epoll_ = -1;
    std::uint64_t total_weight_ = 0;
    std::vector<std::unique_ptr<slot>> slots_;
    std::vector<slot*> idle_;
    std::vector<slot*> closed_;
    slot* oldest_ = nullptr;  // busy slots, the longest busy first
    slot* newest_ = nullptr;
    std::deque<iteration*> waiting_;
    std::deque<std::int64_t> resting_;  // closed loop: when a user starts again
    std::vector<std::unique_ptr<iteration>> iterations_;
    std::vector<iteration*> spare_;
    std::uint64_t in_flight_ = 0;
    std::uint64_t begun_by_users_ = 0;
    bool held_back_ = false;
    std::int64_t last_begin_ = 0;
    bool ending_ = false;  // no more arrivals
    std::int64_t give_up_ = 0;
    std::vector<char> scratch_;
    response response_;
};

}  // namespace assay::load
