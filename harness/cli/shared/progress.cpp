#include "harness/cli/shared/progress.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/cli/shared/standard_streams.hpp"
#include "harness/clients/guardian.hpp"
#include "http/client.hpp"

namespace assay::harness {
namespace {

constexpr std::size_t plain_every = 100;

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int signal) {
    stop.store(true);
    http::abandon_exchanges();
    interrupt_guarded();
    std::signal(signal, SIG_DFL);
}

}  // namespace

bool is_terminal(int file) {
    return isatty(file) == 1;
}

bool wants_colour(int file) {
    const char* no = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nobody sets variables here
    return is_terminal(file) && (no == nullptr || *no == '\0');
}

int terminal_width() {
    constexpr int usual = 100;
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) return usual;
    return size.ws_col;
}

progress_line::progress_line() : terminal_(is_terminal(STDERR_FILENO)) {}
progress_line::~progress_line() {
    clear();
}

void progress_line::show(std::size_t done, std::size_t total, const std::string& what) {
    const std::string of = total == 0 ? fmt::format("{}", done) : fmt::format("{}/{}", done, total);
    if (terminal_) {
        fmt::print(stderr, "\r\033[K[{}] {}", of, what);
        std::fflush(stderr);
        dirty_ = true;
    } else if (done / plain_every > said_ || (total > 0 && done == total)) {
        said_ = done / plain_every;
        fmt::print(stderr, "[{}] {}\n", of, what);
    }
}

void progress_line::clear() {
    if (!dirty_) return;
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
    dirty_ = false;
}

const std::atomic<bool>& interrupted() {
    return stop;
}

void watch_for_interruption() {
    wait_for_readers_at_most(patience_after_a_run);
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    // nohup(1) asks that the end of the terminal be ignored.
    if (std::signal(SIGHUP, on_signal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
    // A peer that closes while we write is an error of that connection and must not end the program.
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace assay::harness
