// What the processes of a server use: by the system, and by the server's own metrics.
#include "harness/load/measurement/process_usage.hpp"

#include <chrono>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/load/measurement/server_metrics.hpp"

namespace assay::load {
namespace {

// A shell that waits for another, which is busy until both are killed.
class busy_child {
public:
    busy_child() {
        posix_spawnattr_t alone;
        posix_spawnattr_init(&alone);
        posix_spawnattr_setflags(&alone, POSIX_SPAWN_SETPGROUP);
        std::string shell = "sh";
        std::string option = "-c";
        std::string script = "(while :; do :; done) & wait";
        char* const words[] = {shell.data(), option.data(), script.data(), nullptr};
        EXPECT_EQ(posix_spawn(&pid, "/bin/sh", nullptr, &alone, words, environ), 0);
        posix_spawnattr_destroy(&alone);
    }
    ~busy_child() {
        kill(-pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    busy_child(const busy_child&) = delete;
    busy_child& operator=(const busy_child&) = delete;
    pid_t pid = 0;
};

TEST(server_meter, counts_the_children_of_the_process) {
    constexpr std::int64_t much_ns = 50'000'000;  // the shell that waits never uses so much
    const busy_child child;
    const auto meter = server_meter::start(child.pid);
    ASSERT_TRUE(meter) << meter.error().text();
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    auto used = meter->used();
    while (used["sh"].cpu_ns < much_ns && std::chrono::steady_clock::now() < end) {
        std::this_thread::yield();
        used = meter->used();
    }
    EXPECT_GE(used["sh"].cpu_ns, much_ns);
    EXPECT_GT(used["sh"].memory_peak_kib, 0);
    const auto later = server_meter::start(child.pid);
    ASSERT_TRUE(later);
    EXPECT_LT(later->used()["sh"].cpu_ns, meter->used()["sh"].cpu_ns) << "only what was used since the start";
}

TEST(server_metrics, are_read_as_prometheus_does) {
    EXPECT_DOUBLE_EQ(
        cpu_seconds_in("# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total 12.5\n").value_or(0),
        12.5);
    EXPECT_DOUBLE_EQ(cpu_seconds_in("process_cpu_seconds_total{app=\"a } b\"} 1.5e2 1700000000\n"
                                    "process_cpu_seconds_total{app=\"c\"} 1\n")
                         .value_or(0),
                     151);
    EXPECT_FALSE(cpu_seconds_in("process_cpu_seconds_total_created 3\ngo_threads 7\n"));
    EXPECT_FALSE(cpu_seconds_in(""));
}

}  // namespace
}  // namespace assay::load
