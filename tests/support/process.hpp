// Other programs beside a test.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/folder.hpp"
#include "tests/support/shell.hpp"

namespace assay::tests {

inline std::uint16_t free_port() {
    const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    EXPECT_EQ(::bind(s, reinterpret_cast<sockaddr*>(&at), size), 0);
    ::getsockname(s, reinterpret_cast<sockaddr*>(&at), &size);
    ::close(s);
    return ntohs(at.sin_port);
}

inline bool is_installed(const std::string& program) {
    return by_shell("command -v " + program + " /usr/sbin/" + program).code == 0;
}

// A program that ends with the test, its output in `at`/log.
class process {
public:
    process(const folder& at, const std::vector<std::string>& command) {
        const std::string log = at.file("log");
        pid_ = ::fork();
        if (pid_ != 0) return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(out, 1);
        ::dup2(out, 2);
        std::vector<char*> typed;
        for (const auto& one : command) typed.push_back(const_cast<char*>(one.c_str()));
        typed.push_back(nullptr);
        ::execvp(typed.front(), typed.data());
        ::_exit(127);
    }
    ~process() { end(SIGKILL); }
    process(const process&) = delete;
    process& operator=(const process&) = delete;

    void send(int signal) const { ::kill(pid_, signal); }
    void end(int signal) {
        if (pid_ <= 0) return;
        ::kill(pid_, signal);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

private:
    pid_t pid_ = 0;
};

// For the first line of a test.
#define ASSAY_NEEDS(program)                    \
    if (!assay::tests::is_installed((program))) \
    GTEST_SKIP() << (program) << " is not installed; setup/packages.sh --dev does it"

}  // namespace assay::tests
