// What a confined process can still do. Each test confines a child, since this cannot be undone.
#include "harness/cli/serve/sandbox.hpp"

#include <cerrno>
#include <cstring>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/folder.hpp"

namespace assay::cli_tests {
namespace {

using harness::confine;
using harness::sandbox_options;
using tests::folder;

struct probe {
    std::string in_force;  // what confine() said
    std::string found;     // what `look` returned
};

probe in_child(const sandbox_options& o, const std::function<std::string()>& look) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string in_force = confine(o);
        const std::string all = in_force + "\n" + look();
        const bool whole = ::write(ends[1], all.data(), all.size()) == static_cast<ssize_t>(all.size());
        ::_exit(whole ? 0 : 1);
    }
    ::close(ends[1]);
    std::string said;
    char some[4096];
    for (ssize_t n = ::read(ends[0], some, sizeof some); n > 0; n = ::read(ends[0], some, sizeof some))
        said.append(some, static_cast<std::size_t>(n));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << said;
    const std::size_t line = said.find('\n');
    return {said.substr(0, line), line == std::string::npos ? "" : said.substr(line + 1)};
}

std::string named(long result) {
    return result >= 0 ? "done" : ::strerrorname_np(errno);
}

std::string opened(const std::string& path, int how) {
    const int file = ::open(path.c_str(), how | O_CLOEXEC, 0600);
    std::string said = named(file);
    if (file >= 0) ::close(file);
    return said;
}

#define ASSAY_NEEDS(what, got) \
    if ((got).in_force.find(what) == std::string::npos) GTEST_SKIP() << (got).in_force

TEST(sandbox, opens_only_the_files_that_were_named) {
    const folder at;
    tests::write(at / "mine/readable", "x");
    tests::write(at / "mine/other", "x");
    tests::write(at / "written/old", "x");
    const auto got = in_child({{at.file("mine/readable")}, {at.file("written")}}, [&] {
        std::string out = opened(at.file("mine/readable"), O_RDONLY) + " " + opened(at.file("mine/other"), O_RDONLY);
        out +=
            " " + opened(at.file("mine/readable"), O_WRONLY) + " " + opened(at.file("mine/new"), O_WRONLY | O_CREAT);
        out += " " + opened(at.file("written/new"), O_WRONLY | O_CREAT | O_TRUNC);
        out += " " + named(::rename(at.file("written/new").c_str(), at.file("written/old").c_str()));
        return out + " " + opened("/dev/null", O_RDWR) + " " + opened("/proc/self/statm", O_RDONLY);
    });
    ASSAY_NEEDS("landlock", got);
    EXPECT_EQ(got.found, "done EACCES EACCES EACCES done done done done");
}

TEST(sandbox, does_not_hide_the_names_of_hosts_and_the_certificates) {
    const auto got =
        in_child({}, [] { return opened("/etc/hosts", O_RDONLY) + " " + opened("/etc/shadow", O_RDONLY); });
    ASSAY_NEEDS("landlock", got);
    EXPECT_EQ(got.found, "done EACCES");
}

TEST(sandbox, starts_no_program_and_touches_no_other) {
    const auto got = in_child({}, [] {
        const char* arguments[] = {"/bin/true", nullptr};
        ::execve(arguments[0], const_cast<char* const*>(arguments), nullptr);
        std::string out = named(-1);
        out += " " + named(::syscall(SYS_unshare, 0)) + " " +
               named(::syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr));
        return out + " " + named(::syscall(SYS_bpf, 0, nullptr, 0)) + " " +
               named(::syscall(SYS_io_uring_setup, 1, nullptr));
    });
    ASSAY_NEEDS("seccomp", got);
    EXPECT_EQ(got.found, "EPERM EPERM EPERM EPERM EPERM");
}

TEST(sandbox, leaves_sockets_and_threads) {
    const auto got = in_child({}, [] {
        const int s = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::string out = named(::bind(s, reinterpret_cast<sockaddr*>(&at), sizeof at));
        out += " " + named(::listen(s, 1));
        const pid_t child = ::fork();
        if (child == 0) ::_exit(0);
        return out + " " + named(::waitpid(child, nullptr, 0)) + " " +
               std::to_string(::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    });
    EXPECT_EQ(got.found, "done done done 1") << got.in_force;
}

}  // namespace
}  // namespace assay::cli_tests
