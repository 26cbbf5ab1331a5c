// The watchdog of tests/support/watchdog.cpp: it notices a handler that keeps its thread busy, and only that.
#include <atomic>
#include <chrono>
#include <thread>

#include <gtest/gtest-spi.h>

#include "data/thread_time.hpp"
#include "http/handler_watch.hpp"
#include "tests/http/support.hpp"

namespace assay::http {
namespace {

using namespace std::chrono_literals;

void work_for(std::chrono::nanoseconds time) {
    const auto until = thread_time() + time;
    while (thread_time() < until) {
    }
}

std::atomic<std::int64_t> longest_ns{0};

void note(std::string_view, std::chrono::nanoseconds took) {
    if (took.count() > longest_ns) longest_ns = took.count();
}

TEST(watchdog, measures_the_work_of_a_handler) {
    const auto s = test::serve([](const request& r) {
        work_for(r.target == "/slow" ? 30ms : 0ms);
        return test::echo_target(r);
    });
    longest_ns = 0;
    watch_handlers(note);
    client c;
    ASSERT_TRUE(c.send(test::get(s->origin(), "/")));
    EXPECT_LT(longest_ns, std::chrono::nanoseconds(30ms).count());
    ASSERT_TRUE(c.send(test::get(s->origin(), "/slow")));
    EXPECT_GE(longest_ns, std::chrono::nanoseconds(30ms).count());
    watch_handlers(nullptr);
}

TEST(watchdog, measures_what_follows_a_wait) {
    const auto s = test::serve([](const request&) {
        hold h;
        h.point = "here";
        h.at_most = 1ms;
        h.next = [] {
            work_for(30ms);
            return reply(test::text("late"));
        };
        plan out;
        out.push_back({std::move(h)});
        return out;
    });
    longest_ns = 0;
    watch_handlers(note);
    client c;
    ASSERT_TRUE(c.send(test::get(s->origin(), "/")));
    EXPECT_GE(longest_ns, std::chrono::nanoseconds(30ms).count());
    watch_handlers(nullptr);
}

[[maybe_unused]] void ask_a_slow_handler() {
    const auto s = test::serve([](const request& r) {
        work_for(250ms);
        return test::echo_target(r);
    });
    client c;
    EXPECT_TRUE(c.send(test::get(s->origin(), "/slow")));
}

TEST(watchdog, fails_the_test_of_a_slow_handler) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
    GTEST_SKIP() << "not in builds with sanitizers";
#else
    EXPECT_NONFATAL_FAILURE_ON_ALL_THREADS(ask_a_slow_handler(), "kept a thread of its server busy");
#endif
}

}  // namespace
}  // namespace assay::http
