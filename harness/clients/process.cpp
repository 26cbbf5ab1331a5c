#include "harness/clients/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "data/memory_peak.hpp"
#include "harness/clients/guardian.hpp"

namespace assay::harness {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr std::size_t kept_bytes = 8U << 10U;
constexpr std::size_t printed_bytes = 1U << 20U;

class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int fd) : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        close();
        fd_ = std::exchange(other.fd_, -1);
        return *this;
    }
    ~descriptor() { close(); }
    void close() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_ = -1;
};

struct pipe_ends {
    descriptor read;
    descriptor write;
};

result<pipe_ends> make_pipe() {
    std::array<int, 2> fds{};
    if (pipe2(fds.data(), O_CLOEXEC) != 0) {
        return fail(errc::environment, fmt::format("no pipe for a child process: {}", std::strerror(errno)));
    }
    return pipe_ends{descriptor(fds[0]), descriptor(fds[1])};
}

// execvp would search our PATH; the child has another one.
std::string find_program(const process_options& o) {
    const std::string& name = o.command.front();
    if (name.find('/') != std::string::npos || o.path.empty()) return name;
    for (std::size_t at = 0; at <= o.path.size();) {
        const std::size_t end = std::min(o.path.find(':', at), o.path.size());
        std::string candidate = o.path.substr(at, end - at) + "/" + name;
        if (access(candidate.c_str(), X_OK) == 0 && !std::filesystem::is_directory(candidate)) return candidate;
        at = end + 1;
    }
    return name;
}

std::vector<std::string> environment_of(const process_options& o) {
    std::vector<std::string> all;
    std::vector<std::pair<std::string, std::string>> told = o.environment;
    if (!o.path.empty()) told.emplace_back("PATH", o.path);
    for (char** e = environ; *e != nullptr; ++e) {
        const std::string_view name = std::string_view(*e).substr(0, std::string_view(*e).find('='));
        const bool ours = std::none_of(told.begin(), told.end(), [&](const auto& one) { return one.first == name; });
        if (ours) all.emplace_back(*e);
    }
    for (const auto& [name, value] : told) all.push_back(fmt::format("{}={}", name, value));
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& t : texts) all.push_back(t.data());
    all.push_back(nullptr);
    return all;
}

// The child must not inherit our blocked signals and our ignored SIGPIPE.
void fresh_signals(posix_spawnattr_t& attributes) {
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (const int s : {SIGTERM, SIGINT, SIGPIPE, SIGHUP}) sigaddset(&defaults, s);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
}

std::optional<std::string> line_of(std::string_view out, std::string_view text) {
    for (std::size_t from = 0, end = out.find('\n'); end != std::string_view::npos;
         from = end + 1, end = out.find('\n', from)) {
        const auto line = out.substr(from, end - from);
        if (line.find(text) != std::string_view::npos) return std::string(line);
    }
    return std::nullopt;
}

}  // namespace

struct process::impl {
    pid_t pid = -1;
    descriptor input;   // of the child
    descriptor output;  // of the child
    descriptor errors;  // of the child
    pipe_ends wake;     // wakes the reader thread, to end it

    mutable std::mutex lock;
    std::condition_variable changed;
    std::string out;  // the beginning of stdout
    bool out_ended = false;
    std::string words;    // the end of stderr
    std::string printed;  // the end of stdout and stderr, without the first line
    bool words_ended = false;
    std::optional<siginfo_t> ending;
    std::thread reader;

    void read_all();
    bool take(int fd, bool is_output);
    bool reap();
};

// One read; false at the end of the stream.
bool process::impl::take(int fd, bool is_output) {
    std::array<char, 4096> buffer{};
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    const std::lock_guard guard(lock);
    if (n <= 0) {
        (is_output ? out_ended : words_ended) = true;
        changed.notify_all();
        return n < 0 && errno == EINTR;
    }
    const std::string_view got(buffer.data(), static_cast<std::size_t>(n));
    if (!is_output || out.find('\n') != std::string::npos) {
        printed += got;
        if (printed.size() > printed_bytes) printed.erase(0, printed.size() - printed_bytes);
    }
    if (!is_output) {
        words += got;
        if (words.size() > kept_bytes) words.erase(0, words.size() - kept_bytes);
    } else if (out.size() < kept_bytes) {
        out += got;
    }
    changed.notify_all();
    return true;
}

void process::impl::read_all() {
    std::array<pollfd, 3> all{{{output.get(), POLLIN, 0}, {errors.get(), POLLIN, 0}, {wake.read.get(), POLLIN, 0}}};
    while (all[0].fd >= 0 || all[1].fd >= 0) {
        if (poll(all.data(), all.size(), -1) < 0 && errno != EINTR) return;
        if (all[2].revents != 0) return;
        for (std::size_t i = 0; i < 2; ++i) {
            if (all[i].fd >= 0 && all[i].revents != 0 && !take(all[i].fd, i == 0)) all[i].fd = -1;
        }
    }
}

bool process::impl::reap() {
    const std::lock_guard guard(lock);
    if (ending) return true;
    // WNOWAIT: the zombie keeps its process id, so that stop() cannot signal a newer process group with the same id.
    siginfo_t info{};
    if (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != pid) {
        return false;
    }
    ending = info;
    return true;
}

process::process() : impl_(std::make_unique<impl>()) {}

result<std::unique_ptr<process>> process::start(const process_options& options) {
    result<pipe_ends> in = make_pipe();
    result<pipe_ends> out = make_pipe();
    result<pipe_ends> err = make_pipe();
    result<pipe_ends> wake = make_pipe();
    for (const auto* p : {&in, &out, &err, &wake}) {
        if (!*p) return tl::unexpected(p->error());
    }
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in->read.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out->write.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err->write.get(), STDERR_FILENO);
    if (!options.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
    posix_spawnattr_t attributes{};
    posix_spawnattr_init(&attributes);
    fresh_signals(attributes);
    std::vector<std::string> argv = options.command;
    std::vector<std::string> envp = environment_of(options);
    const std::string program = find_program(options);
    std::unique_ptr<process> p(new process());
    const int failed = posix_spawnp(&p->impl_->pid, program.c_str(), &actions, &attributes, pointers(argv).data(),
                                    pointers(envp).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failed != 0) {
        p->impl_->pid = -1;
        return fail(errc::environment,
                    fmt::format("`{}` does not start: {}", fmt::join(options.command, " "), std::strerror(failed)));
    }
    if (auto guarded = guard(p->impl_->pid, options.ends_at_interruption); !guarded) {
        p->stop(0ms);
        return tl::unexpected(guarded.error());
    }
    p->impl_->input = std::move(in->write);
    p->impl_->output = std::move(out->read);
    p->impl_->errors = std::move(err->read);
    p->impl_->wake = std::move(*wake);
    p->impl_->reader = std::thread([raw = p->impl_.get()] { raw->read_all(); });
    return p;
}

process::~process() {
    stop();
}

result<std::string> process::line_with(std::string_view text, std::chrono::milliseconds deadline) {
    const auto until = clock::now() + deadline;
    std::unique_lock guard(impl_->lock);
    for (;;) {
        if (auto line = line_of(impl_->out, text)) return *line;
        if (impl_->out_ended) break;
        if (clock::now() >= until) {
            return fail(errc::timeout, fmt::format("printed no line within {} s", deadline.count() / 1000));
        }
        // There is no signal for the end of the child: a grandchild may hold its stdout open.
        impl_->changed.wait_for(guard, 20ms);
        guard.unlock();
        const bool gone = impl_->reap();
        guard.lock();
        if (!gone) continue;
        // Its last output may still be in the pipe; a grandchild may keep the pipe open.
        impl_->changed.wait_for(guard, 500ms,
                                [&] { return impl_->out_ended || line_of(impl_->out, text).has_value(); });
        if (!line_of(impl_->out, text)) break;
    }
    guard.unlock();
    if (ended(500ms)) return fail(errc::environment, how_it_ended());
    return fail(errc::environment, "closed its stdout without a line");
}

bool process::ended(std::chrono::milliseconds patience) {
    const auto until = clock::now() + patience;
    while (!impl_->reap()) {
        if (clock::now() >= until) return false;
        std::unique_lock guard(impl_->lock);
        impl_->changed.wait_for(guard, 5ms);
    }
    return true;
}

std::string process::how_it_ended() const {
    const std::lock_guard guard(impl_->lock);
    if (!impl_->ending) return {};
    const int value = impl_->ending->si_status;
    if (impl_->ending->si_code == CLD_EXITED) return fmt::format("ended with status {}", value);
    return fmt::format("was killed by signal {} ({})", value, strsignal(value));
}

std::optional<int> process::exit_status() const {
    const std::lock_guard guard(impl_->lock);
    if (!impl_->ending || impl_->ending->si_code != CLD_EXITED) return std::nullopt;
    return impl_->ending->si_status;
}

std::string process::last_words() const {
    std::unique_lock guard(impl_->lock);
    // After the end of the child its last output may still be in the pipe; a grandchild may keep the pipe open.
    if (impl_->ending) impl_->changed.wait_for(guard, 500ms, [&] { return impl_->words_ended; });
    return impl_->words;
}

std::string process::said() const {
    const std::lock_guard guard(impl_->lock);
    return impl_->out;
}

void process::finish(std::chrono::milliseconds patience) {
    impl& i = *impl_;
    if (i.pid < 0) return;
    i.input.close();
    if (!ended()) {
        kill(-i.pid, SIGTERM);
        static_cast<void>(ended(patience));
    }
    {
        std::unique_lock guard(i.lock);
        i.changed.wait_for(guard, 500ms, [&] { return i.out_ended && i.words_ended; });
    }
    stop(0ms);
}

pid_t process::id() const {
    return impl_->pid;
}

std::string process::printed() const {
    const std::lock_guard guard(impl_->lock);
    return impl_->printed;
}

std::int64_t process::peak_memory(bool again) const {
    if (again) std::ofstream(fmt::format("/proc/{}/clear_refs", impl_->pid)) << "5";  // proc(5): resets the peak
    return memory_peak_kib(std::to_string(impl_->pid)) / 1024;
}

void process::stop(std::chrono::milliseconds patience) {
    impl& i = *impl_;
    if (i.pid < 0) return;
    i.input.close();
    if (!ended()) {
        kill(-i.pid, SIGTERM);
        if (!ended(patience)) {
            kill(-i.pid, SIGKILL);
            static_cast<void>(ended(5s));
        }
    }
    kill(-i.pid, SIGKILL);  // processes left in the child's group
    const char byte = 0;
    if (::write(i.wake.write.get(), &byte, 1) == 1 && i.reader.joinable()) i.reader.join();
    unguard(i.pid);
    static_cast<void>(waitpid(i.pid, nullptr, 0));
    i.pid = -1;
}

std::optional<std::string> output_of(const std::vector<std::string>& command, const std::string& path,
                                     const std::string& folder) {
    if (command.empty()) return std::nullopt;
    result<std::unique_ptr<process>> p = process::start({command, folder, path, {}});
    if (!p) return std::nullopt;
    const result<std::string> line = (*p)->first_line(10s);
    if (!(*p)->ended(10s) || (*p)->how_it_ended() != "ended with status 0") return std::nullopt;
    if (line) return *line;
    // The only line may lack a newline.
    const std::string said = (*p)->said();
    return said.empty() ? (*p)->last_words() : said;
}

}  // namespace assay::harness
