#include "harness/cli/shared/standard_streams.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "harness/cli/shared/progress.hpp"

namespace assay::harness {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What a pipe takes as a whole if poll() says that it takes something (PIPE_BUF, pipe(7)).
constexpr std::size_t safe_size = 4096;
constexpr std::size_t errors_kept = std::size_t{256} << 10U;
constexpr milliseconds patience_for_errors{2000};
constexpr milliseconds patience_when_interrupted{500};
constexpr milliseconds look_every{50};

// A standard stream. A write that would block is kept in `waiting`; a thread that exists only then writes it later.
struct stream {
    explicit stream(int of, std::size_t most) : file(of), target(of), kept_max(most) {}

    int file;
    int target;  // where to write: `file`, or a non-blocking description of the same pipe or terminal
    std::size_t kept_max;
    std::size_t at_once = safe_size;
    bool is_socket = false;
    bool is_terminal = false;

    std::mutex lock;
    std::condition_variable changed;
    std::string waiting;
    steady_clock::time_point moved = steady_clock::now();  // when bytes were last taken
    int failed_with = 0;
    bool has_writer = false;
    std::uint64_t dropped = 0, dropped_told = 0;
};

// Never destroyed: exit() flushes what is in stdio's buffers after the destructors have run.
stream& output() {
    static auto* s = new stream(STDOUT_FILENO, std::numeric_limits<std::size_t>::max());
    return *s;
}
stream& errors() {
    static auto* s = new stream(STDERR_FILENO, errors_kept);
    return *s;
}

std::atomic<std::int64_t> patience_ms{-1};  // negative: none is set

// A description of our own, so that O_NONBLOCK does not affect the other programs that share the pipe or terminal.
void open_for_writing(stream& s) {
    struct stat what {};
    if (::fstat(s.file, &what) != 0) return;
    s.is_socket = S_ISSOCK(what.st_mode);
    s.is_terminal = ::isatty(s.file) == 1;
    if (S_ISREG(what.st_mode)) s.at_once = std::numeric_limits<std::size_t>::max();
    if (!S_ISFIFO(what.st_mode) && !s.is_terminal) return;
    const std::string path = fmt::format("/proc/self/fd/{}", s.file);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the system calls are declared so.
    const int own = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (own < 0) return;
    s.target = own;
    s.at_once = std::numeric_limits<std::size_t>::max();
}

// The number of bytes taken without waiting; nullopt: the stream has failed. Called with the lock.
std::optional<std::size_t> write_now(stream& s, std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const std::size_t size = std::min(bytes.size() - done, s.at_once);
        pollfd ready{s.target, POLLOUT, 0};
        if (s.target == s.file && !s.is_socket && ::poll(&ready, 1, 0) == 0) break;
        const ssize_t n = s.is_socket ? ::send(s.file, bytes.data() + done, size, MSG_DONTWAIT | MSG_NOSIGNAL)
                                      : ::write(s.target, bytes.data() + done, size);
        if (n > 0) {
            done += static_cast<std::size_t>(n);
            s.moved = steady_clock::now();
        } else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            break;
        } else if (n < 0 && errno != EINTR) {
            s.failed_with = errno;
            return std::nullopt;
        }
    }
    return done;
}

void write_what_waits(stream& s) {
    std::unique_lock guard(s.lock);
    while (s.failed_with == 0) {
        if (s.waiting.empty() && s.dropped > s.dropped_told) {
            s.waiting = fmt::format("assay: {} messages were dropped here, as nobody read those before them\n",
                                    s.dropped - s.dropped_told);
            s.dropped_told = s.dropped;
        }
        if (s.waiting.empty()) break;
        s.waiting.erase(0, write_now(s, s.waiting).value_or(0));
        if (s.waiting.empty() || s.failed_with != 0) continue;
        guard.unlock();
        pollfd ready{s.target, POLLOUT, 0};
        ::poll(&ready, 1, static_cast<int>(look_every.count()));
        guard.lock();
    }
    s.waiting.clear();
    s.has_writer = false;
    s.changed.notify_all();
}

// Signals stay with the threads that were there before.
void start_writer(stream& s) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        std::thread(write_what_waits, std::ref(s)).detach();
        s.has_writer = true;
    } catch (const std::system_error&) {  // no more threads here: the stream has failed, and nobody waits for it
        s.failed_with = EAGAIN;
        s.waiting.clear();
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// Write function of a cookie stream (fopencookie(3)). It always reports success: callers of print cannot handle an
// error, and {fmt} would throw.
ssize_t write_or_keep(void* cookie, const char* bytes, std::size_t size) {
    auto& s = *static_cast<stream*>(cookie);
    std::string_view rest(bytes, size);
    const std::lock_guard guard(s.lock);
    if (s.failed_with != 0) return static_cast<ssize_t>(size);
    if (s.waiting.empty()) {
        rest.remove_prefix(write_now(s, rest).value_or(size));
    } else if (s.waiting.size() + size > s.kept_max) {
        ++s.dropped;
        return static_cast<ssize_t>(size);
    }
    s.waiting.append(rest);
    if (!s.waiting.empty() && !s.has_writer) start_writer(s);
    return static_cast<ssize_t>(size);
}

FILE* opened(stream& s, int buffering) {
    FILE* made = fopencookie(&s, "w", cookie_io_functions_t{nullptr, write_or_keep, nullptr, nullptr});
    if (made != nullptr) std::setvbuf(made, nullptr, buffering, BUFSIZ);
    return made;
}

// Without this a stream that is closed at the start would get its descriptor reused by a file or socket of ours, and
// what is printed would go there. Reading it gives the end of the file, writing it an error.
void occupy_closed_streams() {
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the system calls are declared so.
        if (::fcntl(file, F_GETFD) < 0) static_cast<void>(::open("/dev/null", O_RDONLY));
    }
}

// nullopt: no limit.
std::optional<milliseconds> patience_for(const stream& s) {
    if (interrupted()) return patience_when_interrupted;
    const milliseconds set{patience_ms.load()};
    if (s.file == STDERR_FILENO) return set.count() < 0 ? patience_for_errors : std::min(set, patience_for_errors);
    if (set.count() < 0 || (s.is_terminal && set >= patience_after_a_run)) return std::nullopt;
    return set;
}

}  // namespace

void keep_writing() {
    occupy_closed_streams();
    std::signal(SIGPIPE, SIG_IGN);
    open_for_writing(output());
    open_for_writing(errors());
    // glibc allows a program to replace its standard streams.
    if (FILE* out = opened(output(), ::isatty(STDOUT_FILENO) == 1 ? _IOLBF : _IOFBF)) stdout = out;
    if (FILE* err = opened(errors(), _IONBF)) stderr = err;
}

void wait_for_readers_at_most(milliseconds time) {
    patience_ms = time.count();
}

write_end finish_writing(int file) {
    std::fflush(file == STDOUT_FILENO ? stdout : stderr);
    stream& s = file == STDOUT_FILENO ? output() : errors();
    std::unique_lock guard(s.lock);
    s.moved = steady_clock::now();
    while (s.has_writer) {
        s.changed.wait_for(guard, look_every);
        const auto patience = patience_for(s);
        if (s.has_writer && patience && steady_clock::now() - s.moved > *patience) return {0, true};
    }
    return {s.failed_with == EPIPE ? 0 : s.failed_with, false};
}

std::uint64_t dropped_messages() {
    stream& s = errors();
    const std::lock_guard guard(s.lock);
    return s.dropped;
}

}  // namespace assay::harness
