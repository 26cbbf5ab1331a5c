#include "harness/clients/guardian.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace assay::harness {
namespace {

struct order {
    enum class kind { guard, guard_until_interruption, release, interrupt };
    kind what;
    pid_t group;
};

// The rest of this namespace, up to the socket, runs in the forked child of a program with threads: it calls nothing
// but async-signal-safe functions and allocates nothing.

struct guarded_group {
    pid_t id;
    bool at_interruption;
};

class watch {
public:
    void obey(const order& o) {
        if (o.what == order::kind::interrupt) {
            interrupted_ = true;
            for (std::size_t i = 0; i < count_; ++i) end_if_interrupted(groups_[i]);
        } else if (o.what == order::kind::release) {
            release(o.group);
        } else if (count_ < groups_.size()) {
            groups_[count_] = {o.group, o.what == order::kind::guard_until_interruption};
            end_if_interrupted(groups_[count_++]);
        }
    }
    void end_all() const {
        for (std::size_t i = 0; i < count_; ++i) ::kill(-groups_[i].id, SIGKILL);
    }

private:
    void end_if_interrupted(const guarded_group& g) const {
        if (interrupted_ && g.at_interruption) ::kill(-g.id, SIGKILL);
    }
    void release(pid_t group) {
        for (std::size_t i = 0; i < count_; ++i) {
            if (groups_[i].id != group) continue;
            groups_[i] = groups_[--count_];
            return;
        }
    }

    std::array<guarded_group, 4096> groups_{};
    std::size_t count_ = 0;
    bool interrupted_ = false;
};

[[noreturn]] void stand_guard(int orders) {
    // Signals of the terminal go to its foreground process group; a session of its own keeps them away.
    ::setsid();
    ::prctl(PR_SET_NAME, "assay-guardian", 0, 0, 0);
    ::dup2(orders, STDIN_FILENO);
    // It must hold no pipe, port or file of this program open.
    ::close_range(STDIN_FILENO + 1, ~0U, 0);
    static watch all;
    for (;;) {
        order o{};
        const ssize_t n = ::recv(STDIN_FILENO, &o, sizeof o, MSG_WAITALL);
        if (n == static_cast<ssize_t>(sizeof o)) all.obey(o);
        if (n == 0 || (n < 0 && errno != EINTR)) break;
    }
    all.end_all();
    ::_exit(0);
}

std::atomic<int> to_guardian{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void send(order o) {
    const int socket = to_guardian.load();
    if (socket < 0) return;
    while (::send(socket, &o, sizeof o, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

result<void> start_guardian() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return fail(errc::environment, fmt::format("no socket for child processes: {}", std::strerror(errno)));
    // A signal that arrives between fork() and the new session must not run our handlers in the child.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t child = ::fork();
    if (child == 0) stand_guard(ends[0]);
    const int failed_with = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::close(ends[0]);
    if (child < 0) {
        ::close(ends[1]);
        return fail(errc::environment, fmt::format("no child process: {}", std::strerror(failed_with)));
    }
    to_guardian.store(ends[1]);
    return {};
}

}  // namespace

result<void> guard(pid_t group, bool at_interruption) {
    static std::mutex lock;
    {
        const std::lock_guard only_one(lock);
        if (to_guardian.load() < 0) {
            if (auto ok = start_guardian(); !ok) return ok;
        }
    }
    send({at_interruption ? order::kind::guard_until_interruption : order::kind::guard, group});
    return {};
}

void unguard(pid_t group) {
    send({order::kind::release, group});
}

void interrupt_guarded() {
    const int failed_with = errno;
    send({order::kind::interrupt, 0});
    errno = failed_with;
}

}  // namespace assay::harness
