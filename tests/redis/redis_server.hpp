// A real Redis beside a test, at a free port of loopback. ASSAY_REDIS_SERVER names another program, such as
// valkey-server.
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
#include "tests/support/process.hpp"
#include "tests/support/waiting.hpp"

namespace assay::redis_tests {

using mock::redis::reply;
using mock::redis::words;
using tests::came;
using tests::folder;
using tests::free_port;
using tests::process;

inline std::string server_program() {
    const char* other = std::getenv("ASSAY_REDIS_SERVER");
    return other == nullptr || *other == '\0' ? "redis-server" : other;
}

// Options of an address: a pause of this machine is no outage.
inline constexpr const char* patient = "?timeout_ms=10000";

class redis_server {
public:
    explicit redis_server(std::vector<std::string> options = {}) : options_(std::move(options)) { start(); }

    void start() {
        std::vector<std::string> command{
            server_program(), "--port", std::to_string(port_),    "--dir", at_.name(), "--bind", "127.0.0.1",
            "--save",         "",       "--enable-debug-command", "yes"};
        command.insert(command.end(), options_.begin(), options_.end());
        process_.emplace(at_, command);
        (void)came("redis-server to answer", [&] {
            const auto said = ask({"PING"}).text;
            return said == "PONG" || said.starts_with("NOAUTH");
        });
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
        mock::redis::reply_reader reader;
        while ((*line)->read_more()) {
            std::string_view in = (*line)->received();
            auto one = reader.take(in);
            if (!one) return none;
            if (*one) return **one;
            (*line)->received().erase(0, (*line)->received().size() - in.size());
        }
        return none;
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url(const std::string& options = {}) const {
        return fmt::format("redis://127.0.0.1:{}{}", port_, options);
    }
    [[nodiscard]] std::shared_ptr<mock::backing> open(const std::string& options = patient) const {
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

}  // namespace assay::redis_tests
