// Pushes the figures of a running load to a receiver of OTLP/HTTP: at the start, regularly, and at the end, from a
// thread of its own, so that a receiver that is slow or absent disturbs nothing. show() may be called from any
// thread, the others from one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "harness/load/watch/otlp.hpp"
#include "http/client.hpp"
#include "http/message.hpp"
#include "http/url.hpp"

namespace assay::load {

struct push_options {
    http::url to;  // of the metrics: …/v1/metrics
    [[nodiscard]] std::string url() const { return to.origin() + to.target(); }
    http::headers more;
    std::string ca_file;
    otlp_resource of;
    std::chrono::milliseconds every{5'000};
    std::chrono::milliseconds deadline{2'000};  // of one push; the last one can wait for the one before it
};

class otlp_push {
public:
    // Sends `first` at once.
    otlp_push(push_options o, progress first);
    // Without a last push, unless finish() made it.
    ~otlp_push();
    otlp_push(const otlp_push&) = delete;
    otlp_push& operator=(const otlp_push&) = delete;

    void show(const progress& p);
    // Why a push failed, for the first that did; then empty.
    [[nodiscard]] std::string first_trouble();

    struct account {
        std::uint64_t sent = 0;
        std::uint64_t failed = 0;  // of these
        std::string why;           // the last that failed
    };
    // Sends `last`, and returns within twice the deadline.
    [[nodiscard]] account finish(const progress& last);

private:
    void work();
    void end(bool with_last);
    [[nodiscard]] std::string send(const progress& p);

    push_options o_;
    http::client client_;
    std::int64_t from_ns_;
    std::mutex lock_;
    std::condition_variable news_;
    progress newest_;
    bool ended_ = false;
    bool wants_last_ = false;
    bool told_trouble_ = false;
    account account_;
    std::thread thread_;
};

}  // namespace assay::load
