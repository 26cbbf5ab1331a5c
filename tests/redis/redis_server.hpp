// A real Redis beside a test, at a free port of loopback.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/byte_stream.hpp"
#include "mock_server/redis/redis_backing.hpp"
#include "mock_server/redis/resp.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/waiting.hpp"

namespace assay::redis_tests {

using mock::redis::reply;
using mock::redis::words;
using tests::came;
using tests::folder;

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
    return tests::by_shell("command -v " + program + " /usr/sbin/" + program).code == 0;
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

class redis_server {
public:
    explicit redis_server(std::vector<std::string> options = {}) : options_(std::move(options)) { start(); }

    void start() {
        std::vector<std::string> command{
            "redis-server", "--port", std::to_string(port_),    "--dir", at_.name(), "--bind", "127.0.0.1",
            "--save",       "",       "--enable-debug-command", "yes"};
        command.insert(command.end(), options_.begin(), options_.end());
        process_.emplace(at_, command);
        (void)came("redis-server to answer", [&] { return ask({"PING"}).text == "PONG"; });
    }
    void end(int signal) { process_->end(signal); }
    void send(int signal) { process_->send(signal); }

    // One command on a connection of its own; a failure says why.
    reply ask(const words& command) const {
        reply none;
        none.what = reply::kind::failure;
        auto line = http::byte_stream::open({"127.0.0.1", std::to_string(port_), false}, nullptr,
                                            std::chrono::milliseconds{5000});
        if (!line || !(*line)->write(mock::redis::encode(command))) return none;
        while ((*line)->read_more()) {
            std::string_view in = (*line)->received();
            auto one = mock::redis::take_reply(in);
            if (!one) return none;
            if (*one) return **one;
        }
        return none;
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& options = {}) const {
        return fmt::format("redis://127.0.0.1:{}{}", port_, options);
    }
    [[nodiscard]] std::shared_ptr<mock::backing> open(const std::string& options = {}) const {
        auto made = mock::redis::open_backing(mock::redis::parse_address(url(options)).value(), {});
        if (!made) ADD_FAILURE() << made.error().text();
        return made ? *made : nullptr;
    }

private:
    folder at_;
    std::vector<std::string> options_;
    std::uint16_t port_ = free_port();
    std::optional<process> process_;
};

// For the first line of a test.
#define ASSAY_NEEDS(program) \
    if (!is_installed(program)) GTEST_SKIP() << program << " is not installed; setup/packages.sh --dev does it"

}  // namespace assay::redis_tests
